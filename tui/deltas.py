"""Neighbouring deltas of one part are one text: how they are told and joined."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from tui.events import Delta, Event, ReasoningDelta, RefusalDelta, TextDelta, ToolArgumentsDelta

# A tuple, the most frequent one first: a test against the union type costs four times as much.
DELTAS = (TextDelta, ReasoningDelta, ToolArgumentsDelta, RefusalDelta)


def same_part(one: Delta, other: Delta) -> bool:
    """Both belong to one answer, one reasoning or one call's arguments."""
    return (
        type(one) is type(other)
        and one.part == other.part
        and one.call == other.call
        and one.attempt == other.attempt
        and getattr(one, "tool_call", None) == getattr(other, "tool_call", None)
    )


def with_text(first: Delta, texts: list[str]) -> Delta:
    """The first of some neighbours, with the text of all."""
    return first if len(texts) == 1 else replace(first, text="".join(texts))


def joined(events: Iterable[Event]) -> Iterator[Event]:
    """The same events with neighbouring deltas in one."""
    first: Delta | None = None
    texts: list[str] = []
    for event in events:
        if first is not None:
            if isinstance(event, DELTAS) and same_part(first, event):
                texts.append(event.text)
                continue
            yield with_text(first, texts)
            first = None
        if isinstance(event, DELTAS):
            first, texts = event, [event.text]
        else:
            yield event
    if first is not None:
        yield with_text(first, texts)
