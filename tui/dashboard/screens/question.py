"""A yes-or-no question in the way of something that cannot be undone."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.dashboard.screens.modal import Modal


class Question(Modal[bool]):
    """y answers True; n and Esc answer False."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-wide")]  # noqa: RUF012 - Textual's API

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        text = Text.assemble(self._question, "\n\n", ("y", "bold"), " yes   ", ("n", "bold"), " no")
        yield Static(text, id="question", markup=False)

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)
