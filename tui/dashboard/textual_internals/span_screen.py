"""A screen that paints only what has changed, and what a key changed before anything else."""

import asyncio
from typing import TYPE_CHECKING, Any

from textual import events as textual_events
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from tui.dashboard.textual_internals.compositor import SpanCompositor
from tui.dashboard.textual_internals.plain_screen import PlainScreen
from tui.dashboard.textual_internals.sizing import SizedInLayout

if TYPE_CHECKING:
    _Base = Screen[Any]
else:
    _Base = object


class PaintedBySpans(_Base):
    """Mixed in before a Textual screen: painted by a `SpanCompositor`, once for each layout."""

    _compositor: SpanCompositor

    def __init__(self) -> None:
        super().__init__()
        self._compositor = SpanCompositor()

    def _on_screen_resume(self, event: textual_events.ScreenResume) -> None:
        event.prevent_default()
        laid_out = self.is_attached and self._size != self.app.size
        super()._on_screen_resume(event)
        if laid_out and not self.app._batch_count:  # noqa: SLF001
            # The layout has painted everything; Textual would do it once more.
            self._exchange_repaint_regions()
            self._repaint_required = False

    def _screen_resized(self, size: Size) -> None:
        # At the start the driver, the terminal and the app each report the same size.
        if size != self._size:
            super()._screen_resized(size)

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        if self._repaint_required:
            # Textual would paint what the layout has changed first, and then this.
            self._repaint_required = False
            self._dirty_widgets.add(self)
        super()._refresh_layout(size, scroll)


class SpanScreen(PaintedBySpans, SizedInLayout, PlainScreen):
    """The dashboard's screen."""

    def __init__(self) -> None:
        super().__init__()
        self._painted = False

    def await_first_frame(self) -> None:
        """Nothing to arrange: `_compositor_refresh` paints it."""

    async def lay_out(self, *widgets: Widget) -> None:
        self._refresh_layout()
        for widget in widgets:
            handled = asyncio.Event()
            widget.call_later(handled.set)
            await handled.wait()

    def paint_now(self, widget: Widget) -> None:
        # A widget that is about to be laid out is painted after that.
        waits = self._layout_required or widget._layout_required or self.app._batch_count  # noqa: SLF001
        if self.app.screen is self and not waits:
            update = self._compositor.render_widget_update(widget)
            if update is not None:
                self.app._display(self, update)  # type: ignore[arg-type] # noqa: SLF001

    def _compositor_refresh(self) -> None:
        # Within a batch nothing reaches the terminal: draw after it.
        if not self.app._batch_count:  # noqa: SLF001
            super()._compositor_refresh()
            if not self._painted:
                self._painted = True
                self.first_frame_painted()
