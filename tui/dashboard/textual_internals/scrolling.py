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


Offset = float | None


class InstantScroll(_Base):
    """Mixed in before a Textual scroll view: no animation, and no layout for a new extent."""

    def scrolled(self) -> None:
        """The view was scrolled, by a key, the mouse or the program."""

    def set_extent(self, extent: Size) -> None:
        """Set the size of what is scrolled over; the scroll bar is updated separately."""
        if MISSING:
            self.virtual_size = extent
        else:
            # Assigning it would lay the whole screen out again at every new line.
            self.set_reactive(Widget.virtual_size, extent)

    def update_scroll_bar(self) -> None:
        """Fit the scroll bar to the extent."""
        if not MISSING:
            self._scroll_update(self.virtual_size)

    if MISSING:

        def watch_scroll_y(self, old_value: float, new_value: float) -> None:
            super().watch_scroll_y(old_value, new_value)
            self.scrolled()

    else:

        def _scroll_to(self, x: Offset = None, y: Offset = None, **options: Any) -> bool:
            options["animate"] = False
            moved = super()._scroll_to(x, y, **options)
            if y is not None:
                self.scrolled()
            return moved
