"""The dashboard for a recording."""

# ruff: noqa: PLC0415 - the first frame needs none of it

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace
from typing_extensions import override

from tui.core.config.settings import Alerts, AppOptions, Config
from tui.dashboard.app import StreamTui
from tui.dashboard.commands.replay_commands import REPLAY_COMMANDS
from tui.dashboard.replay.replay_screen import ReplayScreen
from tui.dashboard.screens.main_screen import MainScreen
from tui.dashboard.terminal_app import run_in_terminal
from tui.replay.player import Player

LONG = 10.0
"""Seconds for which a remark about the recording is shown."""


class ReplayTui(StreamTui):
    """``remarks``: what the user should know about the recording."""

    STYLES_LATER = False

    def __init__(
        self,
        options: AppOptions,
        player: Player,
        *,
        at_end: bool = False,
        remarks: Sequence[str] = (),
    ) -> None:
        self._player = player
        self._at_end = at_end
        self._remarks = remarks
        super().__init__(options, player, REPLAY_COMMANDS)
        player.hold()

    @override
    def new_screen(self) -> MainScreen:
        self.replayed = ReplayScreen(self._player, self.commands, self.masker.mask)
        return self.replayed

    @override
    async def load(self) -> None:
        from tui.journal.stored_figures import limits_of

        await super().load()
        limits = limits_of(self.options.config)
        await self.replayed.seeking.begin(self.masker, limits, at_end=self._at_end)
        for remark in self._remarks:
            self.notify(remark, severity="warning", markup=False, timeout=LONG)


def replay_options(
    config: Config,
    secrets: tuple[str, ...],
    *,
    debug: bool,
    screen_memory: Path | None = None,
) -> AppOptions:
    """The options of a dashboard without a worker or a journal, in which nothing rings."""
    display = replace(config.display, pace="instant")
    quiet = replace(config, alerts=Alerts(away=False), display=display)
    return AppOptions(
        config=quiet,
        worker_command=(),
        journal=None,
        secrets=secrets,
        debug=debug,
        screen_memory=screen_memory,
    )


def run_replay(options: AppOptions, player: Player, *, at_end: bool, remarks: Sequence[str]) -> int:
    """Run the dashboard; returns the exit code of the process."""
    return run_in_terminal(ReplayTui(options, player, at_end=at_end, remarks=remarks))
