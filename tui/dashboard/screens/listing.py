"""Text to read and put away: help, history, statistics."""

from typing import ClassVar

from rich.console import RenderableType
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.dashboard.screens.modal import Modal


class Listing(Modal[None]):
    """A title and something to scroll; Esc, q or Enter closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,f1", "close", "Close"),
    ]

    def __init__(self, title: str, body: RenderableType) -> None:
        super().__init__()
        self._title = title
        self._body = body

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="listing") as scroll:
            scroll.border_title = self._title
            scroll.border_subtitle = "Esc closes"
            yield Static(self._body, markup=False)

    def action_close(self) -> None:
        self.dismiss(None)
