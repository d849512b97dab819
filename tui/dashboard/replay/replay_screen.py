"""The main screen of a replay."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from typing_extensions import override

from tui.core.conversation import Step
from tui.dashboard.chat.prompt import Prompt
from tui.dashboard.commands.bindings import bindings_for
from tui.dashboard.commands.command import Commands
from tui.dashboard.commands.command_table import Entered
from tui.dashboard.commands.replay_commands import NEED_AN_AGENT, REPLAY_COMMANDS, replay_hints
from tui.dashboard.controllers.run_controller import RunController
from tui.dashboard.replay.replay_prompt import ReplayPrompt
from tui.dashboard.replay.replay_runs import ReplayRuns
from tui.dashboard.replay.seek_bar import SeekBar
from tui.dashboard.replay.seek_controller import SeekController
from tui.dashboard.screens.hints import Hints
from tui.dashboard.screens.main_screen import MainScreen
from tui.replay.player import Player


class ReplayScreen(MainScreen):
    """The panes, and a bar to move through the recording."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("replay", REPLAY_COMMANDS)
    AUTO_FOCUS = "#seek-bar"
    RUNS: ClassVar[type[RunController]] = ReplayRuns

    def __init__(
        self, player: Player, commands: Commands, mask: Callable[[str], str] = str
    ) -> None:
        super().__init__(player, commands, mask)
        self.seek_bar = SeekBar(player.tape, id="seek-bar")
        self.seeking = SeekController(self, player)
        self.hints = Hints(replay_hints(commands), id="hints")
        refuse = self.runs.refuse if isinstance(self.runs, ReplayRuns) else self.runs.retry
        self._perform.update(dict.fromkeys(NEED_AN_AGENT, refuse))
        self._perform.update(self.seeking.commands)

    @override
    def new_prompt(self) -> Prompt:
        return ReplayPrompt(self.paint_now, id="prompt")

    @override
    def compose(self) -> ComposeResult:
        for widget in super().compose():
            yield widget
            if widget is self.prompt:
                yield self.seek_bar

    @override
    def enter_command(self, entered: Entered) -> None:
        super().enter_command(entered)
        # The keys of the replay work again.
        self.set_focus(self.seek_bar)

    @on(SeekBar.Sought)
    def _sought(self, message: SeekBar.Sought) -> None:
        self.when_loaded(lambda: self.seeking.to_position(message.position))

    @on(ReplayPrompt.Refused)
    def _refused(self) -> None:
        self.tell(
            "This is a replay: messages cannot be sent. / begins a command, "
            f"{self.key('escape')} leaves the prompt."
        )

    @override
    def _follow(self, step: Step) -> None:
        """Whatever had to be done was done when it was recorded."""
