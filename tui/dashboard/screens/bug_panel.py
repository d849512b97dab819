"""The panel about a bug: what happened, where the report is, and what the person can do."""

import time
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from tui.dashboard.diagnostics.crash import Bug

GRACE = 0.3
"""Seconds in which keys are ignored: they were meant for what was on the screen before."""


class BugPanel(Screen[bool]):
    """Enter or Esc continues (True), q or Ctrl+Q quits (False).

    It covers the whole dashboard, which need not be paintable.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape,c", "answer(True)", "Continue", priority=True),
        Binding("q,ctrl+q,ctrl+c", "answer(False)", "Quit", priority=True),
        Binding("ctrl+z", "app.suspend_process", "Suspend", show=False, priority=True),
    ]

    def __init__(self, bug: Bug) -> None:
        super().__init__()
        self._bug = bug
        self._shown_at = time.monotonic()

    def compose(self) -> ComposeResult:
        yield Static(bug_text(self._bug), id="bug", markup=False)

    def action_answer(self, continues: bool) -> None:
        if time.monotonic() - self._shown_at >= GRACE:
            self.dismiss(continues)


def bug_text(bug: Bug) -> Text:
    """The whole panel in words."""
    text = Text.assemble((bug.sentence, "bold"), "\n\n")
    text.append("The agent and the conversation are not affected. ")
    text.append("What is on the screen may be incomplete.\n\n")
    if bug.report is not None:
        text.append(f"A report without your data is in {bug.report}\n\n")
    else:
        text.append("No report could be written.\n\n")
    text.append("Enter", "bold")
    text.append(" continue   ")
    text.append("q", "bold")
    text.append(" quit")
    return text
