"""The details of an open row as lines, of which only those in view are wrapped."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, chain
from typing import Final, Literal, NamedTuple

from rich.cells import cell_len

from tui.core.json_text import json_lines
from tui.dashboard.tools.tool_text import cuts

INDENT = 4
"""Columns before a line of details."""

NARROWEST = 10
"""Columns of a line of details."""

LineKind = Literal["heading", "text", "json", "prose"]

_NARROW: Final = re.compile(
    r"[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0530\u1e00-\u1fff]*"
)
"""Letters of one cell each: to count them is fifty times faster than to measure them."""

SPOKEN = frozenset({"says", "said"})
"""Headings of details that are prose."""


class SourceLine(NamedTuple):
    """A line of the details before it is wrapped."""

    kind: LineKind
    text: str


class SourceLines:
    """All of them: ``sections`` of lines of one kind. There may be hundreds of thousands."""

    def __init__(self, sections: Iterable[tuple[LineKind, list[str]]]) -> None:
        self.sections = list(sections)
        self._ends = list(accumulate(len(lines) for _, lines in self.sections))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[SourceLine]:
        for kind, lines in self.sections:
            for line in lines:
                yield SourceLine(kind, line)

    def __getitem__(self, number: int) -> SourceLine:
        section = bisect_right(self._ends, number)
        kind, lines = self.sections[section]
        return SourceLine(kind, lines[number - (self._ends[section - 1] if section else 0)])


class DrawnLine(NamedTuple):
    """A part of a source line that fits the pane."""

    kind: LineKind
    text: str
    """All of the source line."""
    start: int
    end: int
    """The part, in characters."""
    source: int
    """The number of the source line."""


def source_lines(parts: Iterable[tuple[str, str]]) -> SourceLines:
    """``parts``: headings, and the text below each; JSON is indented."""
    sections: list[tuple[LineKind, list[str]]] = []
    for heading, text in parts:
        as_json = None if heading in SPOKEN else json_lines(text)
        kind: LineKind = "prose" if heading in SPOKEN else "text" if as_json is None else "json"
        lines = text.splitlines() if as_json is None else as_json
        if "\t" in text:
            lines = [line.expandtabs(4) for line in lines]
        sections += [("heading", [heading]), (kind, lines)]
    return SourceLines(sections)


class RowDocument:
    """Source lines in ``width`` columns; a line of any length is cut only where it is looked at."""

    def __init__(self, lines: SourceLines, width: int) -> None:
        self.lines = lines
        self.width = max(width, 1)
        self._ends = list(accumulate(chain.from_iterable(map(self._heights, lines.sections))))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def line(self, number: int) -> DrawnLine:
        """A line as it is drawn, from 0."""
        source = bisect_right(self._ends, number)
        kind, text = self.lines[source]
        part = number - (self._ends[source - 1] if source else 0)
        if kind == "heading" or (text.isascii() and kind != "prose"):
            start = part * self.width if kind != "heading" else 0
            return DrawnLine(kind, text, start, min(start + self.width, len(text)), source)
        places = _cuts(text, self.width, prose=kind == "prose")
        return DrawnLine(kind, text, places[part], places[part + 1], source)

    def number(self, source: int, at: int) -> int:
        """The drawn line on which a character of a source line is."""
        first = self._ends[source - 1] if source else 0
        kind, text = self.lines[source]
        if kind == "heading":
            return first
        if text.isascii() and kind != "prose":
            return first + at // self.width
        places = _cuts(text, self.width, prose=kind == "prose")
        return first + max(bisect_right(places[:-1], at) - 1, 0)

    def _heights(self, section: tuple[LineKind, list[str]]) -> Iterable[int]:
        kind, lines = section
        width = self.width
        if kind == "heading":
            return [1]
        if kind == "prose":
            return [self._height(kind, line) for line in lines]
        if all(map(str.isascii, lines)):
            return [-(-length // width) or 1 for length in map(len, lines)]
        narrow = _NARROW.fullmatch
        return [
            1 if len(line) <= width and narrow(line) else self._height(kind, line) for line in lines
        ]

    def _height(self, kind: LineKind, text: str) -> int:
        if len(text) * 2 <= self.width or (len(text) <= self.width and text.isascii()):
            return 1
        if text.isascii() and kind != "prose":
            return -(-len(text) // self.width)
        if kind != "prose" and cell_len(text) <= self.width:
            return 1
        return len(_cuts(text, self.width, prose=kind == "prose")) - 1


@lru_cache(maxsize=64)
def _cuts(text: str, width: int, *, prose: bool) -> list[int]:
    return cuts(text, width, prose=prose)
