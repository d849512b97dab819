"""A screen that paints only what has changed, and what a key changed before anything else."""

import asyncio

from textual import events as textual_events
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from tui.dashboard.textual_internals.compositor import SpanCompositor
from tui.dashboard.textual_internals.sizing import SizedInLayout


class PaintedScreen(SizedInLayout, Screen[None]):
    """Stands on internals of Textual, as its compositor does; `test_painted_screen.py` watches."""

    _compositor: SpanCompositor

    class FirstPainted(Message):
        """The first frame has gone to the terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = SpanCompositor()
        self._painted = False

    async def lay_out(self, *widgets: Widget) -> None:
        """Within a batch: give widgets their sizes before anything of them is painted."""
        self._refresh_layout()
        for widget in widgets:
            handled = asyncio.Event()
            widget.call_later(handled.set)
            await handled.wait()

    def paint_now(self, widget: Widget) -> None:
        """Paint what has changed in a widget, without the wait for the screen's next frame.

        Where the widget is going to be laid out again, its next frame comes after that.
        """
        waits = self._layout_required or widget._layout_required or self.app._batch_count  # noqa: SLF001
        if self.app.screen is self and not waits:
            update = self._compositor.render_widget_update(widget)
            if update is not None:
                self.app._display(self, update)  # type: ignore[arg-type] # noqa: SLF001

    def _on_screen_resume(self, event: textual_events.ScreenResume) -> None:
        event.prevent_default()
        laid_out = self.is_attached and self._size != self.app.size
        super()._on_screen_resume(event)
        if laid_out and not self.app._batch_count:  # noqa: SLF001
            # The layout has painted everything, which Textual asks for once more.
            self._exchange_repaint_regions()
            self._repaint_required = False

    def _screen_resized(self, size: Size) -> None:
        # At the start the driver, the terminal and the app each tell the same size.
        if size != self._size:
            super()._screen_resized(size)

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        if self._repaint_required:
            # With the layout: Textual paints what that has changed, and then this.
            self._repaint_required = False
            self._dirty_widgets.add(self)
        super()._refresh_layout(size, scroll)

    def _compositor_refresh(self) -> None:
        # In a batch nothing reaches the terminal: what would be drawn is drawn after it.
        if not self.app._batch_count:  # noqa: SLF001
            super()._compositor_refresh()
            if not self._painted:
                self._painted = True
                self.post_message(self.FirstPainted())
