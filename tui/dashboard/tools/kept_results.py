"""The long results of the tool log's rows: how many of them stay in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.dashboard.tools.row_sizes import RowSizes

if TYPE_CHECKING:
    from tui.dashboard.tools.tool_rows import Row

MOST_CHARACTERS = 100_000_000
"""Of all rows, where a journal has the others."""


class KeptResults(RowSizes):
    """Beyond ``most`` characters, the rows that were noted first keep their beginnings only."""

    def __init__(self) -> None:
        super().__init__()
        self.most: int | None = None
        """None: all are kept, since nothing else has them."""

    def changed(self, row: Row) -> None:
        """A row is new or has changed, or is being read."""
        size = sum(map(len, row.call.rest)) if row.call is not None else 0
        if not size and row not in self:
            return
        self.note(row, size, last=True)
        if self.most is None:
            return
        for old in self.beyond(self.most):
            if old.call is not None:
                old.item, old.result_stored = replace(old.call, rest=()), True
            self.forget([old])
