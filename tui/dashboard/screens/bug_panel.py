"""What a person sees of a bug of ours: what happened, where the report is, and what can be done."""

import time
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from tui.dashboard.diagnostics.crash import Bug

DEAF = 0.3
"""Seconds in which keys are no answer: they were typed for what was there before."""


class BugPanel(Screen[bool]):
    """Enter or Esc goes on (True), q or Ctrl+Q quits (False).

    It covers the dashboard wholly: whether that can be painted does not matter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape,c", "answer(True)", "Go on", priority=True),
        Binding("q,ctrl+q,ctrl+c", "answer(False)", "Quit", priority=True),
        Binding("ctrl+z", "app.suspend_process", "Suspend", show=False, priority=True),
    ]

    def __init__(self, bug: Bug) -> None:
        super().__init__()
        self._bug = bug
        self._shown_at = time.monotonic()

    def compose(self) -> ComposeResult:
        yield Static(bug_text(self._bug), id="bug", markup=False)

    def action_answer(self, goes_on: bool) -> None:
        if time.monotonic() - self._shown_at >= DEAF:
            self.dismiss(goes_on)


def bug_text(bug: Bug) -> Text:
    """The whole panel in words."""
    text = Text.assemble((bug.sentence, "bold"), "\n\n")
    text.append("It was stopped where it happened; the agent and the conversation go on. ")
    text.append("What stands on the screen may lack something.\n\n")
    if bug.report is not None:
        text.append(f"A report without your data is in {bug.report}\n\n")
    else:
        text.append("No report could be written.\n\n")
    text.append("Enter", "bold")
    text.append(" go on   ")
    text.append("q", "bold")
    text.append(" quit")
    return text
