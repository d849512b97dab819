"""Long results in the tool log: laid out in a thread, read from the journal, shown in the pager."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.dashboard.messages import Copied, PagerWanted, ResultWanted
from tui.dashboard.tools.kept_results import MOST_CHARACTERS
from tui.dashboard.tools.row_document import source_lines
from tui.dashboard.tools.tool_rows import details

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.dashboard.tools.row_documents import LayoutJob
    from tui.dashboard.tools.tool_log import ToolLog
    from tui.dashboard.tools.tool_rows import Row


class LongResults:
    """Of one log, in which nothing waits for them."""

    def __init__(self, log: ToolLog) -> None:
        self._log = log

    def are_stored(self) -> None:
        """A journal has all of them: only so many stay in memory."""
        self._log.rows.results.most = MOST_CHARACTERS

    def lay_out(self, job: LayoutJob) -> None:
        """Millions of characters take seconds."""
        self._log.run_worker(self._lay_out(job), group="long details")

    def page(self, row: Row) -> None:
        """Show all of a row in the pager."""
        self._whole(row, lambda: self._log.run_worker(self._page(row), group="pager"))

    def copy(self, row: Row) -> None:
        """Copy a row's result, or its arguments if it has none."""
        part = "result" if row.beginning else "arguments"
        what = f"the {part} of {row.name}" if row.name else "the line"
        self._whole(row, lambda: self._log.post_message(Copied(row.result or row.arguments, what)))

    def open(self, row: Row) -> None:
        """A row was opened: show all of its result if it is in the journal."""
        self._whole(row, lambda: None)

    def restore(self, row: Row, pieces: Sequence[str]) -> None:
        """The rest of a result, as the journal has it."""
        if row.call is None or not row.result_stored:
            return
        row.item, row.result_stored = replace(row.call, rest=tuple(pieces)), False
        self._log.rows.results.changed(row)
        self._log.documents.changed(row)
        self._log.lay_out_again()

    def _whole(self, row: Row, then: Callable[[], object]) -> None:
        if row.result_stored:
            self._log.post_message(ResultWanted(row, then))
        else:
            then()

    async def _lay_out(self, job: LayoutJob) -> None:
        if self._log.documents.laid_out(job, *await asyncio.to_thread(job.run)):
            self._log.index.stale()
            self._log.changed()

    async def _page(self, row: Row) -> None:
        self._log.post_message(PagerWanted(await asyncio.to_thread(_pages, row)))


def _pages(row: Row) -> str:
    lines = [row.name, *(line.text for line in source_lines(details(row)))]
    return "\n".join(lines).lstrip("\n")
