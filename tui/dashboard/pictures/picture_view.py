"""A picture, drawn in a thread whenever the room for it has changed."""

import asyncio

from rich.segment import ControlType, Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.dashboard.pictures.picture_drawing import CannotDrawError, Drawn, draw
from tui.dashboard.pictures.picture_forms import CellPixels, Form
from tui.dashboard.textual_internals.driver import write_raw


class PictureView(Widget):
    """Shows one picture as large as it is, or as there is room for."""

    def __init__(self, data: bytes, form: Form, cell: CellPixels) -> None:
        super().__init__()
        self._data = data
        self._form = form
        self._cell = cell
        self._drawn: Drawn | None = None
        self._words = "drawing…"

    @property
    def is_drawn(self) -> bool:
        return self._drawn is not None

    def on_resize(self) -> None:
        self.run_worker(self._draw(), exclusive=True)

    def on_unmount(self) -> None:
        self._remove()

    def render_lines(self, crop: Region) -> list[Strip]:
        # Textual's own way, and some of its filters, make text of control segments.
        background = self.background_colors[1]
        strips = [self.render_line(y).crop(crop.x, crop.right) for y in range(crop.y, crop.bottom)]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        drawn = self._drawn
        last = len(drawn.lines) - 1 - crop.y if drawn is not None else -1
        if drawn is not None and drawn.over and 0 <= last < len(strips):
            strips[last] = _with_picture(strips[last], drawn)
        return strips

    def render_line(self, y: int) -> Strip:
        if self._drawn is None:
            line = [Segment(self._words)] if y == 0 else []
        else:
            line = self._drawn.lines[y] if y < len(self._drawn.lines) else []
        width = Segment.get_line_length(line)
        strip = Strip(line, width).apply_style(self.rich_style)
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    async def _draw(self) -> None:
        width, height = self.size
        if not width or not height:
            return
        try:
            drawn = await asyncio.to_thread(draw, self._data, self._form, width, height, self._cell)
        except CannotDrawError as error:
            self._words = str(error)
        else:
            self._remove()
            self._drawn = drawn
            if drawn.sent:
                write_raw(self.app, drawn.sent)
        self.refresh()

    def _remove(self) -> None:
        drawn, self._drawn = self._drawn, None
        if drawn is not None and drawn.removal:
            write_raw(self.app, drawn.removal)


def _with_picture(strip: Strip, drawn: Drawn) -> Strip:
    """The last of the blank lines, with the sixels that are painted over all of them."""
    rows = len(drawn.lines) - 1
    up = f"\x1b[{rows}A" if rows else ""
    over = f"\x1b7{up}\x1b[{strip.cell_length}D{drawn.over}\x1b8"
    control = Segment(over, None, ((ControlType.CURSOR_FORWARD, 0),))
    return Strip([*strip, control], strip.cell_length)
