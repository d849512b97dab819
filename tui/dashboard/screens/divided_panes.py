"""The panes with the dividers between them, which the mouse can drag."""

from textual import events as textual_events
from textual.app import ComposeResult
from textual.widget import Widget

from tui.dashboard.controllers.pane_layout import Divider, PaneLayout
from tui.dashboard.textual_internals.sizing import Box


class DividedPanes(Box):
    """Three panes, laid out by their ids: the stylesheet and the `PaneLayout` go by those."""

    def __init__(self, chat: Widget, tools: Widget, performance: Widget) -> None:
        super().__init__(id="panes")
        self._three = chat, tools, performance
        self.layout_of: PaneLayout | None = None
        """Set before it is mounted; without it, the stylesheet's sizes hold."""
        self._dragged: Divider | None = None

    def compose(self) -> ComposeResult:
        chat, tools, performance = self._three
        side = Box(id="side")
        if self.layout_of is not None:
            for widget in (chat, side, tools, performance):
                self.layout_of.style(widget)
        yield chat
        with side:
            yield tools
            yield performance

    def on_mouse_down(self, event: textual_events.MouseDown) -> None:
        if self.layout_of is not None:
            self._dragged = self.layout_of.divider_at(event.screen_offset)
        if self._dragged is not None:
            event.stop()
            self.capture_mouse()

    def on_mouse_move(self, event: textual_events.MouseMove) -> None:
        if self._dragged is not None and self.layout_of is not None:
            event.stop()
            self.layout_of.drag(self._dragged, event.screen_offset)

    def on_mouse_up(self, event: textual_events.MouseUp) -> None:
        if self._dragged is not None and self.layout_of is not None:
            event.stop()
            self._dragged = None
            self.layout_of.keep()
            self.release_mouse()
            self.screen.clear_selection()
