"""The details of an open row as lines, of which only those in view are wrapped."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Literal, NamedTuple

from rich.cells import cell_len

from tui.core.formatting import json_lines
from tui.dashboard.tools.tool_rows import Row, details
from tui.dashboard.tools.tool_text import cuts

INDENT = 4
"""Columns before a line of details."""

NARROWEST = 10
"""Columns of a line of details."""

LineKind = Literal["heading", "text", "json", "prose"]

SPOKEN = frozenset({"says", "said"})
"""Headings of details that are prose."""


class SourceLine(NamedTuple):
    """A line of the details before it is wrapped."""

    kind: LineKind
    text: str


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


def source_lines(parts: Iterable[tuple[str, str]]) -> list[SourceLine]:
    """``parts``: headings, and the text below each; JSON is indented."""
    lines: list[SourceLine] = []
    for heading, text in parts:
        lines.append(SourceLine("heading", heading))
        as_json = None if heading in SPOKEN else json_lines(text)
        kind: LineKind = "prose" if heading in SPOKEN else "text" if as_json is None else "json"
        lines += [
            SourceLine(kind, line.expandtabs(4) if "\t" in line else line)
            for line in (text.splitlines() if as_json is None else as_json)
        ]
    return lines


class RowDocument:
    """Source lines in ``width`` columns; a line of any length is cut only where it is looked at."""

    def __init__(self, lines: Sequence[SourceLine], width: int) -> None:
        self.lines = lines
        self.width = max(width, 1)
        self._ends = list(accumulate(map(self._height, lines)))

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

    def _height(self, line: SourceLine) -> int:
        kind, text = line
        if kind == "heading":
            return 1
        if len(text) * 2 <= self.width or (len(text) <= self.width and text.isascii()):
            return 1
        if text.isascii() and kind != "prose":
            return -(-len(text) // self.width)
        if kind != "prose" and cell_len(text) <= self.width:
            return 1
        return len(_cuts(text, self.width, prose=kind == "prose")) - 1


class RowDocuments:
    """The details of open rows, laid out until the row or the width of the pane changes."""

    def __init__(self) -> None:
        self.pane_width = 0
        self._known: dict[int, RowDocument] = {}
        """By the row's serial number."""

    def __len__(self) -> int:
        return len(self._known)

    def of(self, row: Row) -> RowDocument:
        known = self._known.get(row.serial)
        if known is None:
            width = max(NARROWEST, self.pane_width - INDENT)
            known = self._known[row.serial] = RowDocument(source_lines(details(row)), width)
        return known

    def fit(self, width: int) -> bool:
        """Lay them out for another width of the pane; whether that may change how long they are."""
        if width == self.pane_width:
            return False
        self.pane_width, known = width, bool(self._known)
        self._known.clear()
        return known

    def changed(self, row: Row) -> None:
        self._known.pop(row.serial, None)

    def keep(self, rows: Iterable[Row]) -> None:
        """Forget those of all other rows."""
        if self._known:
            shown = {row.serial for row in rows}
            self._known = {key: one for key, one in self._known.items() if key in shown}

    def clear(self) -> None:
        self._known.clear()


@lru_cache(maxsize=64)
def _cuts(text: str, width: int, *, prose: bool) -> list[int]:
    return cuts(text, width, prose=prose)
