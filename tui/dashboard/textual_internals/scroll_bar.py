"""A scroll bar that is cheap to paint: it is one cell wide and as high as its pane."""

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip
from textual.widget import Widget

from tui.dashboard.textual_internals.sizing import SizedInLayout
from tui.dashboard.textual_internals.supported import MISSING

if TYPE_CHECKING:
    _Base = Widget
else:
    # Textual looks for the styles of a widget along the first of its bases that is one.
    _Base = object


class CellBar(SizedInLayout, ScrollBar):
    """Textual's bar, with each look styled once: all lines but the thumb's ends are alike."""

    def render_lines(self, crop: Region) -> list[Strip]:
        bar = self.render()
        if not isinstance(bar, ScrollBarRender) or not self.vertical:
            return super().render_lines(crop)
        style = self.app.console.get_style(bar.style)
        if style.bgcolor is None or style.color is None:
            return super().render_lines(crop)
        drawn = bar.render_bar(
            size=self.size.height,
            virtual_size=bar.virtual_size,
            window_size=bar.window_size,
            position=bar.position,
            thickness=bar.thickness,
            back_color=style.bgcolor,
            bar_color=style.color,
        )
        background = self.background_colors[1]
        ground = self.rich_style
        filters = self.get_line_filters()
        known: dict[Segment, Strip] = {}
        for segment in set(drawn.segments):
            look = ground if segment.style is None else ground + segment.style
            strip = Strip([Segment(segment.text, look)], bar.thickness)
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            known[segment] = strip
        return [known[segment] for segment in drawn.segments[crop.y : crop.bottom]]


class CellBarred(_Base):
    """Mixed into widgets that scroll: their vertical bar is a `CellBar`."""

    if not MISSING:

        @property
        def vertical_scrollbar(self) -> ScrollBar:
            if self._vertical_scrollbar is None:
                thickness = self.scrollbar_size_vertical
                self._vertical_scrollbar = bar = CellBar(name="vertical", thickness=thickness)
                bar.display = False
                self.app._start_widget(self, bar)  # noqa: SLF001 - as Textual does
            return self._vertical_scrollbar
