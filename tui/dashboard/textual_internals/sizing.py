"""Widgets that take a size without asking for another layout."""

from typing import TYPE_CHECKING

from textual.containers import Container
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

if TYPE_CHECKING:
    _Base = Widget
else:
    # Textual looks for the styles of a widget along the first of its bases that is one.
    _Base = object


class SizedInLayout(_Base):
    """Mixed in before a Textual widget.

    A widget is told its size in the middle of a layout, after which the screen is painted. Textual
    asks for one more of both whenever what it scrolls over has changed its size, though the
    scrollbars have already taken that in and would ask by themselves where they come or go.
    """

    def _size_updated(
        self,
        size: Size,
        virtual_size: Size,
        container_size: Size,
        layout: bool = True,  # noqa: ARG002 - Textual's signature
    ) -> bool:
        return super()._size_updated(size, virtual_size, container_size, layout=False)


class FittedView(_Base):
    """Mixed in before a Textual scroll view that lays its lines out itself.

    Its extent is its own, not the layout's, for which Textual would take each layout as a new size.
    """

    def fit(self) -> None:
        """Lay out for the size there is now; whoever calls this paints."""

    def _size_updated(
        self,
        size: Size,
        virtual_size: Size,
        container_size: Size,
        layout: bool = True,
    ) -> bool:
        inner = size - self.styles.gutter.totals
        if size == self._size and inner == self._container_size:
            return False
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        # Before the layout is painted, and not when the event comes: else the old lines are
        # painted at the new place first, and the whole again.
        self.fit()
        return changed


class Box(SizedInLayout, Container):
    """What stands in it is laid out, and nothing else."""


class Words(SizedInLayout, Static):
    """Text whose widget asks for a layout where the text may need one, and not for its size."""
