"""The panel about a bug: what happened, where the report is, and what the person can do."""

import time
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Static

from tui.dashboard.commands.bindings import bindings_for, bindings_of, commands_of
from tui.dashboard.commands.command import ON_TOP, Commands
from tui.dashboard.commands.command_table import COMMANDS, key_words
from tui.dashboard.diagnostics.crash import Bug

GRACE = 0.3
"""Seconds in which keys are ignored: they were meant for what was on the screen before."""


class BugPanel(Screen[bool]):
    """Answers True to continue, False to quit.

    It covers the whole dashboard, which may be impossible to paint.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("bug report"), *bindings_of(*ON_TOP)]

    def __init__(self, bug: Bug) -> None:
        super().__init__()
        self._bug = bug
        self._shown_at = time.monotonic()

    def compose(self) -> ComposeResult:
        yield Static(bug_text(self._bug, commands_of(self)), id="bug", markup=False)

    def action_answer(self, continues: bool) -> None:
        if time.monotonic() - self._shown_at >= GRACE:
            self.dismiss(continues)

    def action_escape(self) -> None:
        self.action_answer(True)

    def action_interrupt(self) -> None:
        self.action_answer(False)

    def action_quit(self) -> None:
        self.action_answer(False)

    def action_suspend(self) -> None:
        self.app.action_suspend_process()


def bug_text(bug: Bug, commands: Commands = COMMANDS) -> Text:
    """The whole panel in words."""
    text = Text.assemble((bug.sentence, "bold"), "\n\n")
    text.append("The agent and the conversation are not affected. ")
    text.append("What is on the screen may be incomplete.\n\n")
    if bug.report is not None:
        text.append(f"A report without your data is in {bug.report}\n\n")
    else:
        text.append("No report could be written.\n\n")
    text.append(key_words(commands, "bug.resume"), "bold")
    text.append(" continue   ")
    text.append(key_words(commands, "bug.quit"), "bold")
    text.append(" quit")
    return text
