"""The bars of a turn's waterfall: which spans share one, and what each is called."""

from collections.abc import Sequence
from typing import Final

from tui.core.metrics.waterfall import Bar, Part, Span

_OF_AN_ATTEMPT: Final[frozenset[Bar]] = frozenset(("prepare", "connect", "wait", "decode", "stall"))


_NAMES: Final[dict[Part, str]] = {"queue": "start", "connect": "request"}


def part_name(part: Part) -> str:
    """What a part is called; the steps of a connection have names of their own."""
    return _NAMES.get(part, part)


def joined_bars(spans: Sequence[Span]) -> list[list[Span]]:
    """The bars, in order of their starts; the spans of one attempt make one bar."""
    bars: dict[tuple[str, str], list[Span]] = {}
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        kind = "attempt" if span.part in _OF_AN_ATTEMPT else span.part
        bars.setdefault((kind, f"{span.key} {span.attempt}"), []).append(span)
    return list(bars.values())


def bar_label(bar: Sequence[Span]) -> str:
    """What a bar is called, without indent."""
    first = bar[0]
    match first.part:
        case "tool" | "span":
            return first.name
        case "backoff":
            return "backoff"
        case "queue":
            return part_name("queue")
        case "approval":
            return f"{first.name}?"
        case _:
            number = f" #{first.attempt}" if first.attempt > 1 else ""
            return f"{first.name}{number}" + (f" {first.note}" if first.note else "")
