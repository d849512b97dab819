"""A request, as it arrives over HTTP or as it was recorded, in one form for both APIs. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from tui.protocol.events import RequestForm
from tui.protocol.recovery_text import RECOVERY_PROMPT
from tui.protocol.request_digests import canonical, digest
from tui.recorded_provider.item_pieces import (
    INSTRUCTIONS,
    KEPT_BY_SERVER,
    Item,
    Piece,
    piece,
    pieces_of,
)

WireApi = Literal["responses", "chat"]

_CHAT_ONLY = ("frequency_penalty", "presence_penalty")


class OfferedTool(msgspec.Struct, frozen=True):
    name: str
    digest: str
    description: str
    parameters: str


class AskedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a model is asked for."""

    model: str
    pieces: tuple[Piece, ...]
    """The instructions, if there are any, and the conversation."""
    tools: tuple[OfferedTool, ...] = ()
    """By name."""
    settings: Mapping[str, Any] = {}

    def key(self, *, alike: bool = False) -> str:
        """Equal for requests that get the same answer; ``alike``: whatever their times and ids."""
        form = self.tools_key, canonical(self.settings), self.model
        said = [(one.kind, one.alike if alike else one.digest) for one in self.pieces]
        return digest(canonical([*form, *said]))

    @property
    def tools_key(self) -> str:
        return ",".join(f"{tool.name} {tool.digest}" for tool in self.tools)


def recorded_request(
    form: RequestForm, items: Sequence[Item], before: Sequence[Item], *, model: str, api: WireApi
) -> AskedRequest:
    """The request of a recorded call, as it would arrive by this API.

    ``before`` is what the server knew already.
    """
    chat, given = api == "chat", list(items)
    instructions, known = form.instructions, form.instructions_digest
    if chat and not instructions and not before:
        instructions, given = _leading_system(given)
        known = ""
    start = [piece(INSTRUCTIONS, instructions, known)] if instructions else []
    settings = msgspec.json.decode(form.settings or "{}")
    return AskedRequest(
        model=model,
        pieces=(*start, *pieces_of([*before, *given], texts_only=chat)),
        tools=_sorted(
            OfferedTool(tool.name, tool.digest, tool.description, tool.parameters)
            for tool in form.tools
        ),
        settings={
            name: value for name, value in settings.items() if chat or name not in _CHAT_ONLY
        },
    )


def arrived_request(
    body: Mapping[str, Any], api: WireApi, before: Sequence[Item] = ()
) -> AskedRequest:
    """The request in the body of an HTTP request; ``before`` is what we said we would keep."""
    read = _chat if api == "chat" else _responses
    instructions, items, settings = read(body)
    start = [piece(INSTRUCTIONS, instructions)] if instructions else []
    return AskedRequest(
        model=str(body.get("model") or ""),
        pieces=(*start, *pieces_of([*before, *items], texts_only=api == "chat")),
        tools=_sorted(_tools(body.get("tools") or ())),
        settings={name: value for name, value in settings.items() if value is not None},
    )


def kept_by_server(name: str) -> Item:
    """Stands for a conversation that only the server knows."""
    return {"type": KEPT_BY_SERVER, "name": name}


def without_continuation(asked: AskedRequest) -> tuple[AskedRequest, str] | None:
    """The request that a retry continues, and the text that the answer had so far."""
    *rest, said, prompt = (*asked.pieces,) if len(asked.pieces) > 2 else (None, None)
    if said is None or prompt is None or prompt.text != RECOVERY_PROMPT:
        return None
    pieces = tuple(one for one in rest if one is not None)
    return msgspec.structs.replace(asked, pieces=pieces), said.text


def _responses(body: Mapping[str, Any]) -> tuple[str, list[Item], dict[str, Any]]:
    given = body.get("input")
    items = [{"role": "user", "content": given}] if isinstance(given, str) else list(given or ())
    text, reasoning = body.get("text") or {}, body.get("reasoning") or {}
    settings = {
        **_common(body),
        "max_tokens": body.get("max_output_tokens"),
        "verbosity": text.get("verbosity"),
        "reasoning_effort": reasoning.get("effort"),
        "output": (text.get("format") or {}).get("schema"),
        "prompt": body.get("prompt"),
    }
    return str(body.get("instructions") or ""), items, settings


def _chat(body: Mapping[str, Any]) -> tuple[str, list[Item], dict[str, Any]]:
    items = [item for message in body.get("messages") or () for item in _items(message)]
    instructions, items = _leading_system(items)
    schema = (body.get("response_format") or {}).get("json_schema") or {}
    settings = {
        **_common(body),
        **{name: body.get(name) for name in (*_CHAT_ONLY, "verbosity", "reasoning_effort")},
        "max_tokens": body.get("max_tokens") or body.get("max_completion_tokens"),
        "output": schema.get("schema"),
    }
    return instructions, items, settings


def _common(body: Mapping[str, Any]) -> dict[str, Any]:
    choice = body.get("tool_choice")
    if isinstance(choice, Mapping):
        choice = choice.get("name") or (choice.get("function") or {}).get("name") or choice["type"]
    return {
        "temperature": body.get("temperature"),
        "top_p": body.get("top_p"),
        "tool_choice": choice,
    }


def _items(message: Item) -> Iterator[Item]:
    """A message of Chat Completions as items of the Responses API."""
    role = message.get("role")
    if role == "tool":
        yield {
            "type": "function_call_output",
            "call_id": message.get("tool_call_id"),
            "output": message.get("content"),
        }
        return
    if role != "assistant":
        yield {"role": role, "content": message.get("content")}
        return
    if content := message.get("content") or message.get("refusal"):
        yield {"role": role, "content": content}
    for call in message.get("tool_calls") or ():
        function = call.get("function") or {}
        yield {
            "type": "function_call",
            "call_id": call.get("id"),
            "name": function.get("name"),
            "arguments": function.get("arguments"),
        }


def _leading_system(items: list[Item]) -> tuple[str, list[Item]]:
    if items and items[0].get("role") == "system" and isinstance(items[0].get("content"), str):
        return str(items[0]["content"]), items[1:]
    return "", items


def _tools(tools: Iterable[Item]) -> Iterator[OfferedTool]:
    for tool in tools:
        if isinstance(tool.get("tools"), list) and tool.get("type") == "namespace":
            yield from _tools(tool["tools"])
        elif tool.get("type") == "function":
            function = tool.get("function") or tool
            description = str(function.get("description") or "")
            parameters = canonical(function.get("parameters") or {})
            name = str(function.get("name"))
            yield OfferedTool(name, digest(f"{description}\n{parameters}"), description, parameters)


def _sorted(tools: Iterable[OfferedTool]) -> tuple[OfferedTool, ...]:
    return tuple(sorted(tools, key=lambda tool: (tool.name, tool.digest)))
