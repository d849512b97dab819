"""Searching and filtering the tool log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.dashboard.commands.bindings import key_of
from tui.dashboard.messages import HitsChanged
from tui.dashboard.search_words import found_words
from tui.dashboard.tools.log_search import NAME, LogSearch
from tui.dashboard.tools.row_filter import RowFilter, parsed, vocabulary
from tui.dashboard.windows.pane_line import LineWanted, ask_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.dashboard.tools.tool_log import ToolLog
    from tui.dashboard.tools.tool_rows import Row


class LogFinder:
    """What is searched for in a log, which of its rows are shown, and what it says of that."""

    def __init__(self, log: ToolLog) -> None:
        self._log = log
        self._search = LogSearch()
        self._found = ""
        """What the search says."""
        self._filter = RowFilter()
        self._fitting: dict[int, tuple[object, bool]] = {}
        """By serial number: what a row was, and whether the filter showed it."""
        self._dropped = 0
        """How many rows the log had dropped when what is known of them was last forgotten."""

    @property
    def words(self) -> str:
        """What the log's lower border says of the search and of the filter."""
        if not self._filter:
            return self._found
        if self._found:
            return f"{self.shown} · {self._found}"
        clears = f"{key_of(self._log, 'escape')} clears"
        return f"{self._filter.typed}: {self.shown} · {clears}"

    @property
    def shown(self) -> str:
        """How many rows are shown of how many; "" without a filter."""
        if not self._filter:
            return ""
        return f"{len(self._log.index.rows):,} of {len(self._log.rows.rows):,} shown"

    def moves(self, row: Row) -> bool:
        """Whether the filter shows a row that was hidden, or hides one that was shown."""
        index = self._log.index
        return bool(self._filter) and index.has_seen(row) and self._fits(row) != (row in index)

    def _fits(self, row: Row) -> bool:
        known = self._fitting.get(row.serial)
        if known is None or known[0] is not row.item:
            known = self._fitting[row.serial] = row.item, self._filter.fits(row)
        return known[1]

    def ask(self) -> None:
        """Ask what to show."""
        log = self._log
        ask_line(
            log.app,
            LineWanted(
                log,
                "show",
                self._filter.typed,
                changed=self.filter,
                words=lambda: self.shown,
                vocabulary=vocabulary(log.rows),
            ),
        )

    def filter(self, typed: str) -> None:
        """Show only rows that fit what was typed; "" shows all of them."""
        self._filter = parsed(typed)
        self._fitting.clear()
        self._log.index.fits = self._fits if self._filter else None
        self._log.lay_out_again()
        self.count()
        if self._filter:
            self._log.action_go("end")

    def search(self, words: str) -> None:
        """Mark all occurrences of words and go to the next from here on; "" ends the search."""
        self._search.start(words)
        self._log.painter.pattern = self._search.pattern
        if self._search.words:
            self.step(forward=True)
        else:
            self._say("")

    def step(self, *, forward: bool) -> None:
        """Go to the next hit, after the last to the first, or to the one before."""
        log = self._log
        here = log.row_at_cursor
        first = here.serial if here is not None else 0
        hit, number, count, folded = self._search.step(
            self._searched, first, self._is_folded, forward=forward
        )
        log.painter.shown = self._search.shown
        if hit is not None:
            self._show(log.rows.rows[log.rows.position(hit.row)], hit.line, hit.at)
        self._say(found_words(log, HitsChanged(self._search.words, number, count, folded)))

    @property
    def _searched(self) -> Sequence[Row]:
        index = self._log.index
        return self._log.rows.rows if index.fits is None else index.rows

    def _is_folded(self, row: Row) -> bool:
        return row not in self._log.index

    def count(self) -> None:
        """Other rows are searched: say where among their hits the search is."""
        if self._search.words:
            found = self._search.count(self._searched, self._is_folded)
            self._say(found_words(self._log, HitsChanged(self._search.words, *found)))

    def forget_dropped(self) -> bool:
        """Hold nothing of rows that the log has dropped; False if it has dropped none."""
        rows = self._log.rows
        if rows.dropped == self._dropped:
            return False
        self._dropped = rows.dropped
        there = {row.serial for row in rows}
        self._fitting = {serial: one for serial, one in self._fitting.items() if serial in there}
        self._search.forget_all_but(there)
        self._log.painter.shown = self._search.shown
        return True

    def clear(self) -> None:
        """End the search and clear the filter: the log is another one."""
        self.search("")
        if self._filter:
            self.filter("")

    def end(self) -> bool:
        """End the search, or else clear the filter; False if there is neither."""
        if self._found or self._search.words:
            self.search("")
            return True
        if self._filter:
            self.filter("")
            return True
        return False

    def _show(self, row: Row, line: int, at: int) -> None:
        """Open what a hit is in, and scroll to it."""
        log, above = self._log, row.above
        while above is not None and log.index.fits is None:
            above.unfolded = True
            above = above.above
        row.open = row.open or line != NAME
        if line != NAME:
            log.documents.need_whole(row)
        log.reveal(row)
        part = 0 if line == NAME else 1 + log.documents.of(row).number(line, at)
        place, height = log.index.line((row.serial, part)), log.scrollable_content_region.height
        if not log.scroll_offset.y <= place < log.scroll_offset.y + height:
            log.scroll_to(y=max(place - height // 3, 0))
        log.hold(row)

    def _say(self, found: str) -> None:
        self._found = found
        self._log.painter.shown = self._search.shown
        self._log.say()
        self._log.refresh()
