"""The pane's text: drawn line by line, and again only where it has changed."""

from collections.abc import Sequence
from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from tui.dashboard.performance.styled_lines import Line, content
from tui.dashboard.textual_internals.sizing import SizedInLayout


class FigureRows(SizedInLayout, Widget):
    """``update(lines)`` is all it is told; lines are clipped, never wrapped."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._looks: dict[str, RichStyle] = {}
        self._drawn: dict[Line, Strip] = {}

    def update(self, lines: Sequence[Line]) -> None:
        """Show these lines, and paint those that are not what they were."""
        before = self._lines
        self._take(lines)
        if len(before) != len(lines):
            self.refresh(layout=True)
            return
        width = self.size.width
        changed = [
            Region(0, y, width, 1)
            for y, (old, new) in enumerate(zip_longest(before, lines))
            if old != new
        ]
        if changed:
            self.refresh(*changed)

    def fit(self, lines: Sequence[Line]) -> None:
        """Show these lines; called in the middle of a layout, which goes by their number."""
        self._take(lines)
        self.content_changed_in_layout()

    def _take(self, lines: Sequence[Line]) -> None:
        drawn = self._drawn
        self._lines = lines
        self._drawn = {line: drawn[line] for line in lines if line in drawn}

    def render(self) -> Content:
        return content(self._lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self._lines)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()
        self._drawn.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        if self.text_selection is not None:
            return super().render_lines(crop)
        # Textual would lay all the text out again for one digit, and blend each of its styles.
        background = self.background_colors[1]
        filters = self.get_line_filters()
        width = self.size.width
        first, last = crop.column_span
        strips: list[Strip] = []
        for y in crop.line_range:
            strip = self._strip(self._lines[y] if y < len(self._lines) else ())
            strip = strip.adjust_cell_length(width, self._look(""))
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip.crop(first, last))
        return strips

    def _strip(self, line: Line) -> Strip:
        known = self._drawn.get(line)
        if known is None:
            pieces = (piece if isinstance(piece, tuple) else (piece, "") for piece in line)
            known = Strip([Segment(text, self._look(style)) for text, style in pieces])
            self._drawn[line] = known
        return known

    def _look(self, style: str) -> RichStyle:
        known = self._looks.get(style)
        if known is None:
            base = self.visual_style
            known = (base + Style.parse(style) if style else base).rich_style
            self._looks[style] = known
        return known
