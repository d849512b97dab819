"""Maps the lines of the tool log to its rows and their parts."""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from tui.dashboard.tools.tool_rows import Row, ToolRows

Entry = tuple[Row, int]
"""A row and a part of it: 0 is the summary, 1 the first line of the details."""

Place = tuple[int, int]
"""A row's serial number and a part: stays valid when rows before it are dropped."""


class ToolIndex:
    """The lines of `ToolRows`; ``details`` counts the lines below an open row's summary."""

    def __init__(self, details: Callable[[Row], int]) -> None:
        self.lines: list[Entry] = []
        self._details = details
        self._rows = 0
        self._dropped = 0
        self._stale = False

    def stale(self) -> None:
        """A row was opened, folded or changed: `update` must lay out all rows again."""
        self._stale = True

    def update(self, rows: ToolRows) -> bool:
        """Append new rows, or lay out all rows if any is stale or was dropped; whether it did."""
        all_rows = self._stale or rows.dropped != self._dropped
        if all_rows:
            self.lines, self._rows = [], 0
            self._stale, self._dropped = False, rows.dropped
        self._append(rows.rows[self._rows :])
        self._rows = len(rows.rows)
        return all_rows

    def place(self, line: int) -> Place:
        """The place on a line; the very first place if the line does not exist."""
        if not 0 <= line < len(self.lines):
            return 0, 0
        return _place(self.lines[line])

    def line(self, place: Place) -> int:
        """The line of a place, or of the next one if it was dropped."""
        return bisect_left(self.lines, place, key=_place)

    def _append(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self.lines.append((row, 0))
            if row.open:
                self.lines.extend((row, part + 1) for part in range(self._details(row)))


def _place(entry: Entry) -> Place:
    row, part = entry
    return row.serial, part
