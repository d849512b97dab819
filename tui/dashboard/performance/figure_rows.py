"""The pane's text, painted line by line and only where it changed."""

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
    """Shows lines; they are clipped, never wrapped."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._parsed_styles: dict[str, RichStyle] = {}
        self._drawn: dict[Line, Strip] = {}

    def update(self, lines: Sequence[Line]) -> None:
        """Show these lines and repaint those that changed."""
        before = self._lines
        self._set_lines(lines)
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
        """Show these lines. Called during a layout, which needs their number."""
        self._set_lines(lines)
        self.content_changed_in_layout()

    def _set_lines(self, lines: Sequence[Line]) -> None:
        drawn = self._drawn
        self._lines = lines
        self._drawn = {line: drawn[line] for line in lines if line in drawn}

    def render(self) -> Content:
        return content(self._lines)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self._lines)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._parsed_styles.clear()
        self._drawn.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        if self.text_selection is not None:
            return super().render_lines(crop)
        # Textual would lay out all the text and blend every style again for one changed digit.
        background = self.background_colors[1]
        filters = self.get_line_filters()
        width = self.size.width
        first, last = crop.column_span
        strips: list[Strip] = []
        for y in crop.line_range:
            strip = self._strip(self._lines[y] if y < len(self._lines) else ())
            strip = strip.adjust_cell_length(width, self._parsed_style(""))
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip.crop(first, last))
        return strips

    def _strip(self, line: Line) -> Strip:
        known = self._drawn.get(line)
        if known is None:
            pieces = (piece if isinstance(piece, tuple) else (piece, "") for piece in line)
            known = Strip([Segment(text, self._parsed_style(style)) for text, style in pieces])
            self._drawn[line] = known
        return known

    def _parsed_style(self, style: str) -> RichStyle:
        known = self._parsed_styles.get(style)
        if known is None:
            base = self.visual_style
            known = (base + Style.parse(style) if style else base).rich_style
            self._parsed_styles[style] = known
        return known
