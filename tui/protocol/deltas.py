"""Neighbouring deltas of one part are one text: how they are told and joined."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from tui.protocol.events import Delta, ReasoningDelta, RefusalDelta, TextDelta, ToolArgumentsDelta

# A tuple, the most frequent one first: a test against the union type costs four times as much.
DELTAS = (TextDelta, ReasoningDelta, ToolArgumentsDelta, RefusalDelta)


def same_part(one: Delta, other: Delta) -> bool:
    """Both belong to one answer, one reasoning or one call's arguments."""
    return (
        type(one) is type(other)
        and one.part == other.part
        and one.call == other.call
        and one.attempt == other.attempt
        and not (
            isinstance(one, ToolArgumentsDelta)
            and isinstance(other, ToolArgumentsDelta)
            and one.tool_call != other.tool_call
        )
    )


def parts_of(deltas: Sequence[Delta]) -> Iterator[tuple[Delta, list[str]]]:
    """The first of each neighbours of one part, and the texts of all of them."""
    first = deltas[0]
    texts: list[str] = []
    for delta in deltas:
        if same_part(first, delta):
            texts.append(delta.text)
        else:
            yield first, texts
            first, texts = delta, [delta.text]
    yield first, texts


def with_text(first: Delta, texts: list[str]) -> Delta:
    """The first of some neighbours, with the text of all."""
    return first if len(texts) == 1 else replace(first, text="".join(texts))
