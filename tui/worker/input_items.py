"""Input items of the Responses API, and the rules for a valid list of them. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from tui.protocol.attached_files import FILE_LABEL, part_in_words, part_of, words_of
from tui.protocol.recovery_text import (
    INTERRUPTED_MARK,
    INTERRUPTED_OUTPUT,
    NOT_RUN_OUTPUT,
    RECOVERY_PROMPT,
)

Item = Mapping[str, object]

OUTPUT_SUFFIX = "_output"
FUNCTION_OUTPUT = "function_call_output"
COMPACTION = "compaction"
PROGRAM = "program"
PROGRAM_OUTPUT = PROGRAM + OUTPUT_SUFFIX
EXIT_INTERRUPTED = 130
"""A shell's exit code for a command that was interrupted: 128 + SIGINT."""
CALL_TYPES = frozenset(
    {
        "function_call", "custom_tool_call", "computer_call", "shell_call",
        "local_shell_call", "apply_patch_call",
    }
)  # fmt: skip
"""Items that need an output with the same ``call_id`` after them."""
APPROVAL_REQUEST = "mcp_approval_request"
"""A provider's question whether it may run a tool; it needs an answer with its id after it."""
APPROVAL_RESPONSE = "mcp_approval_response"
OUTPUT_TYPES = frozenset(kind + OUTPUT_SUFFIX for kind in CALL_TYPES)


def user_message(text: str, attached: Sequence[str] = ()) -> Item:
    """``attached`` are addresses of pictures and of files (`attached_files.py`)."""
    if not attached:
        return {"role": "user", "content": text}
    parts = [part_of(address) for address in attached]
    return {"role": "user", "content": [{"type": "input_text", "text": text}, *parts]}


def text_of(item: Item) -> str:
    """What a message says, without the files that are attached to it."""
    content = item.get("content")
    if isinstance(content, str):
        return content
    texts = [str(part.get("text") or "") for part in _parts(content)]
    return "".join([*texts[:1], *(one for one in texts[1:] if not one.startswith(FILE_LABEL))])


def attached_to(item: Item, pictures: Mapping[str, str] = MappingProxyType({})) -> tuple[str, ...]:
    """What is attached to a message, each on one line; ``pictures`` have names in these."""
    parts = _parts(item.get("content"))[1:]
    words = (pictures.get(str(part.get("image_url"))) or part_in_words(part) for part in parts)
    return tuple(filter(None, words))


def pictures_in_words(item: Item, attached: Sequence[str]) -> dict[str, str]:
    """What the pictures among what is attached to a message are, by their address in it."""
    parts = _parts(item.get("content"))[1:]
    return {
        str(part["image_url"]): words_of(address)
        for part, address in zip(parts, attached, strict=False)
        if part.get("type") == "input_image"
    }


def pictures_in(item: Item) -> int:
    """How many pictures a message has."""
    return sum(part.get("type") == "input_image" for part in _parts(item.get("content")))


def said_again(item: Item) -> Item:
    """The same message, as a new one."""
    return {"role": "user", "content": item.get("content")}


def _parts(content: object) -> list[Item]:
    if not isinstance(content, list):
        return []
    return [part for part in content if isinstance(part, Mapping)]


def interrupted_message(text: str) -> Item:
    """The partial text of an answer that was cut off; llama.cpp requires the type."""
    return {"type": "message", "role": "assistant", "content": text + INTERRUPTED_MARK}


_ID_FIELDS = {APPROVAL_REQUEST: "id", APPROVAL_RESPONSE: "approval_request_id"}


def call_id_of(item: Item) -> str:
    """What a call and its output have in common, as have a request for approval and its answer."""
    field = _ID_FIELDS.get(str(item.get("type")), "call_id")
    return str(item.get(field) or "")


def with_arguments(item: Item, arguments: Mapping[str, str]) -> Item:
    """The item; a call whose id is among ``arguments`` has those."""
    if not arguments or item.get("type") != "function_call" or call_id_of(item) not in arguments:
        return item
    return {**item, "arguments": arguments[call_id_of(item)]}


def is_call(item: Item) -> bool:
    return item.get("type") in CALL_TYPES or item.get("type") == APPROVAL_REQUEST


def is_output(item: Item) -> bool:
    return item.get("type") in OUTPUT_TYPES or item.get("type") == APPROVAL_RESPONSE


def is_turn_start(item: Item) -> bool:
    """A message that the user sent, and not one that was added to recover."""
    return item.get("role") == "user" and item.get("content") != RECOVERY_PROMPT


def missing_output(call: Item, text: str = INTERRUPTED_OUTPUT) -> Item:
    """An output for a call whose own is unknown, in the form of its type; {} if there is none."""
    kind = str(call.get("type"))
    output: dict[str, object] = {"type": kind + OUTPUT_SUFFIX, "call_id": call_id_of(call)}
    match kind:
        case "computer_call" | "mcp_approval_request":
            # A screenshot, or the user's answer: it cannot be made up.
            return {}
        case "shell_call":
            outcome = {"type": "exit", "exit_code": EXIT_INTERRUPTED}
            chunk = {"stdout": "", "stderr": text, "outcome": outcome}
            return {**output, "output": [chunk]}
        case "apply_patch_call":
            return {**output, "status": "failed", "output": text}
        case _:
            return {**output, "output": text}


