"""Recordings as columns of a comparison."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from msgspec.structs import replace

from tui.cli.commands.replay_command import read_recording, remarks_on
from tui.comparison.column_plan import ColumnPlan
from tui.core.config.settings import Config
from tui.protocol.events import Event
from tui.replay.player import Player
from tui.replay.tape import Tape, tape_of

MOST_IDLE = 0.5
"""Seconds between two turns, in which those of other columns are waited for."""


def recorded_plan(source: str, config: Config) -> ColumnPlan:
    """A column that plays a recording from its first turn on. Raise `SetUpError`."""
    recording, events = read_recording(source, config)
    for remark in remarks_on(recording):
        click.echo(f"{source}: {remark}", err=True)
    name = Path(source).stem if Path(source).is_file() else source
    return ColumnPlan(label=name, reference=source, play=partial(_player, events))


def _player(events: Sequence[Event]) -> Player:
    tape = tape_of([events], most_idle=MOST_IDLE, end_last=True)
    return Player(_from_first_turn(tape))


def _from_first_turn(tape: Tape) -> Tape:
    """What comes before it, such as loading the agent, takes no time: all columns begin at once."""
    turns = tape.marks["turn"]
    before = tape.positions[turns[0]] if turns else 0
    return replace(tape, positions=[max(0, one - before) for one in tape.positions])
