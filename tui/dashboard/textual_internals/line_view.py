"""A scroll view that draws its own lines and decides how many there are."""

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView

from tui.dashboard.textual_internals.scroll_bar import CellBarred
from tui.dashboard.textual_internals.scrolling import InstantScroll
from tui.dashboard.textual_internals.sizing import FittedView

_NO_THUMB = -1, -1


class LineView(InstantScroll, FittedView, CellBarred, ScrollView):
    """Override `render_lines`, `fit` and `user_scrolled`."""

    _placing = False
    _painting = True
    _thumb = _NO_THUMB

    def user_scrolled(self, top: int) -> None:
        """The user has scrolled to a line."""

    def fit(self) -> None:
        """Lay the lines out for a new size."""
        self._thumb = _NO_THUMB

    @property
    def line_width(self) -> int:
        """The columns beside the scroll bar."""
        return self.scrollable_content_region.width

    def repaint(self, first: int = 0) -> None:
        """Paint the rows from one on, without the scroll bar."""
        height = self.size.height
        if first < height:
            self.refresh(Region(0, first, self.line_width, height - first))

    def place(self, total: int, top: int, *, at_end: bool, paint: bool) -> None:
        """Show lines from ``top`` on; without ``paint`` the rows on the screen stay as they are."""
        extent = Size(self.size.width, total)
        self._placing, self._painting = True, paint
        if extent != self.virtual_size:
            self.set_extent(extent)
        if round(self.scroll_y) != top:
            self.scroll_y = top
            self.scroll_target_y = top
        thumb = thumb_of(self.size.height, total, top)
        if at_end:
            # It stays at the end and shrinks: steps of whole cells are enough.
            thumb = 0, (thumb[1] - thumb[0]) // 8
        if thumb != self._thumb:
            # Painting the scroll bar costs as many lines as painting the text.
            self._thumb = thumb
            self.update_scroll_bar()
            self.vertical_scrollbar.position = top
        self._placing, self._painting = False, True

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if round(old_value) == round(new_value):
            return
        if self._painting:
            self.repaint()
        if not self._placing:
            self.user_scrolled(round(new_value))


def thumb_of(height: int, total: int, top: int) -> tuple[int, int]:
    """Where a scroll bar's thumb starts and ends, in the eighths of a cell that are drawn."""
    if total <= height:
        return 0, 0
    size = max(1.0, height * height / total)
    start = int((height - size) * top / (total - height) * 8)
    return start, start + -int(-size * 8 // 1)
