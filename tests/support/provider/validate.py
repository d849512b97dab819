"""The rules of the APIs for a conversation, and a few of our own; each finding is a sentence."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from tests.support.provider.conversation import is_user, text_of
from tests.support.provider.event import JsonObject

_CALL_TYPES = (
    "function_call", "custom_tool_call", "shell_call", "apply_patch_call", "computer_call",
    "local_shell_call",
)  # fmt: skip
_NATIVE_OUTPUTS = ("shell_call_output", "apply_patch_call_output", "custom_tool_call_output")
_PROVIDER_CALLS = (
    "program", "tool_search_call", "web_search_call", "file_search_call", "mcp_call",
    "mcp_list_tools", "mcp_approval_request", "code_interpreter_call", "image_generation_call",
)  # fmt: skip
"""Of tools that the provider runs."""
_ITEM_TYPES = {
    *("message", "reasoning", "item_reference", "compaction"),
    *("program_output", "tool_search_output", "additional_tools", "mcp_approval_response"),
    *_PROVIDER_CALLS,
    *_CALL_TYPES,
    *(f"{kind}_output" for kind in _CALL_TYPES),
}
_ID_PREFIXES = {
    "message": "msg",
    "function_call": "fc",
    "custom_tool_call": "ctc",
    "shell_call": "sh",
    "apply_patch_call": "apc",
    "reasoning": "rs",
}
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_RESPONSES_ROLES = {"user", "assistant", "system", "developer"}
_CHAT_ROLES = {"user", "assistant", "system", "developer", "tool"}
_PART_TYPES = {
    "user": {"input_text", "input_image", "input_file", "input_audio"},
    "system": {"input_text"},
    "developer": {"input_text"},
    "assistant": {"output_text", "refusal"},
}


class _Call(NamedTuple):
    id: object
    name: object
    arguments: object
    kind: str


def validate_items(items: Sequence[JsonObject]) -> list[str]:
    """The rules that the ``input`` items of a Responses request break."""
    return [
        *_doubled_users(items),
        *(finding for kind in _CALL_TYPES for finding in _unpaired_calls(items, kind)),
        *_unanswered_requests(items),
        *_dangling_reasoning(items),
        *_program_findings(items),
        *(finding for item in items for finding in _item_findings(item)),
    ]


def validate_messages(messages: Sequence[JsonObject]) -> list[str]:
    """The rules that the ``messages`` of a Chat Completions request break."""
    return [
        *_doubled_users(messages),
        *_unanswered_chat_calls(messages),
        *(finding for message in messages for finding in _message_findings(message)),
    ]


def validate_contents(items: Sequence[JsonObject], api: str) -> list[str]:
    """What the items or messages of a request to this API hold that OpenAI refuses."""
    longest = 40 if api == "chat" else 64
    return [
        *(finding for item in items for finding in _text_findings(item, str(item.get("role")))),
        *(finding for call in _calls(items) for finding in _call_findings(call, longest)),
        *(
            "a message of role 'assistant' has no content"
            for item in items
            if item.get("role") == "assistant"
            and not (text_of(item.get("content")) or item.get("refusal") or item.get("tool_calls"))
        ),
    ]


def _calls(items: Sequence[JsonObject]) -> Iterator[_Call]:
    """Function calls with their outputs, which have neither name nor arguments."""
    for item in items:
        if _kind(item) in ("function_call", "function_call_output"):
            name = item.get("name") if _kind(item) == "function_call" else None
            yield _Call(item.get("call_id"), name, item.get("arguments"), _kind(item))
        elif item.get("role") == "tool":
            yield _Call(item.get("tool_call_id"), None, None, "tool")
        calls = item.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            function = call["function"]
            yield _Call(call.get("id"), function.get("name"), function.get("arguments"), "call")


def _call_findings(call: _Call, longest: int) -> Iterator[str]:
    if not isinstance(call.id, str) or not call.id or _CONTROLS.search(call.id):
        yield f"Invalid call id {call.id!r}."
    elif len(call.id) > longest:
        yield f"Invalid call id: string too long. Expected at most {longest}: {call.id!r}."
    if call.kind in ("function_call_output", "tool"):
        return
    if not isinstance(call.name, str) or not _NAME.fullmatch(call.name):
        yield f"Invalid name {call.name!r}: it does not match {_NAME.pattern}."
    try:
        valid = isinstance(json.loads(str(call.arguments), parse_constant=_refuse), dict)
    except ValueError:
        valid = False
    if not valid:
        yield f"The arguments of {call.id} are no JSON object: {call.arguments!r}."


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _text_findings(value: object, place: str) -> Iterator[str]:
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            yield f"A text of {place} has a character that cannot be stored: {value[:60]!r}."
        elif "\\u" in value and value.startswith("{"):
            yield from _text_findings(json.loads(value), place)
    for key, held in value.items() if isinstance(value, dict) else ():
        yield from _text_findings(held, f"{place}.{key}")
    for held in value if isinstance(value, list) else ():
        yield from _text_findings(held, place)


def _kind(item: Mapping[str, object]) -> str:
    return str(item.get("type", "message" if "role" in item else "nothing"))


def _doubled_users(items: Sequence[JsonObject]) -> Iterator[str]:
    for first, second in pairwise(items):
        if is_user(first) and is_user(second):
            text = text_of(first.get("content"))
            if text == text_of(second.get("content")):
                yield f"the user message {text[:60]!r} is sent twice in a row"


def _unpaired_calls(items: Sequence[JsonObject], kind: str) -> Iterator[str]:
    output, words = f"{kind}_output", kind.replace("_", " ")
    called = [str(item.get("call_id")) for item in items if _kind(item) == kind]
    returned = [str(item.get("call_id")) for item in items if _kind(item) == output]
    yield from _repeated(called, kind)
    yield from _repeated(returned, output)
    yield from (f"No tool output found for {words} {id_}." for id_ in called if id_ not in returned)
    seen: set[str] = set()
    for item in items:
        call_id = str(item.get("call_id"))
        if _kind(item) == kind:
            seen.add(call_id)
        elif _kind(item) == output and call_id not in seen:
            yield f"No tool call found for {words} output with call_id {call_id}."


def _unanswered_requests(items: Sequence[JsonObject]) -> Iterator[str]:
    """A request for approval and its answer belong together."""
    asked = [str(item.get("id")) for item in items if _kind(item) == "mcp_approval_request"]
    answered = [
        str(item.get("approval_request_id"))
        for item in items
        if _kind(item) == "mcp_approval_response"
    ]
    yield from _repeated(answered, "mcp_approval_response")
    yield from (f"the approval request {id_} has no answer" for id_ in asked if id_ not in answered)
    yield from (f"an answer to no request: {id_}" for id_ in answered if id_ not in asked)


def _repeated(ids: Sequence[str], kind: str) -> Iterator[str]:
    for id_, times in Counter(ids).items():
        if times > 1:
            yield f"{times} items of type {kind} have the call_id {id_}"


def _dangling_reasoning(items: Sequence[JsonObject]) -> Iterator[str]:
    for item, following in pairwise([*items, {}]):
        if _kind(item) != "reasoning":
            continue
        answers = (*_CALL_TYPES, *_PROVIDER_CALLS, "reasoning", "compaction")
        is_model_output = _kind(following) in answers or following.get("role") == "assistant"
        if not is_model_output:
            name = f"Item '{item.get('id')}' of type 'reasoning'"
            yield f"{name} was provided without its required following item."


def _program_findings(items: Sequence[JsonObject]) -> Iterator[str]:
    """A program comes before its calls and its output; what is for its calls names it too."""
    begun: set[str] = set()
    ended: set[str] = set()
    callers: dict[str, str] = {}
    for item in items:
        kind, call_id, program = _kind(item), str(item.get("call_id")), _program_of(item)
        if kind == "program":
            begun.add(call_id)
        elif kind == "program_output":
            ended.add(call_id)
            if call_id not in begun:
                yield f"No program found for program output with call_id {call_id}."
        elif kind in _CALL_TYPES:
            callers[call_id] = program
            if program and (program not in begun or program in ended):
                yield f"The call {call_id} names the program {program}, which does not run."
        elif callers.get(call_id, "") != program:
            yield f"The output of {call_id} names another caller than its call."
    yield from (
        f"The program {program} has no output and waits for nothing."
        for program in begun - ended - set(callers.values())
    )


def _program_of(item: JsonObject) -> str:
    caller = item.get("caller")
    is_program = isinstance(caller, Mapping) and caller.get("type") == "program"
    return str(caller.get("caller_id")) if isinstance(caller, Mapping) and is_program else ""


def _item_findings(item: JsonObject) -> Iterator[str]:
    kind = _kind(item)
    if kind not in _ITEM_TYPES:
        yield f"an item has the unknown type {kind!r}"
    prefix = _ID_PREFIXES.get(kind)
    id_ = item.get("id")
    if prefix and isinstance(id_, str) and not id_.startswith(prefix):
        yield f"Invalid id {id_!r}. Expected an ID that begins with {prefix!r}."
    if kind == "message":
        yield from _role_findings(item)
    if kind == "function_call" and not isinstance(item.get("arguments"), str):
        yield f"the arguments of {item.get('call_id')} are not a string"
    if kind in _NATIVE_OUTPUTS:
        yield from _shape_findings(item, _shapes()[kind])


@cache
def _shapes() -> dict[str, TypeAdapter[Any]]:
    # The client takes a second to import, and most conversations contain none of these.
    from openai.types import responses
    from openai.types.responses import response_input_item_param as params

    forms = (
        params.ShellCallOutput,
        params.ApplyPatchCallOutput,
        responses.ResponseCustomToolCallOutputParam,
    )
    return dict(zip(_NATIVE_OUTPUTS, map(TypeAdapter, forms), strict=True))


def _shape_findings(item: JsonObject, shape: TypeAdapter[Any]) -> Iterator[str]:
    """Validate the item against the client's own type for it."""
    try:
        # pydantic validates the items of an iterable only when it is iterated.
        list(shape.validate_python(item).get("output") or ())
    except ValidationError as error:
        for wrong in error.errors():
            place = ".".join(str(part) for part in wrong["loc"])
            yield f"{item.get('type')} {item.get('call_id')}: {place}: {wrong['msg']}"


