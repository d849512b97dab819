"""Shows what a stored session holds, on the panes alone: nothing is sent, asked or said again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.screen import Screen

from tui.dashboard import messages
from tui.dashboard.state_words import death
from tui.protocol import events
from tui.protocol.deltas import DELTAS
from tui.stream.run_control import RunControl

if TYPE_CHECKING:
    from tui.dashboard.chat.chat_pane import ChatPane
    from tui.dashboard.tools.tool_log import ToolLog

    _Base = Screen[None]
else:
    _Base = object


class ShowsPast(_Base):
    """Mixed into the main screen: where events of a replay go."""

    control: RunControl
    chat: ChatPane
    tools: ToolLog

    def show_past(self, event: events.Event) -> None:
        """One event of a stored session; of neighbouring deltas one with all their text."""
        self.control.observe(event)
        match event:
            case events.OutputPrinted(text=text):
                self.tools.add_line(text)
            case events.Noticed(text=text, level="info" | "warning" | "error" as level):
                self.tools.add_line(text, "info" if level == "info" else "warning")
            case events.AgentLoaded(output_json=output_json):
                self.chat.expect_json(output_json)
            case events.WorkerExited():
                self._show_exit(event)
            case _ if isinstance(event, DELTAS):
                self.chat.deltas((event,))
                self.tools.deltas((event,))
            case _:
                self._show_change(event)

    def _show_change(self, event: events.Event) -> None:
        if isinstance(event, messages.ToolChanged.Payload):
            self.tools.change(event)
            self.chat.tool_changed(event)
        elif isinstance(event, messages.CallChanged.Payload):
            self.chat.call_changed(event)
            self.tools.hear(event)
        elif isinstance(event, messages.RunChanged.Payload):
            self.chat.run_changed(event)

    def _show_exit(self, exited: events.WorkerExited) -> None:
        self.tools.abandon(exited.at)
        self.chat.worker_died("the agent's process ended")
        if not exited.expected:
            at = self.chat.wall_of(exited)
            self.chat.problem("", death(exited, restarts=True), "", at=at, folded=False)

    @contextmanager
    def showing_past(self) -> Iterator[None]:
        """Text comes at once, whatever the pace, and the screen is painted once, at the end."""
        transcript = self.chat.transcript
        transcript.follow()
        pace = transcript.pace
        transcript.set_pace("instant")
        try:
            with self.app.batch_update(), transcript.bulk_load():
                yield
        finally:
            transcript.set_pace(pace)

    async def past_shown(self) -> None:
        """Wait until everything that was posted so far is in its place in the panes."""
        handled = asyncio.Event()
        self.call_later(handled.set)
        await handled.wait()
        # Its rows are on their lines with its next frame, which would be one after this.
        self.tools.fit()
