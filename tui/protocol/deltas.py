"""Consecutive deltas of one part are one text: how to recognise and join them."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from tui.protocol.events import Delta, ReasoningDelta, RefusalDelta, TextDelta, ToolArgumentsDelta

# A tuple, the most frequent first: isinstance with the union type takes four times as long.
DELTAS = (TextDelta, ReasoningDelta, ToolArgumentsDelta, RefusalDelta)


def same_part(one: Delta, other: Delta) -> bool:
    """Whether both belong to the same answer, reasoning or tool-call arguments."""
    return (
        type(one) is type(other)
        and one.part == other.part
        and one.call == other.call
        and one.attempt == other.attempt
        and one.run == other.run
        and not (
            isinstance(one, ToolArgumentsDelta)
            and isinstance(other, ToolArgumentsDelta)
            and one.tool_call != other.tool_call
        )
    )


def parts_of(deltas: Sequence[Delta]) -> Iterator[tuple[Delta, list[str]]]:
    """For each stretch of deltas of one part: its first delta and the texts of all of them."""
    first, texts = deltas[0], [deltas[0].text]
    for delta in deltas[1:]:
        if not same_part(first, delta):
            yield first, texts
        elif not says_nothing(first):
            texts.append(delta.text)
            continue
        first, texts = delta, [delta.text]
    yield first, texts


def says_nothing(delta: Delta) -> bool:
    """An empty delta, after which its part has not begun; one of arguments announces its call."""
    return not delta.text and not isinstance(delta, ToolArgumentsDelta)


def with_text(first: Delta, texts: list[str]) -> Delta:
    """The first delta of a stretch, with the text of the whole stretch."""
    return first if len(texts) == 1 else replace(first, text="".join(texts))
