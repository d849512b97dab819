"""The long results of the tool log's rows: how many of them stay in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui.dashboard.tools.tool_rows import Row

MOST_CHARACTERS = 100_000_000
"""Of all rows, where a journal has the others."""


class KeptResults:
    """Beyond ``most`` characters, the rows that were noted first keep their beginnings only."""

    def __init__(self) -> None:
        self.most: int | None = None
        """None: all are kept, since nothing else has them."""
        self._rows: dict[int, tuple[Row, int]] = {}
        """By serial number: each row with the characters after its beginning."""
        self._characters = 0

    def note(self, row: Row) -> None:
        """A row is new or has changed, or is being read."""
        size = sum(map(len, row.call.rest)) if row.call is not None else 0
        if not size and row.serial not in self._rows:
            return
        _, before = self._rows.pop(row.serial, (row, 0))
        self._rows[row.serial] = row, size
        self._characters += size - before
        if self.most is not None and self._characters > self.most:
            self._drop(self.most)

    def forget(self, rows: Iterable[Row]) -> None:
        """These rows have gone."""
        for row in rows:
            _, size = self._rows.pop(row.serial, (row, 0))
            self._characters -= size

    def clear(self) -> None:
        self._rows.clear()
        self._characters = 0

    def _drop(self, most: int) -> None:
        for serial, (row, size) in list(self._rows.items())[:-1]:
            if row.call is not None:
                row.item, row.result_stored = replace(row.call, rest=()), True
            del self._rows[serial]
            self._characters -= size
            if self._characters <= most:
                return
