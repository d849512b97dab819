"""The screen of a replay at its end, to be compared with the live one."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from difflib import unified_diff

from tests.support.patience import wait_until
from tests.support.terminal import Terminal
from tui.core.config.settings import Config
from tui.dashboard.replay.replay_app import ReplayTui, replay_options
from tui.dashboard.transcript import Transcript
from tui.protocol.events import Event
from tui.replay.player import Player
from tui.replay.tape import tape_of

CORNER = 20.0
"""Seconds: longer than any message stays in the corner."""

_BELOW = 4
"""Rows of the prompt and of the hints, below the panes."""


def transcript_lines(transcript: Transcript) -> list[str]:
    """All of its lines, also those that were not laid out yet."""
    layout = transcript.line_layout
    layout.measure_down(layout.place(0), 1_000_000)
    return [strip.text.rstrip() for strip in transcript._painter.rows(0, layout.total)]


def replayed_screen(
    recorded: Sequence[Event],
    *,
    rows: int,
    cols: int,
    config: Config = Config(),  # noqa: B008
) -> list[str]:
    """The heading and the panes as they are when all events have been played."""
    return asyncio.run(_played(recorded, rows, cols, config))


async def _played(recorded: Sequence[Event], rows: int, cols: int, config: Config) -> list[str]:
    app = ReplayTui(
        replay_options(config, (), debug=False), Player(tape_of([recorded])), at_end=True
    )
    # The seek bar takes a row more.
    async with app.run_test(size=(cols, rows + 1)) as pilot:
        while not (app.main.loaded and app.replayed.seeking.ready):
            await pilot.pause(0.01)
        before, lines = [""], list[str]()
        while before != lines or not app.main.chat.transcript.is_settled:
            await pilot.pause(0.05)
            strips = app.screen._compositor.render_strips()
            before, lines = lines, [strip.text.rstrip() for strip in strips[: rows - _BELOW]]
        return lines


def assert_replayed(
    terminal: Terminal, recorded: Callable[[], Sequence[Event]], config: Config, *, cols: int
) -> None:
    """Wait until the live screen is as the replay's.

    What pops up in its corner goes by itself, and late events of a run may still come.
    """
    played: list[Event] = []
    replayed: list[str] = []
    live: list[str] = []

    def same() -> bool:
        if len(now := recorded()) != len(played):
            played[:] = now
            replayed[:] = replayed_screen(now, rows=len(terminal.screen), cols=cols, config=config)
        live[:] = [line.rstrip() for line in terminal.screen[: len(replayed)]]
        return live == replayed

    with suppress(TimeoutError):
        wait_until(same, "the replay shows the same", timeout=CORNER)
    different = "\n".join(unified_diff(live, replayed, "live", "replayed", n=0))
    assert not different, different
