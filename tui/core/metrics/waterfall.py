"""Where the time of a turn went: spans, and parts whose sum is the whole."""

from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from tui.core.metrics.figure import Quality

Part = Literal[
    "tool", "decode", "stall", "wait", "connect", "prepare", "backoff", "approval", "queue",
    "runner",
]  # fmt: skip
"""In order of priority: an instant in several spans belongs to the first of these.

``stall``: nothing more came of an answer that was not complete.
``prepare``: a request is built. ``connect``: from there to the response's headers, which includes
opening a connection. ``runner``: no span, the work of the SDK and of the worker itself.
"""

PARTS: tuple[Part, ...] = get_args(Part)

Bar = Part | Literal["span"]
"""``span``: drawn, but in no sum, because the parts already have its time."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """One bar of the waterfall, in ns of the worker's clock."""

    part: Bar
    start: int
    end: int
    name: str = ""
    """The tool's or the agent's name."""
    key: str = ""
    """The same for all spans of one bar: the tool call, or the model call and its attempt."""
    attempt: int = 0
    parent: str = ""
    depth: int = 0
    """How many spans it is inside of, if it is a span of the user's code or of the SDK."""
    outcome: str = ""
    note: str = ""
    """For an attempt: whether it was cut off, and how it recovers one that was."""
    open: bool = False
    quality: Quality = "measured"
    """Of its times; unavailable: nobody saw its end, and it lasted until ``end`` or longer."""


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """Nanoseconds of each part."""

    tool: int = 0
    decode: int = 0
    stall: int = 0
    wait: int = 0
    connect: int = 0
    prepare: int = 0
    backoff: int = 0
    approval: int = 0
    queue: int = 0
    runner: int = 0

    @property
    def total(self) -> int:
        return sum(self.of(part) for part in PARTS)

    def of(self, part: Part) -> int:
        return int(getattr(self, part))

    def plus(self, other: "Parts") -> "Parts":
        return Parts(**{part: self.of(part) + other.of(part) for part in PARTS})


def partition(spans: Iterable[Span], start: int, end: int) -> Parts:
    """Assign every instant from ``start`` to ``end`` to exactly one part.

    Spans may overlap; time outside of ``start`` to ``end`` does not count.
    """
    edges: list[tuple[int, int, Part]] = []
    for span in spans:
        if span.part == "span":
            continue
        left, right = max(span.start, start), min(span.end, end)
        if left < right:
            edges += ((left, 1, span.part), (right, -1, span.part))
    edges.sort()
    depth = dict.fromkeys(PARTS, 0)
    sums = dict.fromkeys(PARTS, 0)
    at = start
    for instant, step, part in edges:
        sums[_first(depth)] += instant - at
        at = instant
        depth[part] += step
    sums["runner"] += max(end - at, 0)
    return Parts(**sums)


def _first(depth: dict[Part, int]) -> Part:
    return next((part for part in PARTS if depth[part]), "runner")


def longest(spans: Iterable[Span], parts: Parts) -> tuple[str, float]:
    """The part that took most of the time, in words, and its share of the whole (0 to 1).

    If that is tools, the tool that took the most time is named.
    """
    total = parts.total
    if total <= 0:
        return "", 0.0
    part = max(PARTS, key=parts.of)
    if part == "tool":
        by_name: dict[str, int] = {}
        for span in spans:
            if span.part == "tool":
                by_name[span.name] = by_name.get(span.name, 0) + span.end - span.start
        if by_name:
            name = max(by_name, key=lambda name: by_name[name])
            return f"tool {name}", min(by_name[name], parts.tool) / total
    return _WORDS[part], parts.of(part) / total


_WORDS: dict[Part, str] = {
    "tool": "tools",
    "decode": "decoding",
    "stall": "stalled",
    "wait": "waiting for the first token",
    "connect": "waiting for a response to begin",
    "prepare": "building requests",
    "backoff": "backing off",
    "approval": "waiting for approval",
    "queue": "waiting for the agent to start",
    "runner": "the runner",
}
