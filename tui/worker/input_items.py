"""Input items of the Responses API, and the rules that a list of them must keep. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tui.protocol.recovery_text import INTERRUPTED_MARK, RECOVERY_PROMPT

Item = Mapping[str, object]

OUTPUT_SUFFIX = "_output"
INTERRUPTED_OUTPUT = "interrupted; may have completed"
NOT_RUN_OUTPUT = "not run: it was cancelled before it started"
EXIT_INTERRUPTED = 130
"""What shells give for a command that the person has interrupted: 128 + SIGINT."""
CALL_TYPES = frozenset(
    {
        "function_call", "custom_tool_call", "computer_call", "shell_call",
        "local_shell_call", "apply_patch_call",
    }
)  # fmt: skip
"""Items that must be followed by the output of the same ``call_id``."""
OUTPUT_TYPES = frozenset(kind + OUTPUT_SUFFIX for kind in CALL_TYPES)


def user_message(text: str) -> Item:
    return {"role": "user", "content": text}


def interrupted_message(text: str) -> Item:
    """What had been said when an answer was cut off; llama.cpp refuses it without the type."""
    return {"type": "message", "role": "assistant", "content": text + INTERRUPTED_MARK}


def call_id_of(item: Item) -> str:
    return str(item.get("call_id") or "")


def is_call(item: Item) -> bool:
    return item.get("type") in CALL_TYPES


def is_output(item: Item) -> bool:
    return item.get("type") in OUTPUT_TYPES


def is_turn_start(item: Item) -> bool:
    """A message that the person has sent, not one that was made to recover."""
    return item.get("role") == "user" and item.get("content") != RECOVERY_PROMPT


def missing_output(call: Item, text: str = INTERRUPTED_OUTPUT) -> Item:
    """An output for a call whose own is not known, in its tool's form; {} where it has none."""
    kind = str(call.get("type"))
    output: dict[str, object] = {"type": kind + OUTPUT_SUFFIX, "call_id": call_id_of(call)}
    match kind:
        case "computer_call":
            # Its output is a picture: nothing can be said in words.
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
    """The items with every rule kept: what may be sent as the start of a next request.

    Each call has an output (``not_run`` names the calls that certainly never started), no output
    is without its call, and no reasoning item is without the item that follows it.
    """
    answered = {call_id_of(item) for item in items if is_output(item)}
    called = {call_id_of(item) for item in items if is_call(item)}
    kept = [item for item in items if not is_output(item) or call_id_of(item) in called]
    return _with_reasoning_followed(list(_with_outputs(kept, answered, not_run)))


def last_turn_start(items: Sequence[Item]) -> int | None:
    """Where the last turn's message stands."""
    starts = [index for index, item in enumerate(items) if is_turn_start(item)]
    return starts[-1] if starts else None


def common_prefix(old: Sequence[Item], new: Sequence[Item]) -> int:
    """How many items both lists begin with."""
    for index, (before, after) in enumerate(zip(old, new, strict=False)):
        if before is not after and before != after:
            return index
    return min(len(old), len(new))


def _with_outputs(
    items: Iterable[Item], answered: set[str], not_run: frozenset[str]
) -> Iterator[Item]:
    """Missing outputs go behind the group of calls and outputs that their call stands in."""
    owed: list[Item] = []
    for item in items:
        if owed and not (is_call(item) or is_output(item)):
            yield from owed
            owed = []
        if is_call(item) and call_id_of(item) not in answered:
            text = NOT_RUN_OUTPUT if call_id_of(item) in not_run else INTERRUPTED_OUTPUT
            output = missing_output(item, text)
            if not output:
                continue
            owed.append(output)
        yield item
    yield from owed


def _with_reasoning_followed(items: Sequence[Item]) -> list[Item]:
    """Read from the end, so that a chain of reasoning falls with its last link."""
    kept: list[Item] = []
    for item in reversed(items):
        if item.get("type") == "reasoning" and not (kept and _may_follow_reasoning(kept[-1])):
            continue
        kept.append(item)
    return kept[::-1]


def _may_follow_reasoning(item: Item) -> bool:
    if item.get("role") is not None:
        # A plain message (without an id) was not made together with the reasoning.
        return item.get("role") == "assistant" and "id" in item
    return not is_output(item)
