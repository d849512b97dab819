"""The pictures and files of the tool log's rows: how many of them stay in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.core.conversation import ToolCall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui.dashboard.tools.tool_rows import Row

MOST_BYTES = 200_000_000
"""Of all rows. The journal has the data of all calls."""


class KeptFiles:
    """Beyond ``most`` bytes, the oldest calls lose their data, but never the newest row."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._rows: dict[int, tuple[Row, int]] = {}
        """By serial number: each row with its bytes."""
        self._bytes = 0

    def note(self, row: Row) -> None:
        """A row is new or has changed."""
        if not row.attachments:
            return
        size = sum(len(one.data) for one in row.attachments)
        _, before = self._rows.get(row.serial, (row, 0))
        self._rows[row.serial] = row, size
        self._bytes += size - before
        if self._bytes > self._most:
            self._drop()

    def newest(self) -> Row | None:
        """The newest row that has any."""
        return next((row for row, _ in reversed(self._rows.values())), None)

    def forget(self, rows: Iterable[Row]) -> None:
        """These rows have gone."""
        for row in rows:
            _, size = self._rows.pop(row.serial, (row, 0))
            self._bytes -= size

    def clear(self) -> None:
        self._rows.clear()
        self._bytes = 0

    def _drop(self) -> None:
        for serial, (row, size) in list(self._rows.items())[:-1]:
            call = row.call
            if size and isinstance(call, ToolCall) and not call.open:
                empty = tuple(replace(one, data=b"") for one in call.attachments)
                row.item, row.files_stored = replace(call, attachments=empty), True
                self._rows[serial] = row, 0
                self._bytes -= size
            if self._bytes <= self._most:
                return
