"""Scroll views that know their extent themselves and jump where they are scrolled to."""

from typing import TYPE_CHECKING, Any

from textual.geometry import Size
from textual.widget import Widget

from tui.dashboard.textual_internals.supported import MISSING

if TYPE_CHECKING:
    _Base = Widget
else:
    # Textual looks for the styles of a widget along the first of its bases that is one.
    _Base = object


class InstantScroll(_Base):
    """Mixed in before a Textual scroll view: no animation, and no layout for a new extent."""

    def scrolled(self) -> None:
        """The view was scrolled, by a key, the mouse or the program."""

    def set_extent(self, extent: Size, *, with_bar: bool = True) -> None:
        """Set the size of what is scrolled over."""
        if MISSING:
            self.virtual_size = extent
            return
        # Assigning it would lay the whole screen out again at every new line.
        self.set_reactive(Widget.virtual_size, extent)
        if with_bar:
            self.update_scroll_bar()

    def update_scroll_bar(self) -> None:
        """Fit the scroll bar to the extent, after it was set without."""
        if not MISSING:
            self._scroll_update(self.virtual_size)

    if MISSING:

        def watch_scroll_y(self, old_value: float, new_value: float) -> None:
            super().watch_scroll_y(old_value, new_value)
            self.scrolled()

    else:

        def _scroll_to(
            self, x: float | None = None, y: float | None = None, **options: Any
        ) -> bool:
            options["animate"] = False
            moved = super()._scroll_to(x, y, **options)
            if y is not None:
                self.scrolled()
            return moved
