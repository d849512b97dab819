"""The tool log: a line per call from its first argument on, and every line that somebody prints."""

from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events as textual_events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui import events
from tui.messages import Copied
from tui.units import NOT_KNOWN, brief_arguments, duration, one_line, pretty_json
from tui.widgets.tool_rows import Row, State, ToolRows, details, summary

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
"""Seconds between two looks at running rows."""

TIME_WIDTH = 8
MOST_NAME = 24
MOST_DETAIL_LINES = 2_000
"""Lines that an open row shows at the most."""


class ToolLog(ScrollView, can_focus=True):
    """Shows `ToolRows`; Space or Enter opens and folds the row under the cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tool-log--name",
        "tool-log--dim",
        "tool-log--running",
        "tool-log--ok",
        "tool-log--failed",
        "tool-log--waiting",
        "tool-log--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("home", "go('start')", "First", show=False),
        Binding("end", "go('end')", "Last", show=False),
        Binding("space,enter", "open_or_fold", "Open or fold", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the row under the cursor."""

    def __init__(self, now: Callable[[], int], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.rows = ToolRows()
        self._now = now
        self._index: list[tuple[Row, int]] = []
        self._opened: dict[str, list[tuple[str, str]]] = {}
        self._following = True

    def on_mount(self) -> None:
        self.border_title = "tool calls"
        self._ticker = self.set_interval(TICK, self._tick, pause=True)

    def arguments(self, delta: events.ToolArgumentsDelta) -> None:
        """A piece of a call's arguments arrived."""
        self.rows.arguments(delta)
        self._rebuild()

    def change(self, event: events.Event) -> None:
        """A call was made, began, ended or waits."""
        self.rows.change(event)
        self._rebuild()

    def add_line(self, text: str, state: State = "printed") -> None:
        """Somebody printed a line, or something is worth one."""
        self.rows.add_line(text, state)
        self._rebuild()

    def abandon(self) -> None:
        """The worker died: nothing runs any more."""
        self.rows.abandon(self._now())
        self._rebuild()

    def clear(self) -> None:
        """Forget every row."""
        self.rows.clear()
        self._opened.clear()
        self.cursor = 0
        self._rebuild()

    def render_line(self, y: int) -> Strip:
        line = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if line >= len(self._index):
            return Strip.blank(width, self.rich_style)
        row, part = self._index[line]
        segments = self._summary(row, width) if part == 0 else self._detail(row, part - 1, width)
        under = line < len(self._index) and self._under_cursor(row) and self.has_focus
        style = self.get_component_rich_style("tool-log--cursor") if under else self.rich_style
        strip = Strip(segments).adjust_cell_length(width).apply_style(style)
        return strip.apply_offsets(0, line)

    def watch_cursor(self) -> None:
        self.refresh()
        self._show_cursor()

    def action_move(self, by: int) -> None:
        self._following = False
        self.cursor = max(0, min(len(self.rows.rows) - 1, self.cursor + by))

    def action_go(self, where: str) -> None:
        self._following = where == "end"
        self.cursor = 0 if where == "start" else max(0, len(self.rows.rows) - 1)

    def action_open_or_fold(self) -> None:
        row = self._row_at_cursor()
        if row is not None:
            row.open = not row.open
            self._opened.pop(row.key, None)
            self._rebuild()

    def action_copy(self) -> None:
        row = self._row_at_cursor()
        if row is not None:
            self.post_message(Copied(row.result or row.arguments, f"the result of {row.name}"))

    def on_click(self, event: textual_events.Click) -> None:
        line = event.y + self.scroll_offset.y
        if line < len(self._index):
            row, part = self._index[line]
            self._following = False
            self.cursor = self.rows.rows.index(row)
            if part == 0:
                self.action_open_or_fold()

    def on_resize(self) -> None:
        self._opened.clear()
        self._rebuild()

    def _row_at_cursor(self) -> Row | None:
        rows = self.rows.rows
        return rows[self.cursor] if 0 <= self.cursor < len(rows) else None

    def _under_cursor(self, row: Row) -> bool:
        return self._row_at_cursor() is row

    def _rebuild(self) -> None:
        """Lay the rows out again and keep the end, or the cursor, in view."""
        if self._following:
            self.set_reactive(ToolLog.cursor, max(0, len(self.rows.rows) - 1))
        index: list[tuple[Row, int]] = []
        for row in self.rows:
            index.append((row, 0))
            if row.open:
                index.extend((row, part + 1) for part in range(len(self._lines_of(row))))
        self._index = index
        self.virtual_size = Size(self.scrollable_content_region.width, len(index))
        if self._following:
            self.scroll_end(animate=False, immediate=True)
        busy = any(True for _ in self.rows.running())
        (self._ticker.resume if busy else self._ticker.pause)()
        self.refresh()

    def _show_cursor(self) -> None:
        row = self._row_at_cursor()
        if row is None:
            return
        line = next((i for i, (other, _) in enumerate(self._index) if other is row), 0)
        self.scroll_to_region(Region(0, line, 1, 1), animate=False)

    def _tick(self) -> None:
        top = self.scroll_offset.y
        height = self.scrollable_content_region.height
        if any(row.state == "running" for row, _ in self._index[top : top + height]):
            self.refresh()

    def _lines_of(self, row: Row) -> list[tuple[str, str]]:
        """An open row's details, wrapped to the width; kept until the row changes."""
        if row.running or row.key not in self._opened:
            width = max(10, self.scrollable_content_region.width - 4)
            lines: list[tuple[str, str]] = []
            for heading, text in details(row):
                lines.append((heading, ""))
                lines.extend(("", line) for line in wrapped(pretty_json(text), width))
            self._opened[row.key] = lines[:MOST_DETAIL_LINES]
        return self._opened[row.key]

    def _detail(self, row: Row, part: int, width: int) -> list[Segment]:
        lines = self._opened.get(row.key, [])
        heading, text = lines[part] if part < len(lines) else ("", "")
        dim = self.get_component_rich_style("tool-log--dim", partial=True)
        if heading:
            return [Segment(f"  {heading}"[:width], dim)]
        return [Segment("    "), Segment(text)]

    def _summary(self, row: Row, width: int) -> list[Segment]:
        dim = self.get_component_rich_style("tool-log--dim", partial=True)
        if not row.name:
            return [Segment(f" {ICONS[row.state]} ", self._style(row)), Segment(row.result)]
        name_style = self.get_component_rich_style("tool-log--name", partial=True)
        lead = " " + "  " * min(row.depth, 6)
        name = row.name if cell_len(row.name) <= MOST_NAME else set_cell_size(row.name, MOST_NAME)
        elapsed = row.elapsed(self._now())
        time = duration(elapsed) if elapsed is not None or not row.running else ""
        room = width - cell_len(lead) - 2 - cell_len(name) - TIME_WIDTH - 1
        arguments, result = _share(brief_arguments(row.arguments), summary(row), room)
        return [
            Segment(lead),
            Segment(f"{ICONS[row.state]} ", self._style(row)),
            Segment(name, name_style),
            Segment(arguments, dim),
            Segment(result, self._style(row) if row.state not in {"ok", "running"} else None),
            Segment(" " * max(0, room - cell_len(arguments) - cell_len(result))),
            Segment(f"{time if time != NOT_KNOWN else '':>{TIME_WIDTH}} ", dim),
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


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells, cut at any character: code and JSON keep their shape."""
    lines: list[str] = []
    for line in text.splitlines()[:MOST_DETAIL_LINES]:
        rest = line.expandtabs(4)
        while cell_len(rest) > width and len(lines) < MOST_DETAIL_LINES:
            cut = _fitting(rest, width)
            lines.append(rest[:cut])
            rest = rest[cut:]
        lines.append(rest)
    return lines


def _fitting(text: str, width: int) -> int:
    """How many characters of the text fit into ``width`` cells, one at least."""
    used = 0
    for index, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return max(1, index)
    return len(text)


def _share(arguments: str, result: str, room: int) -> tuple[str, str]:
    """Arguments and result in ``room`` cells: what is short leaves its room to the other."""
    room = max(0, room)
    result = f" → {result}" if result and result != "…" else (" …" if result else "")
    arguments = f" {one_line(arguments)}" if arguments else ""
    result_room = min(cell_len(result), max(room // 2, room - cell_len(arguments)))
    arguments_room = room - result_room
    return _cut(arguments, arguments_room), _cut(result, result_room)


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + "…" if width > 1 else ""
