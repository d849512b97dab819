"""Notifies the user who is looking elsewhere, by the terminal's title and notifications."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tui.dashboard.messages import PersonNeeded
from tui.dashboard.terminal.title import KEEP, PUT_BACK, has_title, title_sequence
from tui.dashboard.textual_internals.driver import write_raw

if TYPE_CHECKING:
    from tui.core.conversation import Conversation
    from tui.core.metrics import State
    from tui.dashboard.screens.main_screen import MainScreen

LONG_TURN = 10.0
"""Seconds: nobody needs to know that a shorter turn has ended."""

MOST_OF_NAME = 60
"""Characters."""

_ENDS = {"ok": "✓", "failed": "✗", "cancelled": "⊘"}
_CUT_OFF = "!"
_STATES = {"approval": "?", "retrying": "↻", "dead": "✗", "not_loaded": "✗"}


def title_of(state: State, conversation: Conversation) -> str:
    """The agent with a mark for what it does: ▶ runs, ? asks, ↻ retries; ✓ ✗ ⊘ ! how it ended."""
    run = conversation.run
    ended = (_CUT_OFF if run.lost else _ENDS.get(run.outcome, "")) if run is not None else ""
    mark = _STATES.get(state.kind, "▶" if state.busy or conversation.running else ended)
    name = f"{mark} {conversation.agent[:MOST_OF_NAME]}".strip()
    return " · ".join(filter(None, (name, "streamtui")))


class Attention:
    """Sets the title, and notifies when a long turn has ended or a tool needs approval."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._title = ""
        self._was_running = self._was_asking = False
        config = screen.options.config
        self._titled = config.display.title and has_title(os.environ)
        app = screen.app
        app.app_suspend_signal.subscribe(screen, lambda _: self.end())
        app.app_resume_signal.subscribe(screen, lambda _: self._begin())
        self._begin()

    def show(self, state: State, conversation: Conversation) -> None:
        title = title_of(state, conversation)
        if title != self._title:
            self._title = title
            self._write(title_sequence(title))

    def followed(self) -> None:
        """After the screen has handled events: notify if a tool asks or a long turn has ended."""
        pending = self._screen.approval.pending
        if pending and not self._was_asking:
            who = self._screen.conversation.agent
            self._call(f"{who} waits for your approval of {pending[0].name}")
        self._was_asking = bool(pending)
        running = bool(self._screen.conversation.running)
        if self._was_running and not running:
            self._ended()
        self._was_running = running

    def _ended(self) -> None:
        conversation = self._screen.conversation
        run, turn = conversation.run, self._screen.dispatcher.figures().turn
        seconds = turn.e2e.value or 0.0 if turn is not None else 0.0
        if run is None or run.outcome not in {"ok", "failed"} or seconds < LONG_TURN:
            return
        did = "answered" if run.outcome == "ok" else "failed"
        self._call(f"{conversation.agent} {did} after {seconds:.0f} s")

    def end(self) -> None:
        """The terminal gets its own title back."""
        self._write(PUT_BACK)

    def _begin(self) -> None:
        self._write(KEEP)
        if self._title:
            self._write(title_sequence(self._title))

    def _call(self, text: str) -> None:
        self._screen.post_message(PersonNeeded(text))

    def _write(self, sequence: str) -> None:
        if self._titled:
            write_raw(self._screen.app, sequence)
