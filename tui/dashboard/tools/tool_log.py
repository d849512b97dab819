"""The tool log: a row per tool call, from its first argument on, and per printed line."""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events as textual_events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.core.conversation import Change
from tui.core.formatting import brief_arguments, duration, pretty_json
from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.messages import Copied
from tui.dashboard.textual_internals.scroll_bar import CellBarred
from tui.dashboard.textual_internals.scrolling import InstantScroll
from tui.dashboard.textual_internals.sizing import FittedView
from tui.dashboard.tools.tool_index import ToolIndex
from tui.dashboard.tools.tool_rows import SPOKEN, Row, ToolRows, details, summary
from tui.dashboard.tools.tool_text import MOST_DETAIL_LINES, cut, shared, wrapped

ICONS = {
    "calling": "…",
    "called": "○",
    "waiting": "?",
    "running": "⟳",
    "ok": "✓",
    "error": "✗",
    "cancelled": "⊘",
    "rejected": "⊘",
    "unknown": "⊘",
    "printed": "│",
    "info": "·",
    "warning": "!",
}

TICK = 0.25
"""Seconds between two updates of running rows."""

FRAME = 1 / 60
"""Minimum seconds between two layouts."""

TIME_WIDTH = 9
MOST_NAME = 24


class ToolLog(InstantScroll, FittedView, CellBarred, ScrollView, can_focus=True):
    """Shows `ToolRows`; Space or Enter opens and folds the row under the cursor.

    At its end it follows new rows, unless the cursor was put on a row before the last one.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
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
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(id=id)
        self.rows = ToolRows()
        self.following = True
        self._now = now
        self._clock = clock
        self._index = ToolIndex(lambda row: len(self._lines_of(row)))
        self._opened: dict[int, list[tuple[str, str]]] = {}
        self._changed_rows: set[int] = set()
        self._width = 0
        self._ground = Style.null()
        """The background of the rows."""
        self._held: int | None = None
        """Serial number of the row under the cursor; None: always the last row."""
        self._dirty = False
        self._due = False
        self._shown_at = -FRAME

    @property
    def cursor(self) -> int:
        """Index of the row under the cursor; 0 without rows."""
        rows = self.rows
        place = len(rows.rows) if self._held is None else rows.position(self._held)
        return max(0, min(place, len(rows.rows) - 1))

    @property
    def is_settled(self) -> bool:
        """Whether every change is laid out and no frame is due."""
        return not self._due

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
                self._changed_rows.add(row.serial)
                self._index.stale()
            self._changed()

    def to_cancel(self) -> Row | None:
        """The running tool under the cursor, or the only running one."""
        under = self._row_at_cursor()
        if self.has_focus and under is not None and under.state == "running":
            return under
        running = list(self.rows.running())
        return running[0] if len(running) == 1 else None

    def row_with_files(self, key: str = "") -> Row | None:
        """The row of a call with pictures or files: this one, the one here, or the newest."""
        under = self._row_at_cursor() if self.has_focus else None
        return self.rows.with_files(under.key if under is not None else key)

    def clear(self) -> None:
        """Remove every row."""
        self.rows.clear()
        self._held, self.following = None, True
        self._lay_out_again()

    def render_lines(self, crop: Region) -> list[Strip]:
        # Textual walks through all ancestors each time that a style is read.
        self._ground = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        line = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        lines = self._index.lines
        if line >= len(lines):
            return Strip.blank(width, self._ground)
        row, part = lines[line]
        segments = self._summary(row, width) if part == 0 else self._detail(row, part - 1, width)
        under = self.has_focus and self._row_at_cursor() is row
        style = self.get_component_rich_style("tool-log--cursor") if under else self._ground
        strip = Strip(segments).adjust_cell_length(width).apply_style(style)
        return strip.apply_offsets(0, line)

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
        self._settle()
        row = self._row_at_cursor()
        if row is not None:
            row.open = not row.open
            # New rows must not scroll away what is being read.
            self._hold(row)
            self._changed_rows.add(row.serial)
            self._index.stale()
            self._dirty = True
            self._settle()
            self._point_at(self.cursor)
            if row.open:
                self._hold(row)

    def action_copy(self) -> None:
        row = self._row_at_cursor()
        if row is not None:
            part = "result" if row.result else "arguments"
            what = f"the {part} of {row.name}" if row.name else "the line"
            self.post_message(Copied(row.result or row.arguments, what))

    def on_click(self, event: textual_events.Click) -> None:
        offset = event.get_content_offset(self)
        line = self.scroll_offset.y + (offset.y if offset is not None else self.size.height)
        if line < len(self._index.lines):
            row, part = self._index.lines[line]
            self._hold(row)
            self.refresh()
            if part == 0:
                self.action_open_or_fold()

    def on_focus(self) -> None:
        self._changed()

    def on_blur(self) -> None:
        self._changed()

    def fit(self) -> None:
        self._dirty = True
        self._settle()

    def _row_at_cursor(self) -> Row | None:
        rows = self.rows.rows
        return rows[self.cursor] if rows else None

    def _lay_out_again(self) -> None:
        self._changed_rows.update(self._opened)
        self._index.stale()
        self._changed()

    def _changed(self) -> None:
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
        top = self._index.place(self.scroll_offset.y)
        self._lay_out()
        self._extend()
        if self._width != self.scrollable_content_region.width:
            # A scrollbar has appeared or disappeared: wrap the details of open rows again.
            self._lay_out()
            self._extend()
        place = self.max_scroll_y if self.following else self._index.line(top)
        if round(self.scroll_y) != place:
            self.scroll_y = place
            self.scroll_target_y = place
        busy = any(True for _ in self.rows.running())
        (self._ticker.resume if busy else self._ticker.pause)()
        cancels = f"{key_of(self, 'cancel_tool')} cancels the tool"
        self.border_subtitle = cancels if busy and self.has_focus else ""
        self.refresh()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if width != self._width:
            self._width = width
            if self._opened:
                self._changed_rows.update(self._opened)
                self._index.stale()
        for serial in self._changed_rows:
            self._opened.pop(serial, None)
        self._changed_rows.clear()
        if self._index.update(self.rows) and self._opened:
            shown = {row.serial for row in self.rows if row.open}
            self._opened = {key: lines for key, lines in self._opened.items() if key in shown}

    def _extend(self) -> None:
        """Set the number of lines that can be scrolled; none is too wide."""
        extent = Size(0, len(self._index.lines))
        if extent != self.virtual_size:
            self.set_extent(extent)
            self.update_scroll_bar()

    def _point_at(self, place: int) -> None:
        """Put the cursor on a row and show it, with as much of its details as fits."""
        rows = self.rows.rows
        if not rows:
            return
        row = rows[max(0, min(place, len(rows) - 1))]
        self._held = row.serial
        first = self._index.line((row.serial, 0))
        last = first + (len(self._lines_of(row)) if row.open else 0)
        height = self.scrollable_content_region.height
        top = min(max(self.scroll_offset.y, last + 1 - height), first)
        self.scroll_to(y=top)
        if not self.following or row is not rows[-1]:
            self._hold(row)
        self.refresh()

    def _hold(self, row: Row) -> None:
        """Keep the cursor on a row, and do not follow new rows."""
        self._held, self.following = row.serial, False

    def scrolled(self) -> None:
        self._follow_at_end()

    def _follow_at_end(self) -> None:
        """Follow new rows if scrolled to the end, with the cursor if it is on the last row."""
        self.following = round(self.scroll_y) >= self.max_scroll_y
        lines = self._index.lines
        last = lines[-1][0].serial if lines else None
        if self.following and self._held == last:
            self._held = None
        elif not self.following and self._held is None:
            self._held = last

    def _tick(self) -> None:
        top = self.scroll_offset.y
        height = self.scrollable_content_region.height
        if any(row.state == "running" for row, _ in self._index.lines[top : top + height]):
            self.refresh()

    def _lines_of(self, row: Row) -> list[tuple[str, str]]:
        """An open row's details, wrapped to the width and cached until the row changes."""
        if row.serial not in self._opened:
            width = max(10, self.scrollable_content_region.width - 4)
            lines: list[tuple[str, str]] = []
            for heading, text in details(row):
                lines.append((heading, ""))
                pieces = wrapped(pretty_json(text), width, prose=heading in SPOKEN)
                lines.extend(("", line) for line in pieces)
            self._opened[row.serial] = lines[:MOST_DETAIL_LINES]
        return self._opened[row.serial]

    def _detail(self, row: Row, part: int, width: int) -> list[Segment]:
        lines = self._opened.get(row.serial, [])
        heading, text = lines[part] if part < len(lines) else ("", "")
        dim = self.get_component_rich_style("tool-log--dim", partial=True)
        if heading:
            return [Segment(f"  {heading}"[:width], dim)]
        return [Segment("    "), Segment(text)]

    def _summary(self, row: Row, width: int) -> list[Segment]:
        dim = self.get_component_rich_style("tool-log--dim", partial=True)
        if not row.name:
            line, more, _ = row.result.partition("\n")
            shown = f"{line} …" if more else line
            icon = f" {ICONS[row.state]} "
            room = width - cell_len(icon)
            return [Segment(icon, self._style(row)), Segment(cut(shown, room))]
        name_style = self.get_component_rich_style("tool-log--name", partial=True)
        call = row.call
        lead = " " + "  " * min(call.depth if call is not None else 0, 6)
        name = cut(row.name, MOST_NAME)
        elapsed = call.elapsed(self._now()) if call is not None else None
        time = duration(elapsed) if elapsed is not None or not row.running else ""
        lost = call is not None and call.lost and call.began is not None
        if call is not None and call.hosted and elapsed is not None:
            # Seen only through the answer's stream.
            time = f"~{time.lstrip('<')}"
        # A call that never ran, such as a handoff, leaves the column of times to its words.
        column = f"{time:>{TIME_WIDTH}} " if row.running or lost or elapsed is not None else " "
        room = width - cell_len(lead) - 2 - cell_len(name) - cell_len(column)
        live = row.state == "running" and bool(row.said or row.result)
        arguments, result = shared(brief_arguments(row.arguments), summary(row), room, live=live)
        return [
            Segment(lead),
            Segment(f"{ICONS[row.state]} ", self._style(row)),
            Segment(name, name_style),
            Segment(arguments, dim),
            Segment(result, self._style(row) if row.state not in {"ok", "running"} else None),
            Segment(" " * max(0, room - cell_len(arguments) - cell_len(result))),
            Segment(column, dim),
        ]

    def _style(self, row: Row) -> Style:
        name = {
            "ok": "ok",
            "running": "running",
            "error": "failed",
            "warning": "failed",
            "unknown": "failed",
            "waiting": "waiting",
        }.get(row.state, "dim")
        return self.get_component_rich_style(f"tool-log--{name}", partial=True)
