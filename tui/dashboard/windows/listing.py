"""Text to read and close: help, history, statistics."""

from typing import ClassVar

from rich.console import RenderableType
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.dashboard.commands.bindings import bindings_for, bindings_of, key_of
from tui.dashboard.windows.modal import Modal


class Listing(Modal[None]):
    """A title and text that scrolls. The key that shows the help closes it too."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("text"), *bindings_of("help")]

    def __init__(self, title: str, body: RenderableType) -> None:
        super().__init__()
        self._title = title
        self._body = body

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="listing") as scroll:
            scroll.border_title = self._title
            scroll.border_subtitle = f"{key_of(self, 'escape')} closes"
            yield Static(self._body, markup=False)

    def action_help(self) -> None:
        self.dismiss(None)
