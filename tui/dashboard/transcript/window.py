"""The part of a conversation that is in view."""

from collections.abc import Callable

from tui.dashboard.textual_internals.line_view import LineView
from tui.dashboard.transcript.line_layout import LineLayout, Place


class Window:
    """Follows the end of a conversation, or stays at a place while the text around it changes."""

    def __init__(self, view: LineView, layout: LineLayout) -> None:
        self.following = True
        self._view = view
        self._layout = layout
        self._held = Place(0, 0, 0)
        """The first line in view, unless it follows."""
        self._last_seen = self._held
        """The last line that there was when it stopped following."""

    @property
    def top(self) -> int:
        """The first line in view."""
        return self._view.scroll_offset.y

    @property
    def height(self) -> int:
        return self._view.size.height

    def follow(self) -> None:
        """Go to the end and stay there."""
        self._set_following(following=True)
        self.arrange()

    def scrolled(self, top: int) -> None:
        """Hold the line that the user has scrolled to; at the end, follow."""
        self._held = self._layout.place(top)
        self._set_following(following=top >= self._view.max_scroll_y)
        self.arrange()
        self._layout.changed(None)

    def show(self, place: Place) -> None:
        """Bring a line into view, a third of the screen from the top, unless it is in view."""
        layout, height = self._layout, self.height
        if self.top <= layout.line(place) < self.top + height - 1:
            return
        self._held = place
        self._set_following(following=False)
        layout.measure_up(place._replace(unit=place.unit - 1), height)
        self._held = layout.place(max(layout.line(place) - height // 3, 0))
        self.arrange()
        layout.changed(None)

    def rewrap(self, width: int) -> None:
        """The view has another width."""
        layout, last = self._layout, self._last_seen
        below = layout.rows_below(last)
        layout.restyle(width, layout.palette)
        self._last_seen = layout.row_above_end(last, below)
        layout.changed(None)

    def arrange(self, in_time: Callable[[], bool] = lambda: True, *, paint: bool = True) -> bool:
        """Measure what is in view and scroll to where it belongs; False if time ran out.

        Without ``paint`` the rows on the screen stay as they are.
        """
        layout, height = self._layout, self.height
        if not height:
            return True
        total = len(layout.live_lines())
        if self.following:
            if not layout.measure_up(layout.end(), height, in_time):
                return False
            total += layout.total
            top = max(total - height, 0)
        else:
            if not layout.measure_down(self._held, height):
                layout.measure_up(layout.end(), height)
            total += layout.total
            top = layout.line(self._held)
        self._view.place(total, top, at_end=self.following, paint=paint)
        return True

    def look_ahead(self, in_time: Callable[[], bool]) -> bool:
        """Measure the screen above the view, so that paging up draws nothing new."""
        if self.following:
            return True
        above = self._held._replace(unit=self._held.unit - 1)
        total = self._layout.total
        done = self._layout.measure_up(above, self.height, in_time)
        if total != self._layout.total:
            # The lines in view have other numbers now, but look the same.
            self.arrange(paint=False)
        return done

    def new_lines(self) -> int:
        """How many lines have come below the view since it stopped following."""
        if self.following:
            return 0
        total = self._layout.total
        hidden = total - self.top - self.height
        return max(min(total - self._layout.line(self._last_seen) - 1, hidden), 0)

    def item_at_edge(self, *, bottom: bool = False) -> int:
        """The index of the first item in view, or of the last."""
        line = self.top + (self.height - 1 if bottom else 0)
        return self._layout.place(min(line, self._layout.total - 1)).item

    def _set_following(self, *, following: bool) -> None:
        if following != self.following:
            self.following = following
            self._last_seen = self._layout.place(self._layout.total - 1)
