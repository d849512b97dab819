"""Widgets that take a size without asking for another layout."""

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.widget import Widget

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
