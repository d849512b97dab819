"""The pictures and files of the tool log's rows: how many of them stay in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.core.conversation import ToolCall
from tui.dashboard.tools.row_sizes import RowSizes

if TYPE_CHECKING:
    from tui.dashboard.tools.tool_rows import Row

MOST_BYTES = 200_000_000
"""Of all rows. The journal has the data of all calls."""


class KeptFiles(RowSizes):
    """Beyond ``most`` bytes, the oldest calls lose their data, but never the newest row."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        super().__init__()
        self._most = most

    def changed(self, row: Row) -> None:
        """A row is new or has changed."""
        if not row.attachments:
            return
        self.note(row, sum(len(one.data) for one in row.attachments))
        for old in self.beyond(self._most):
            call = old.call
            if isinstance(call, ToolCall) and not call.open:
                empty = tuple(replace(one, data=b"") for one in call.attachments)
                old.item, old.files_stored = replace(call, attachments=empty), True
                self.note(old, 0)
