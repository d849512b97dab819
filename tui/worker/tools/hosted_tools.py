"""Reads the calls of tools that the provider runs: their names, arguments and results. Pure.

Every item of an answer that is neither a message nor reasoning nor a call for this side counts as
one, also of a type that is not known yet: nothing that happened is without a row.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from tui.protocol.attachment_data import of_base64, of_url
from tui.protocol.attachment_words import described
from tui.protocol.events import Attachment, Problem
from tui.worker.input_items import APPROVAL_REQUEST, CALL_TYPES, OUTPUT_TYPES
from tui.worker.tools.output_text import shown_output
from tui.worker.tools.tool_lists import listed

PAIRS = {"program": "program_output", "tool_search_call": "tool_search_output"}
"""Calls whose outputs are items of their own, and the types of these."""
_PAIRED = frozenset((*PAIRS, *PAIRS.values()))
_OTHERS = frozenset(("message", "reasoning", "compaction", *CALL_TYPES, *OUTPUT_TYPES, *_PAIRED))
_TEXTS = ("arguments", "input", "code")
"""Fields whose text is the arguments, as the model wrote them."""
_WRAPPERS = ("action", "actions", "operation", "queries", "prompt")
"""Fields that are the arguments where nothing else is."""
_RESULTS = ("output", "outputs", "results", "result", "tools")
_FACTS = frozenset(
    ("id", "type", "status", "name", "error", "call_id", "server_label", "approval_request_id",
     "container_id", "environment", "caller", "created_by", *_RESULTS)
)  # fmt: skip
"""Fields that are not arguments."""
_FIRST = ("revised_prompt", "prompt", "size", "quality")
"""What tells most of a picture's arguments, where a row has no room for all."""
_STREAMED = frozenset(("code_interpreter_call", "mcp_call"))
"""Types whose arguments come in pieces, after the item itself."""

Fields = Mapping[str, Any]


class Outcome(NamedTuple):
    """How a hosted tool ended."""

    outcome: Literal["ok", "error"]
    output: str
    problem: Problem | None = None
    attachments: tuple[Attachment, ...] = ()


def is_hosted(item: Any) -> bool:
    return item.type not in _OTHERS


def is_paired(item: Any) -> bool:
    """Whether it is one of `PAIRS`, a call or an output."""
    return item.type in _PAIRED


def is_approval_request(item: Any) -> bool:
    """Whether the provider asks if it may run a tool, instead of running it."""
    return bool(item.type == APPROVAL_REQUEST)


def streams_arguments(item: Any) -> bool:
    """Whether the arguments of this call are still to come."""
    return item.type in _STREAMED and not arguments_of(item)


def name_of(item: Any) -> str:
    name = getattr(item, "name", None)
    kind = item.type.removesuffix("_output") if is_paired(item) else item.type
    return name if isinstance(name, str) and name else kind.removesuffix("_call")


def arguments_of(item: Any) -> str:
    """As the model wrote them; JSON for tools whose arguments are objects; "" for none."""
    for field in _TEXTS:
        value = getattr(item, field, None)
        if isinstance(value, str):
            return value
    fields = {name: value for name, value in fields_of(item).items() if name not in _FACTS}
    if item.type == "tool_search_call":
        query = fields.get("arguments")
        return _json(query) if query else ""
    fields = {name: value for name, value in fields.items() if value not in ([], {}, "")}
    first = [name for name in _FIRST if name in fields]
    fields = {name: fields[name] for name in dict.fromkeys((*first, *fields))}
    action = fields.get("action")
    if item.type == "web_search_call" and isinstance(action, Mapping):
        # Its sources are the result.
        fields["action"] = {
            name: value
            for name, value in action.items()
            if name != "sources" and value not in (None, [], "")
        }
    if len(fields) == 1 and next(iter(fields)) in _WRAPPERS:
        (value,) = fields.values()
        return value if isinstance(value, str) else _json(value)
    return _json(fields) if fields else ""


def outcome_of(item: Any) -> Outcome:
    """How a hosted tool ended, and what came of it, also of a failed one."""
    fields = fields_of(item)
    read, attachments = _READERS.get(item.type, _any_result)(fields)
    output = shown_output(read)
    error, status = fields.get("error"), fields.get("status")
    if error or status in {"failed", "incomplete"}:
        message = _error_text(error) or str(status)
        problem = Problem(kind="tool", message=message, retry="never", code="hosted_tool")
        # What is missing after a failure needs no words of its own.
        came = any(fields.get(name) for name in _RESULTS)
        return Outcome("error", output if came else "", problem, attachments)
    return Outcome("ok", output, None, attachments)


def in_container(item: Any) -> bool:
    """Whether a shell's call says that it runs in a container of the provider's."""
    environment = fields_of(item).get("environment") if item.type == "shell_call" else None
    return isinstance(environment, Mapping) and environment.get("type") == "container_reference"


def output_of(item: Any) -> tuple[Literal["ok", "error"], str, Problem | None]:
    """How a call ended whose output the provider sends as an item: outcome, output, problem."""
    output = fields_of(item).get("output")
    text = shell_output(output) if item.type == "shell_call_output" else output
    shown = shown_output(text if isinstance(text, str) else _json(text))
    if getattr(item, "status", None) in {"failed", "incomplete"}:
        problem = Problem(kind="tool", message=item.status, retry="never", code="hosted_tool")
        return "error", shown, problem
    return "ok", shown, None