def _role_findings(item: JsonObject) -> Iterator[str]:
    role = str(item.get("role"))
    if role not in _RESPONSES_ROLES:
        yield f"a message has the role {role!r}"
        return
    content = item.get("content")
    for part in content if isinstance(content, list) else []:
        if part.get("type") not in _PART_TYPES[role]:
            yield f"a message of role {role!r} has a part of type {part.get('type')!r}"


def _unanswered_chat_calls(messages: Sequence[JsonObject]) -> Iterator[str]:
    """An assistant message with tool calls must be followed directly by all of their results."""
    waiting: list[str] = []
    for message in messages:
        if message.get("role") == "tool":
            id_ = str(message.get("tool_call_id"))
            if id_ in waiting:
                waiting.remove(id_)
            else:
                yield f"the tool message for {id_} follows no message with that tool call"
            continue
        yield from (f"tool_call_id {id_} has no response message" for id_ in waiting)
        waiting = _call_ids(message)
    yield from (f"tool_call_id {id_} has no response message" for id_ in waiting)


def _call_ids(message: JsonObject) -> list[str]:
    calls = message.get("tool_calls")
    return [str(call.get("id")) for call in calls] if isinstance(calls, list) else []


def _message_findings(message: JsonObject) -> Iterator[str]:
    role = message.get("role")
    if role not in _CHAT_ROLES:
        yield f"a message has the role {role!r}"
    said = message.get("content") or message.get("refusal") or message.get("tool_calls")
    if role in ("assistant", "user") and not said:
        yield f"a message of role {role!r} has no content"
