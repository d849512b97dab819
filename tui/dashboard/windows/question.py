"""A yes-or-no question before something that cannot be undone."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.windows.modal import Modal


class Question(Modal[bool]):
    """Answers True for yes. The key that cancels answers no, and cancels nothing."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("question")

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-wide")]  # noqa: RUF012 - Textual's API

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        yes, no = (key_of(self, f"question.{answer}") for answer in ("yes", "no"))
        text = Text.assemble(self._question, "\n\n", (yes, "bold"), " yes   ", (no, "bold"), " no")
        yield Static(text, id="question", markup=False)

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)