def shell_output(output: object) -> str:
    """A shell's outputs, one per command, each with its exit code if that is not 0."""
    chunks = output if isinstance(output, list) else [output]
    return "\n\n".join(_shell_chunk(_plain(chunk)) for chunk in chunks) or "no output"


def fields_of(item: Any) -> Fields:
    """The fields that the server has sent, as plain data."""
    dump = getattr(item, "model_dump", None)
    fields: Fields = dump(exclude_unset=True, warnings=False) if dump else vars(item)
    return {name: value for name, value in fields.items() if value is not None}


Result = tuple[str, tuple[Attachment, ...]]


def _any_result(fields: Fields) -> Result:
    return "\n".join(_results(fields)), ()


def _results(fields: Fields) -> Iterator[str]:
    for name in _RESULTS:
        value = fields.get(name)
        if value:
            yield value if isinstance(value, str) else _json(value)


def _code_result(fields: Fields) -> Result:
    outputs, lines, pictures = fields.get("outputs"), [], []
    for one in outputs or ():
        match one:
            case {"type": "logs", "logs": logs}:
                lines.append(str(logs))
            case {"type": "image", "url": str(url)}:
                pictures.append(of_url(url, media_type="image"))
                lines.append(described(pictures[-1]))
            case _:
                lines.append(_json(one))
    if outputs is None:
        lines.append(_not_included("outputs", "code_interpreter_call.outputs"))
    elif not outputs:
        lines.append("no output")
    if fields.get("container_id"):
        lines.append(f"container {fields['container_id']}")
    return "\n".join(lines), tuple(pictures)


def _web_result(fields: Fields) -> Result:
    action = fields.get("action")
    sources = action.get("sources") if isinstance(action, Mapping) else None
    results = fields.get("results")
    lines = [*map(_source, sources or ()), *map(_source, results or ())]
    searched = isinstance(action, Mapping) and action.get("type") == "search"
    if sources is None and results is None and searched:
        lines.append(_not_included("sources", "web_search_call.action.sources"))
    elif not lines:
        # What a page says goes to the model alone.
        lines.append("no sources" if searched else "the server sends no result of this action")
    return "\n".join(lines), ()


def _source(source: object) -> str:
    if not isinstance(source, Mapping):
        return str(source)
    place, title = source.get("url"), source.get("title")
    if not place:
        return _json(source)
    return f"{title}: {place}" if title else str(place)


def _file_result(fields: Fields) -> Result:
    results = fields.get("results")
    if results is None:
        return _not_included("results", "file_search_call.results"), ()
    hits = (_hit(number, hit) for number, hit in enumerate(results, 1))
    return "\n\n".join(hits) or "no results", ()


def _hit(number: int, hit: object) -> str:
    if not isinstance(hit, Mapping):
        return f"{number}. {hit}"
    name = hit.get("filename") or hit.get("file_id") or ""
    score = f", score {hit['score']:g}" if isinstance(hit.get("score"), int | float) else ""
    attributes = f", {_json(hit['attributes'])}" if hit.get("attributes") else ""
    text = f"\n{hit['text']}" if hit.get("text") else ""
    return f"{number}. {name}{score}{attributes}{text}"


def _image_result(fields: Fields) -> Result:
    result = fields.get("result")
    if not isinstance(result, str) or not result:
        return "no image", ()
    kind = fields.get("output_format")
    media_type = f"image/{kind}" if isinstance(kind, str) else "image"
    picture = of_base64(result, media_type=media_type)
    return described(picture), (picture,)


def _tools_result(fields: Fields) -> Result:
    return listed(fields.get("tools") or ()) or "no tools", ()


_READERS: dict[str, Callable[[Fields], Result]] = {
    "code_interpreter_call": _code_result,
    "web_search_call": _web_result,
    "file_search_call": _file_result,
    "image_generation_call": _image_result,
    "mcp_list_tools": _tools_result,
    "tool_search_output": _tools_result,
    "additional_tools": _tools_result,
}


def _not_included(what: str, field: str) -> str:
    """The server sends some results only to those who ask for them."""
    return f"{what} not included (ask with response_include={field})"


def _error_text(error: object) -> str:
    """A server's error: a text, or an object of one of several shapes."""
    if not isinstance(error, Mapping):
        return str(error or "")
    message = error.get("message")
    if not message:
        return _json(error.get("content") or error)
    code = error.get("code")
    return f"{message} ({code})" if code is not None else str(message)


def _plain(chunk: object) -> Fields:
    if isinstance(chunk, Mapping):
        return chunk
    dump = getattr(chunk, "model_dump", None)
    fields: Fields = dump(warnings=False) if dump else {"stdout": str(chunk)}
    return fields


def _shell_chunk(chunk: Fields) -> str:
    command = f"$ {chunk['command']}" if chunk.get("command") else ""
    stdout, stderr = (str(chunk.get(name) or "").rstrip("\n") for name in ("stdout", "stderr"))
    lines = [command, stdout, f"stderr: {stderr}" if stderr else "", _shell_failure(chunk)]
    return "\n".join(filter(None, lines)) or "no output"


def _shell_failure(chunk: Fields) -> str:
    match chunk.get("outcome"):
        case {"type": "timeout"}:
            return "timed out"
        case {"type": "exit", "exit_code": int(code)} if code:
            return f"exit code {code}"
        case _:
            return ""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
