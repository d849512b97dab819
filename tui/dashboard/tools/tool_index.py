"""Which row of the tool log, and which part of it, stands on each of its lines."""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from tui.dashboard.tools.tool_rows import Row, ToolRows

Entry = tuple[Row, int]
"""A row and a part of it: 0 is its summary, 1 the first line of its details."""

Place = tuple[int, int]
"""The serial number of a row and a part of it: stays true when rows before it are dropped."""


class ToolIndex:
    """The lines of some `ToolRows`; ``details`` counts the lines below an open row's summary."""

    def __init__(self, details: Callable[[Row], int]) -> None:
        self.lines: list[Entry] = []
        self._details = details
        self._rows = 0
        self._dropped = 0
        self._stale = False

    def stale(self) -> None:
        """A row that is laid out was opened, folded or changed: lay all of them out again."""
        self._stale = True

    def update(self, rows: ToolRows) -> bool:
        """Take up what is new, in as much time as there are new rows; whether all was laid out."""
        anew = self._stale or rows.dropped != self._dropped
        if anew:
            self.lines, self._rows = [], 0
            self._stale, self._dropped = False, rows.dropped
        self._append(rows.rows[self._rows :])
        self._rows = len(rows.rows)
        return anew

    def place(self, line: int) -> Place:
        """What stands on a line; the beginning of everything if nothing does."""
        if not 0 <= line < len(self.lines):
            return 0, 0
        return _place(self.lines[line])

    def line(self, place: Place) -> int:
        """Where a place is; if it is gone, where the next one is."""
        return bisect_left(self.lines, place, key=_place)

    def _append(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self.lines.append((row, 0))
            if row.open:
                self.lines.extend((row, part + 1) for part in range(self._details(row)))


def _place(entry: Entry) -> Place:
    row, part = entry
    return row.serial, part
