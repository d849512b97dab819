"""The class that the dashboard's screen derives from in this version of Textual."""

from typing import TYPE_CHECKING

from tui.dashboard.textual_internals.supported import MISSING

if TYPE_CHECKING or not MISSING:
    from tui.dashboard.textual_internals.span_screen import SpanScreen as PaintedScreen
else:
    from tui.dashboard.textual_internals.plain_screen import PlainScreen as PaintedScreen

__all__ = ["PaintedScreen"]
