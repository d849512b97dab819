"""What one column is started with."""

from collections.abc import Callable

import msgspec

from tui.stream.source import Source
from tui.stream.supervisor import Supervisor

FEWEST, MOST = 2, 4
"""Columns of a comparison."""


class ColumnPlan(msgspec.Struct, frozen=True, kw_only=True):
    """``label`` heads the column, and is different in each of a comparison."""

    label: str
    worker_command: tuple[str, ...] = ()
    """The argv of its worker; () for a recording."""
    play: Callable[[], Source] | None = None
    """Plays a recording, with its own timing."""
    reference: str = ""
    """The agent, as its sessions are stored under; "" for the demo and for recordings."""
    settings: dict[str, str] = {}
    """What is different from the other columns, as it was given."""
    stream: bool = True
    """False: models are asked for whole answers."""

    def source(self) -> Source:
        """A new source of its events."""
        return Supervisor(self.worker_command) if self.play is None else self.play()
