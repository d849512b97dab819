"""A window before the dashboard, which stays as it is around it.

Textual would draw the whole dashboard again for each frame of a screen on top, and blend it.
"""

from typing import TYPE_CHECKING, Any

from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from tui.dashboard.textual_internals.supported import MISSING

if TYPE_CHECKING:
    _Base = Screen[Any]
else:
    _Base = object

if TYPE_CHECKING or not MISSING:
    from tui.dashboard.textual_internals.compositor import SpanCompositor
    from tui.dashboard.textual_internals.span_screen import PaintedBySpans

    class WindowScreen(PaintedBySpans):
        """Mixed in before a modal screen. Only what has changed behind it is drawn again."""

        def render_lines(self, crop: Region) -> list[Strip]:
            behind = self.app._background_screens  # noqa: SLF001
            below = behind[-1]._compositor if behind else None  # noqa: SLF001
            if not isinstance(below, SpanCompositor):
                return super().render_lines(crop)
            return below.lines(crop)

else:

    class WindowScreen(_Base):
        """This version of Textual paints it."""