def settled(items: Sequence[Item], not_run: frozenset[str] = frozenset()) -> list[Item]:
    """A valid list, with which the next request can start.

    Each call gets an output (``not_run`` are calls that never started). Outputs without their call
    are dropped, as are programs that were cut off, and reasoning without the item that follows it.
    """
    return with_reasoning_followed(paired(_without_open_programs(items), not_run))


def paired(items: Sequence[Item], not_run: frozenset[str] = frozenset()) -> list[Item]:
    """Each call with an output, and no output without its call."""
    answered = {call_id_of(item) for item in items if is_output(item)}
    called = {call_id_of(item) for item in items if is_call(item)}
    kept = [item for item in items if not is_output(item) or call_id_of(item) in called]
    return list(_with_outputs(kept, answered, not_run))


def compaction_at(items: Sequence[Item]) -> int:
    """The index of the newest item that stands for all before it; 0 without one."""
    newest = _newest_compaction(items)
    return 0 if _is_window(items, newest) else max(newest, 0)


def window_of(items: Sequence[Item]) -> int:
    """How many items at the start a compaction of the whole conversation has left; 0 if none.

    They belong together: the messages before the compaction are not in it.
    """
    newest = _newest_compaction(items)
    return newest + 1 if newest >= 0 and _is_window(items, newest) else 0


def _newest_compaction(items: Sequence[Item]) -> int:
    found = (index for index, item in enumerate(items) if item.get("type") == COMPACTION)
    return max(found, default=-1)


def _is_window(items: Sequence[Item], compaction: int) -> bool:
    """Whether it was made beside the conversation: only messages that lost their ids are before it.

    One that a model made while it answered has answers with ids before it, and its own after it.
    """
    return all(
        item.get("role") is not None and not (item.get("role") == "assistant" and item.get("id"))
        for item in items[: max(compaction, 0)]
    ) and all(item.get("role") == "user" for item in items[compaction + 1 : compaction + 2])


def compacted(items: Sequence[Item]) -> list[Item]:
    """From the newest compaction on: the server needs nothing of what was before."""
    start = compaction_at(items)
    return settled(items[start:]) if start else list(items)


def last_turn_start(items: Sequence[Item]) -> int | None:
    """The index of the last turn's message."""
    starts = [index for index, item in enumerate(items) if is_turn_start(item)]
    return starts[-1] if starts else None


def common_prefix(old: Sequence[Item], new: Sequence[Item]) -> int:
    """How many items both lists have in common at the start."""
    for index, (before, after) in enumerate(zip(old, new, strict=False)):
        if before is not after and before != after:
            return index
    return min(len(old), len(new))


def shortened(items: Sequence[Item], whole: Sequence[Item], window: Sequence[Item]) -> list[Item]:
    """With ``window`` in the place of ``whole``, if they begin with that."""
    begins = bool(whole) and common_prefix(whole, items) == len(whole)
    return [*window, *items[len(whole) :]] if begins else list(items)


def program_of(item: Item) -> str:
    """The call id of the program that made a call, or that an output is for; "" for none."""
    caller = item.get("caller")
    is_program = isinstance(caller, Mapping) and caller.get("type") == PROGRAM
    return str(caller.get("caller_id") or "") if isinstance(caller, Mapping) and is_program else ""


def _without_open_programs(items: Sequence[Item]) -> list[Item]:
    """Without programs that have no output: another run cannot take theirs.

    What their calls did is kept, as calls of the model itself.
    """
    ended = {call_id_of(item) for item in items if item.get("type") == PROGRAM_OUTPUT}
    kept: list[Item] = []
    for item in items:
        if item.get("type") == PROGRAM and call_id_of(item) not in ended:
            while kept and kept[-1].get("type") == "reasoning":
                kept.pop()
        elif program_of(item) and program_of(item) not in ended:
            kept.append({field: value for field, value in item.items() if field != "caller"})
        else:
            kept.append(item)
    return kept


def _with_outputs(
    items: Iterable[Item], answered: set[str], not_run: frozenset[str]
) -> Iterator[Item]:
    """Adds missing outputs after the group of calls and outputs that holds their call."""
    missing: list[Item] = []
    for item in items:
        if missing and not (is_call(item) or is_output(item)):
            yield from missing
            missing = []
        if is_call(item) and call_id_of(item) not in answered:
            text = NOT_RUN_OUTPUT if call_id_of(item) in not_run else INTERRUPTED_OUTPUT
            output = missing_output(item, text)
            if not output:
                continue
            missing.append(output)
        yield item
    yield from missing


def with_reasoning_followed(items: Sequence[Item]) -> list[Item]:
    """Without reasoning whose following item is missing."""
    kept: list[Item] = []
    # From the end, so that reasoning before dropped reasoning is dropped too.
    for item in reversed(items):
        if item.get("type") == "reasoning" and not (kept and _may_follow_reasoning(kept[-1])):
            continue
        kept.append(item)
    return kept[::-1]


def _may_follow_reasoning(item: Item) -> bool:
    if item.get("role") is not None:
        # A message without an id is not from the answer that the reasoning is from.
        return item.get("role") == "assistant" and "id" in item
    return not is_output(item)
