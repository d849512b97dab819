"""What one column is started with."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from tui.core.metrics import Thresholds
from tui.stream.source import Source
from tui.stream.supervisor import Supervisor

FEWEST, MOST = 2, 4
"""Columns of a comparison."""


class PlayedSource(Source, Protocol):
    """A recording that is played."""

    paused: bool

    @property
    def ended(self) -> bool:
        """All its events have arrived."""
        ...


class ColumnPlan(msgspec.Struct, frozen=True, kw_only=True):
    """``label`` heads the column, and is different in each of a comparison."""

    label: str
    worker_command: tuple[str, ...] = ()
    """The argv of its worker; () for a recording."""
    play: Callable[[], PlayedSource] | None = None
    """Plays a recording, with its own timing."""
    reference: str = ""
    """The agent, as its sessions are stored under; "" for the demo and for recordings."""
    settings: dict[str, str] = {}
    """What is different from the other columns, as it was given."""
    stream: bool = True
    """False: models are asked for whole answers."""
    thresholds: Thresholds | None = None
    """What its figures are judged by; None: what all others are."""

    def source(self) -> tuple[Source, PlayedSource | None]:
        """A new source of its events; it comes twice if it is a recording."""
        if self.play is None:
            return Supervisor(self.worker_command), None
        player = self.play()
        return player, player
