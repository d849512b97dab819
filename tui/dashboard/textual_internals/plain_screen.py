"""What the dashboard asks of its screen, done with Textual's public API alone."""

from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget


class PlainScreen(Screen[None]):
    """Painted by Textual: correct, but slower than a `SpanScreen`."""

    class FirstPainted(Message):
        """The first frame has gone to the terminal."""

    def on_mount(self) -> None:
        self.await_first_frame()

    def await_first_frame(self) -> None:
        """Arrange for `FirstPainted` to be posted."""
        self.call_after_refresh(self.first_frame_painted)

    def first_frame_painted(self) -> None:
        self.post_message(self.FirstPainted())

    async def lay_out(self, *widgets: Widget) -> None:
        """Within a batch: give widgets their sizes before any of them is painted."""

    def paint_now(self, widget: Widget) -> None:
        """Paint what has changed in a widget without waiting for the next frame."""
