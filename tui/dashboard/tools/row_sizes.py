"""How much the tool log's rows keep in memory, and which of them are beyond a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tui.dashboard.tools.tool_rows import Row


class RowSizes:
    """Rows in the order in which they were noted, each with its size in a unit of the caller's."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[Row, int]] = {}
        """By serial number."""
        self.total = 0

    def __contains__(self, row: Row) -> bool:
        return row.serial in self._rows

    def note(self, row: Row, size: int, *, last: bool = False) -> None:
        """The row has this size now; ``last``: it counts as the newest one again."""
        _, before = self._rows.get(row.serial, (row, 0))
        if last:
            self._rows.pop(row.serial, None)
        self._rows[row.serial] = row, size
        self.total += size - before

    def newest(self) -> Row | None:
        return next((row for row, _ in reversed(self._rows.values())), None)

    def forget(self, rows: Iterable[Row]) -> None:
        """These rows have gone."""
        for row in rows:
            _, size = self._rows.pop(row.serial, (row, 0))
            self.total -= size

    def clear(self) -> None:
        self._rows.clear()
        self.total = 0

    def beyond(self, most: int) -> Iterator[Row]:
        """The oldest rows with a size, while all are more than ``most``; never the newest."""
        for row, size in list(self._rows.values())[:-1]:
            if self.total <= most:
                return
            if size:
                yield row
