"""Maps the lines of the tool log to the rows in view and their parts."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from tui.dashboard.tools.tool_rows import Row, ToolRows

Entry = tuple[Row, int]
"""A row and a part of it: 0 is the summary, 1 the first line of the details."""

Place = tuple[int, int]
"""A row's serial number and a part: stays valid when rows before it are dropped."""


class ToolIndex:
    """The lines of `ToolRows`; ``details`` counts the lines below an open row's summary.

    Calls of nested agents stand below their call if that is unfolded. With ``fits``, only rows
    that it fits are there, folded or not.
    """

    def __init__(self, details: Callable[[Row], int]) -> None:
        self.rows: list[Row] = []
        """Those in view or above and below it, in order."""
        self.total = 0
        """Lines."""
        self.fits: Callable[[Row], bool] | None = None
        self._details = details
        self._starts: list[int] = []
        self._places: dict[int, int] = {}
        self._seen = 0
        self._newest = 0
        """The serial number of the newest row that was laid out."""
        self._dropped = 0
        self._stale = False

    def stale(self) -> None:
        """A row was opened, folded or changed: `update` must lay out all rows again."""
        self._stale = True

    def update(self, rows: ToolRows) -> bool:
        """Append new rows, or lay out all rows if any is stale or was dropped; whether it did."""
        all_rows = self._stale or rows.dropped != self._dropped or len(rows.rows) < self._seen
        if all_rows:
            self.rows, self._starts, self._places = [], [], {}
            self.total = self._seen = 0
            self._stale, self._dropped = False, rows.dropped
        self._append(rows.rows[self._seen :])
        self._seen = len(rows.rows)
        self._newest = rows.rows[-1].serial if rows.rows else 0
        return all_rows

    def has_seen(self, row: Row) -> bool:
        """Whether it was laid out, or left out; a new one will be without doing so with all."""
        return row.serial <= self._newest

    def entry(self, line: int) -> Entry | None:
        """What is on a line; None below the last."""
        if not 0 <= line < self.total:
            return None
        place = bisect_right(self._starts, line) - 1
        return self.rows[place], line - self._starts[place]

    def place(self, line: int) -> Place:
        """The place on a line; the very first place if the line does not exist."""
        entry = self.entry(line)
        return (entry[0].serial, entry[1]) if entry is not None else (0, 0)

    def line(self, place: Place) -> int:
        """The line of a place, or of the next one if it is not there."""
        serial, part = place
        at = self._places.get(serial)
        if at is None:
            return self._start(self.position(serial))
        return min(self._starts[at] + part, self._start(at + 1))

    def position(self, serial: int) -> int:
        """The index of a row among `rows`, or of the next one if it is not there."""
        at = self._places.get(serial)
        if at is not None:
            return at
        later = (at for at, row in enumerate(self.rows) if row.serial > serial)
        return next(later, len(self.rows))

    def __contains__(self, row: Row) -> bool:
        return row.serial in self._places

    def _start(self, place: int) -> int:
        return self._starts[place] if place < len(self._starts) else self.total

    def _append(self, rows: Sequence[Row]) -> None:
        for row in rows if self.fits is not None else _unfolded(rows):
            if self.fits is not None and not self.fits(row):
                continue
            self._places[row.serial] = len(self.rows)
            self.rows.append(row)
            self._starts.append(self.total)
            self.total += 1 + (self._details(row) if row.open else 0)


def _unfolded(rows: Iterable[Row]) -> Iterable[Row]:
    """The rows at the top, each with those below it if it is unfolded, to any depth."""
    for row in rows:
        if row.above is not None:
            continue
        if not (row.unfolded and row.children):
            yield row
            continue
        waiting = [row]
        while waiting:
            one = waiting.pop()
            yield one
            if one.unfolded:
                waiting.extend(reversed(one.children))
