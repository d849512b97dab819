"""Widgets that take a size without asking for another layout."""

from typing import TYPE_CHECKING

from textual import events as textual_events
from textual.containers import Container
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from tui.dashboard.textual_internals.supported import MISSING

if TYPE_CHECKING:
    _Base = Widget
else:
    # Textual looks for the styles of a widget along the first of its bases that is one.
    _Base = object


class SizedInLayout(_Base):
    """Mixed in before a Textual widget.

    A widget gets its size in the middle of a layout, after which the screen is painted. Textual
    repeats both whenever the size of what the widget scrolls over has changed, although the
    scrollbars have been fitted by then, and ask for a layout themselves where they come or go.
    """

    if not MISSING:

        def _size_updated(
            self,
            size: Size,
            virtual_size: Size,
            container_size: Size,
            layout: bool = True,  # noqa: ARG002 - Textual's signature
        ) -> bool:
            return super()._size_updated(size, virtual_size, container_size, layout=False)

    def content_changed_in_layout(self) -> None:
        """Measure and paint the widget again, as part of the layout that is under way."""
        if MISSING:
            self.refresh(layout=True)
        else:
            self._layout_updates += 1
            self._set_dirty()

    def children_changed_in_layout(self) -> None:
        """Arrange the widget's children again, as part of the layout that is under way."""
        if not MISSING:
            self._clear_arrangement_cache()


class FittedView(_Base):
    """Mixed in before a Textual scroll view that lays its lines out itself.

    Its extent is its own, not the layout's: Textual would take each layout as a new size.
    """

    def fit(self) -> None:
        """Lay the lines out for the current size; the caller paints them."""

    if MISSING:

        def on_resize(self, event: textual_events.Resize) -> None:  # noqa: ARG002
            self.fit()
            self.refresh()

    else:

        def _size_updated(
            self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
        ) -> bool:
            inner = size - self.styles.gutter.totals
            if size == self._size and inner == self._container_size:
                return False
            changed = super()._size_updated(size, virtual_size, container_size, layout)
            # Not at the event that follows: the old lines would be painted first.
            self.fit()
            return changed


class Box(SizedInLayout, Container):
    """A container that only lays out its children."""


class Words(SizedInLayout, Static):
    """Text of a size that the layout gives; change the text, and ask for a layout yourself."""
