"""Runs in a replay are only shown: nothing is sent, cancelled or retried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tui.dashboard.commands.command_table import parse_slash
from tui.dashboard.controllers.run_controller import RunController

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.conversation import Step
    from tui.dashboard.prompt.choices import Choice


class ReplayRuns(RunController):
    """What the keys for runs do in a replay."""

    @override
    def submit(self, text: str, entered_at: int) -> None:
        entered = parse_slash(text, self._screen.commands)
        if entered is None:
            self.refuse()
        else:
            self._screen.enter_command(entered)

    @override
    def saved_prompts(self) -> Sequence[Choice]:
        return ()

    @override
    def send(self, text: str, entered_at: int) -> None:
        self.refuse()

    def refuse(self, argument: str = "") -> None:  # noqa: ARG002 - of a slash command
        """Say why that cannot be done."""
        quits = self._screen.key("quit")
        self._screen.tell(f"This is a replay: there is no agent to do that. {quits} leaves it.")

    @override
    def escape(self) -> None:
        if not self._screen.chat.end_search() and not self._screen.panes.restore():
            self._screen.set_focus(self._screen.query_one("#seek-bar"))

    @override
    def interrupt(self) -> None:
        screen = self._screen
        selected = screen.get_selected_text() or screen.prompt.selected_text
        if selected:
            screen.views.copy(selected, "the selection")
        elif screen.prompt.text:
            screen.prompt.take()
        else:
            self.arm_quit()

    @override
    def quit(self) -> None:
        self._screen.app.exit()

    @override
    def steer(self, text: str = "") -> None:
        self.refuse(text)

    @override
    def send_queued(self, *, anyway: bool = False) -> None:
        """Nothing is queued."""

    @override
    def recall_queued(self, shown: str) -> None:
        """Nothing is queued."""
        for message in self._screen.prompt.recall_over():
            self._screen.prompt_submitted(message)

    @override
    def refresh(self) -> None:
        """The line of hints stays as it is."""

    @override
    def follow(self, step: Step) -> None:
        """What has to be done was done when it was recorded."""
