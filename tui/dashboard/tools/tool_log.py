"""The tool log: a row per tool call, from its first argument on, and per printed line."""

from collections.abc import Callable, Iterable
from textwrap import wrap
from time import monotonic
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events as textual_events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.core.conversation import Change
from tui.core.metrics import SessionFigures
from tui.core.metrics.tool_medians import tool_medians
from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.textual_internals.scroll_bar import CellBarred
from tui.dashboard.textual_internals.scrolling import InstantScroll
from tui.dashboard.textual_internals.sizing import FittedView
from tui.dashboard.tools.log_finder import LogFinder
from tui.dashboard.tools.long_results import LongResults
from tui.dashboard.tools.row_documents import RowDocuments
from tui.dashboard.tools.row_painter import RowPainter
from tui.dashboard.tools.tool_index import ToolIndex
from tui.dashboard.tools.tool_rows import Row, ToolRows

TICK = 0.25
"""Seconds between two updates of running rows."""

NOTHING_YET = "Each tool call will be listed here, with its arguments, result and time."
NOTHING_FITS = "No call fits the filter."

FRAME = 1 / 60
"""Minimum seconds between two layouts."""


class ToolLog(InstantScroll, FittedView, CellBarred, ScrollView, can_focus=True):
    """Shows `ToolRows`; Space or Enter opens and folds the row under the cursor.

    At its end it follows new rows, unless the cursor was put on a row before the last one. Calls of
    nested agents are folded under their call until the arrow keys unfold them.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tool-log--key",
        "tool-log--string",
        "tool-log--number",
        "tool-log--word",
        "tool-log--more",
        "tool-log--hit",
        "tool-log--hit-current",
        "tool-log--name",
        "tool-log--dim",
        "tool-log--running",
        "tool-log--ok",
        "tool-log--failed",
        "tool-log--waiting",
        "tool-log--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = bindings_for("tools")

    def __init__(
        self,
        now: Callable[[], int],
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self.rows = ToolRows()
        self.following = True
        self._now = now
        self._clock = monotonic
        self.results = LongResults(self)
        self.documents = RowDocuments(self.results.lay_out)
        self.index = ToolIndex(lambda row: len(self.documents.of(row)))
        self.painter = RowPainter(self._component, now)
        self.finder = LogFinder(self)
        self._styles: dict[str, Style] = {}
        """Of components, while lines are drawn."""
        self._ground = Style.null()
        """The background of the rows."""
        self._held: int | None = None
        """Serial number of the row under the cursor; None: always the last row."""
        self._said = ""
        """What the lower border says."""
        self._dirty = False
        self._due = False
        self._shown_at = -FRAME

    @property
    def cursor(self) -> int:
        """Index of the row under the cursor among those that are shown; 0 without rows."""
        rows = self.index
        place = len(rows.rows) if self._held is None else rows.position(self._held)
        return max(0, min(place, len(rows.rows) - 1))

    @property
    def row_at_cursor(self) -> Row | None:
        rows = self.index.rows
        return rows[self.cursor] if rows else None

    @property
    def is_settled(self) -> bool:
        """Whether every change is laid out and no frame is due."""
        return not self._due and not self.documents.is_laying_out

    def on_mount(self) -> None:
        self.border_title = "tool calls"
        self._ticker = self.set_interval(TICK, self._tick, pause=True)

    def show(self, changes: Iterable[Change]) -> None:
        """Show changes of tool calls, nested agents and printed lines."""
        for change in changes:
            row = self.rows.show(change)
            if row is None:
                continue
            if row.open:
                self.documents.changed(row)
                self.index.stale()
            if self.finder.moves(row):
                self.index.stale()
            if row.above is not None:
                self._below_changed(row)
            self.changed()

    def _below_changed(self, row: Row) -> None:
        """A nested call is new or has changed; one that waits for the user has to be seen."""
        above = row.above
        while above is not None:
            if row.state == "waiting" and not above.unfolded:
                above.unfolded = True
                self.index.stale()
            above = above.above
        above = row.above
        if above is None or self.index.fits is not None:
            return
        if above.unfolded and above in self.index and row not in self.index:
            self.index.stale()

    def compare(self, session: SessionFigures) -> None:
        """Show each call's time against the median of its tool in these figures."""
        medians = tool_medians(session)
        if medians != self.painter.medians:
            self.painter.medians = medians
            self.refresh()

    def to_cancel(self) -> Row | None:
        """The running tool under the cursor, or the only running one."""
        under = self.row_at_cursor
        if self.has_focus and under is not None and under.state == "running":
            return under
        running = list(self.rows.running())
        return running[0] if len(running) == 1 else None

    def row_with_files(self, key: str = "") -> Row | None:
        """The row of a call with pictures or files: this one, the one here, or the newest."""
        under = self.row_at_cursor if self.has_focus else None
        return self.rows.with_files(under.key if under is not None else key)

    def clear(self) -> None:
        """Remove every row."""
        self.rows.clear()
        self._held, self.following = None, True
        self.finder.clear()
        self.lay_out_again()

    def render_lines(self, crop: Region) -> list[Strip]:
        # Textual walks through all ancestors each time that a style is read.
        self._ground = self.rich_style
        self._styles.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        line = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        entry = self.index.entry(line)
        if entry is None:
            return self._nothing(y, width)
        last = y == self.scrollable_content_region.height - 1
        strip = self.painter.line(*entry, self.documents, width, last=last)
        under = self.has_focus and self.row_at_cursor is entry[0]
        style = self._component("cursor") if under else self._ground
        if style.reverse and entry[1]:
            style = self._ground  # without colours, only the call's own line stands out
        return strip.apply_style(style).apply_offsets(0, line)

    def _nothing(self, y: int, width: int) -> Strip:
        """A line below the last row; without any row, why there is none."""
        words = NOTHING_FITS if any(self.rows) else NOTHING_YET
        lines = wrap(words, max(width - 2, 1)) if not self.index.total else []
        if y >= len(lines):
            return Strip.blank(width, self._ground)
        text = Segment(f" {lines[y]}", self._ground + self._component("dim"))
        return Strip([text]).adjust_cell_length(width, self._ground)

    def _component(self, name: str) -> Style:
        known = self._styles.get(name)
        if known is None:
            partial = name not in {"cursor", "more", "hit", "hit-current"}
            known = self.get_component_rich_style(f"tool-log--{name}", partial=partial)
            self._styles[name] = known
        return known

    def action_move(self, by: int) -> None:
        self._settle()
        self._point_at(self.cursor + by)

    def action_go(self, where: str) -> None:
        self._settle()
        if where == "start":
            self._point_at(0)
        else:
            self._held = None
            self.scroll_to(y=self.max_scroll_y)
            self.refresh()

    def action_open_or_fold(self) -> None:
        row = self.row_at_cursor
        if row is not None:
            row.open = not row.open
            # New rows must not scroll away what is being read.
            self.reveal(row)
            self._point_at(self.cursor)
            if row.open:
                self.hold(row)
                self.results.open(row)

    def action_fold(self, folded: bool) -> None:
        """Fold or unfold the calls below a call; from one that has none, go to the one above."""
        self._settle()
        row = self.row_at_cursor
        if row is None:
            return
        if row.children and row.unfolded == folded and self.index.fits is None:
            row.unfolded = not folded
            self.reveal(row)
            return
        to = row.above if folded else next(iter(row.children), None)
        if to is not None and to in self.index:
            self._point_at(self.index.position(to.serial))

    def action_ask_filter(self) -> None:
        self.finder.ask()

    def reveal(self, row: Row) -> None:
        """A row was opened or folded: keep the cursor on it and lay all rows out."""
        self.hold(row)
        self.index.stale()
        self._dirty = True
        self._settle()

    def action_page(self) -> None:
        """Show all of the call under the cursor in the pager."""
        row = self.row_at_cursor
        if row is not None:
            self.results.page(row)

    def action_copy(self) -> None:
        row = self.row_at_cursor
        if row is not None:
            self.results.copy(row)

    def on_click(self, event: textual_events.Click) -> None:
        offset = event.get_content_offset(self)
        entry = None if offset is None else self.index.entry(self.scroll_offset.y + offset.y)
        if entry is None or offset is None:
            return
        row, part = entry
        self.hold(row)
        self.refresh()
        if part == 0 and row.children and offset.x <= 2 * row.depth + 1:
            self.action_fold(row.unfolded)
        elif part == 0:
            self.action_open_or_fold()

    def on_focus(self) -> None:
        self.changed()

    def on_blur(self) -> None:
        self.changed()

    def fit(self) -> None:
        self._dirty = True
        self._settle()

    def lay_out_again(self) -> None:
        """Lay all rows out: other rows are to be shown."""
        self.documents.clear()
        self.index.stale()
        self._dirty = True
        self._settle()

    def changed(self) -> None:
        """Schedule a layout: at once if the last frame is long enough ago, else with the next."""
        self._dirty = True
        if self._due or not self.is_mounted:
            return
        self._due = True
        wait = self._shown_at + FRAME - self._clock()
        if wait > 0:
            self.set_timer(wait, self._frame)
        else:
            self.call_later(self._frame)

    def _frame(self) -> None:
        self._due = False
        self._settle()

    def _settle(self) -> None:
        """Lay out the changes, and keep the end or what is being read in view."""
        if not self._dirty:
            return
        self._dirty = False
        self._shown_at = self._clock()
        top = self.index.place(self.scroll_offset.y)
        self._lay_out()
        self._extend()
        if self.documents.pane_width != self.scrollable_content_region.width:
            # A scrollbar has appeared or disappeared: wrap the details of open rows again.
            self._lay_out()
            self._extend()
        place = self.max_scroll_y if self.following else self.index.line(top)
        if round(self.scroll_y) != place:
            self.scroll_y = place
            self.scroll_target_y = place
        busy = any(True for _ in self.rows.running())
        (self._ticker.resume if busy else self._ticker.pause)()
        self.say()
        self.refresh()

    def say(self) -> None:
        """Say in the lower border what was found, what is shown, or which key cancels."""
        words = self.finder.words
        if not words and self.has_focus and any(True for _ in self.rows.running()):
            words = f"{key_of(self, 'cancel_tool')} cancels the tool"
        if words != self._said:
            self._said = words
            self.border_subtitle = Text(words)

    def _lay_out(self) -> None:
        if self.documents.fit(self.scrollable_content_region.width):
            self.index.stale()
        dropped = self.finder.forget_dropped()
        if self.index.update(self.rows):
            self.documents.keep(row for row in self.index.rows if row.open)
        if dropped:
            self.finder.count()

    def _extend(self) -> None:
        """Set the number of lines that can be scrolled; none is too wide."""
        extent = Size(0, self.index.total)
        if extent != self.virtual_size:
            self.set_extent(extent)
            self.update_scroll_bar()

    def _point_at(self, place: int) -> None:
        """Put the cursor on a row and show it, with as much of its details as fits."""
        rows = self.index.rows
        if not rows:
            return
        row = rows[max(0, min(place, len(rows) - 1))]
        self._held = row.serial
        first = self.index.line((row.serial, 0))
        last = first + (len(self.documents.of(row)) if row.open else 0)
        height = self.scrollable_content_region.height
        top = min(max(self.scroll_offset.y, last + 1 - height), first)
        self.scroll_to(y=top)
        if not self.following or row is not rows[-1]:
            self.hold(row)
        self.refresh()

    def hold(self, row: Row) -> None:
        """Keep the cursor on a row, and do not follow new rows."""
        self._held, self.following = row.serial, False

    def scrolled(self) -> None:
        self._follow_at_end()

    def _follow_at_end(self) -> None:
        """Follow new rows if scrolled to the end, with the cursor if it is on the last row."""
        self.following = round(self.scroll_y) >= self.max_scroll_y
        rows = self.index.rows
        last = rows[-1].serial if rows else None
        if self.following and self._held == last:
            self._held = None
        elif not self.following and self._held is None:
            self._held = last

    def _tick(self) -> None:
        top = self.scroll_offset.y
        entries = map(self.index.entry, range(top, top + self.scrollable_content_region.height))
        if any(entry is not None and entry[0].state == "running" for entry in entries):
            self.refresh()
