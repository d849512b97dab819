"""What a recording needs of each request and answer, to answer the same request again. Pure.

Nothing is stored twice: the instructions, tools and settings are kept where they change, items that
are in the conversation anyway by their digest, and of a request only what the one before lacks.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from agents import FunctionTool

from tui.protocol.events import KeptItem, RequestedTool, RequestForm
from tui.protocol.request_digests import canonical, digest
from tui.worker.input_items import Item, common_prefix, user_message
from tui.worker.ledger import encoded
from tui.worker.model.requests.model_request import Request

_MOST_LINES = 64
"""Conversations of nested agents whose last request is remembered."""
_SETTINGS = (
    "temperature", "top_p", "max_tokens", "frequency_penalty", "presence_penalty", "verbosity",
    "tool_choice",
)  # fmt: skip

Fields = dict[str, Any]


class RequestKeeper:
    """Knows what the recording of a conversation already has."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._lines: dict[tuple[str, str], tuple[str, list[Item]]] = {}
        """By parent and agent: the last call, and the items of its request."""
        self._asked: set[str] = set()

    def forget(self) -> None:
        """Another recording begins."""
        self._forms.clear()
        self._lines.clear()
        self._asked.clear()

    def request(
        self, call: str, line: tuple[str, str], request: Request, known: Sequence[Item]
    ) -> Fields | None:
        """The fields of `RequestKept`; None if the call's request is kept already.

        ``line`` are the parent and the agent of the call, ``known`` the items of the conversation.
        """
        if call in self._asked:
            return None
        self._asked.add(call)
        given = request["input"]
        items = [user_message(given)] if isinstance(given, str) else list(given)
        after, before = self._lines.pop(line, ("", []))
        keep = common_prefix(before, items)
        self._lines[line] = call, items
        if len(self._lines) > _MOST_LINES:
            del self._lines[next(iter(self._lines))]
        form = form_of(request)
        name = digest(msgspec.json.encode(form))
        fields = _named(items[keep:], known)
        fields |= {"call": call, "form": name}
        if name not in self._forms:
            self._forms.add(name)
            fields["given"] = form
        if keep:
            fields |= {"after": after, "keep": keep}
        state = {
            "previous_response": request.get("previous_response_id"),
            "conversation": request.get("conversation_id"),
        }
        return fields | {field: value for field, value in state.items() if value}

    def answer(self, call: str, items: Sequence[Item], known: Sequence[Item]) -> Fields:
        """The fields of `AnswerKept`."""
        self._asked.discard(call)
        return {"call": call, **_named(items, known)}


def form_of(request: Request) -> RequestForm:
    """What the request has besides the conversation."""
    instructions = request["system_instructions"] or ""
    functions = (*filter(_is_function, request["tools"]), *request["handoffs"])
    return RequestForm(
        instructions=instructions,
        instructions_digest=digest(instructions) if instructions else "",
        tools=tuple(map(_tool, functions)),
        settings=canonical(dict(_settings(request))),
    )


def _is_function(tool: Any) -> bool:
    """Hosted tools differ from one API to the other, and their settings from host to host."""
    return isinstance(tool, FunctionTool)


def _tool(tool: Any) -> RequestedTool:
    if isinstance(tool, FunctionTool):
        name, description, schema = tool.name, tool.description, tool.params_json_schema
    else:
        name, description, schema = tool.tool_name, tool.tool_description, tool.input_json_schema
    parameters = canonical(schema)
    return RequestedTool(
        name=name,
        digest=digest(f"{description or ''}\n{parameters}"),
        description=description or "",
        parameters=parameters,
    )


def _settings(request: Request) -> Iterable[tuple[str, object]]:
    settings = request["model_settings"]
    for name in _SETTINGS:
        if (value := getattr(settings, name, None)) is not None:
            yield name, value if isinstance(value, str | int | float) else "mcp"
    if (effort := getattr(settings.reasoning, "effort", None)) is not None:
        yield "reasoning_effort", effort
    schema = request["output_schema"]
    if schema is not None and not schema.is_plain_text():
        yield "output", schema.json_schema()
    if prompt := request.get("prompt"):
        yield "prompt", prompt


def _named(items: Sequence[Item], known: Sequence[Item]) -> Fields:
    """The digests of items, and those that ``known`` lacks."""
    names, own = list[str](), list[KeptItem]()
    for item in items:
        # The newest are the likeliest. Of equal ones, the bytes of the known one are recorded.
        same = next((one for one in reversed(known) if one is item or one == item), None)
        text = encoded(item if same is None else same)
        names.append(digest(text))
        if same is None:
            own.append(KeptItem(names[-1], msgspec.Raw(text)))
    return {"items": tuple(names), "own": tuple(own)}
