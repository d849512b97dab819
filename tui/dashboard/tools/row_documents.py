"""The details of open rows, laid out until the row or the width of the pane changes."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from tui.core.formatting import counted
from tui.dashboard.tools.row_document import (
    INDENT,
    NARROWEST,
    RowDocument,
    SourceLines,
    source_lines,
)
from tui.dashboard.tools.tool_rows import Row, details

MOST_AT_ONCE = 300_000
"""Characters of details that are laid out while the user waits, in some milliseconds."""

MOST_SHOWN_FIRST = 20_000
"""Characters of longer details that are shown until all of them are laid out."""


class LayoutJob(NamedTuple):
    """What a thread is to lay out."""

    row: Row
    state: object
    """What the row was."""
    source: SourceLines | None
    width: int

    def run(self) -> tuple[SourceLines, RowDocument]:
        source = source_lines(details(self.row)) if self.source is None else self.source
        return source, RowDocument(source, self.width)


class RowDocuments:
    """``later`` takes the layout of long details, and its result to `laid_out`.

    Until then their beginning is shown.
    """

    def __init__(self, later: Callable[[LayoutJob], object] | None = None) -> None:
        self.pane_width = 0
        self._later = later
        self._known: dict[int, RowDocument] = {}
        """By the row's serial number."""
        self._sources: dict[int, SourceLines] = {}
        """The same lines for any width."""
        self._waiting: dict[int, tuple[object, int]] = {}
        """The state and the width of rows that a thread lays out."""
        self._at_once: set[int] = set()

    def __len__(self) -> int:
        return len(self._known)

    @property
    def is_laying_out(self) -> bool:
        """A thread is at work."""
        return bool(self._waiting)

    def need_whole(self, row: Row) -> None:
        """From now on all of this row is laid out at once: what is looked for may be anywhere."""
        self._at_once.add(row.serial)
        if row.serial in self._waiting:
            self._known.pop(row.serial, None)

    def of(self, row: Row) -> RowDocument:
        known = self._known.get(row.serial)
        if known is not None:
            return known
        width = max(NARROWEST, self.pane_width - INDENT)
        source = self._sources.get(row.serial)
        if self._later is not None and row.serial not in self._at_once and _is_long(row):
            self._waiting[row.serial] = row.item, width
            self._known[row.serial] = RowDocument(source_lines(_beginnings(row)), width)
            self._later(LayoutJob(row, row.item, source, width))
            return self._known[row.serial]
        if source is None:
            source = self._sources[row.serial] = source_lines(details(row))
        self._waiting.pop(row.serial, None)
        known = self._known[row.serial] = RowDocument(source, width)
        return known

    def laid_out(self, job: LayoutJob, source: SourceLines, document: RowDocument) -> bool:
        """Whether it is still wanted."""
        serial = job.row.serial
        if self._waiting.get(serial) != (job.state, job.width):
            return False
        del self._waiting[serial]
        self._sources[serial], self._known[serial] = source, document
        return True

    def fit(self, width: int) -> bool:
        """Lay them out for another width of the pane; whether that may change how long they are."""
        if width == self.pane_width:
            return False
        self.pane_width, known = width, bool(self._known)
        self._known.clear()
        self._waiting.clear()
        return known

    def changed(self, row: Row) -> None:
        self._known.pop(row.serial, None)
        self._sources.pop(row.serial, None)
        self._waiting.pop(row.serial, None)

    def keep(self, rows: Iterable[Row]) -> None:
        """Forget those of all other rows."""
        if self._known:
            shown = {row.serial for row in rows}
            self._known = {key: one for key, one in self._known.items() if key in shown}
            self._sources = {key: one for key, one in self._sources.items() if key in shown}
            self._waiting = {key: one for key, one in self._waiting.items() if key in shown}
            self._at_once &= shown

    def clear(self) -> None:
        self._known.clear()
        self._sources.clear()
        self._waiting.clear()
        self._at_once.clear()


def _is_long(row: Row) -> bool:
    call = row.call
    rest = sum(map(len, call.rest)) if call is not None else 0
    lengths = (len(row.arguments), len(row.beginning), rest, len(row.says))
    return sum(lengths) > MOST_AT_ONCE


def _beginnings(row: Row) -> Iterable[tuple[str, str]]:
    """The details, each cut, with a mark where more is."""
    for heading, text in details(row):
        if len(text) <= MOST_SHOWN_FIRST:
            yield heading, text
            continue
        more = counted(len(text) - MOST_SHOWN_FIRST, "more character")
        yield heading, f"{text[:MOST_SHOWN_FIRST]}\n… reading {more}"
