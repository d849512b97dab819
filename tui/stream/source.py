"""What a user interface needs of whatever its events come from: a worker, a recording, a server."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol import events
from tui.protocol.commands import Command, SetModel

Batch = Sequence[events.Event]


class Source(Protocol):
    """Yields events, takes commands. `Supervisor` is the one that runs a worker."""

    chosen: SetModel | None
    """The model and the server that were chosen; None: those with which it was started."""
    clock_offset: int
    """Nanoseconds to add to this process's clock to get that of the events."""

    def now(self) -> int:
        """The events' clock now, in nanoseconds."""
        ...

    def batches(self) -> AsyncIterator[Batch]:
        """The events as they arrive, until `close`."""
        ...

    def send(self, command: Command) -> bool:
        """Pass a command on; False if nothing can receive it."""
        ...

    def restore(self, history: HistoryMirror) -> None:
        """Switch to another conversation. No run may be active."""
        ...

    def restart(self) -> None:
        """Give up what hangs, and start again with the same conversation."""
        ...

    def reload(self) -> None:
        """Load the agent again, with the same conversation."""
        ...

    async def close(self) -> None:
        """End it; whatever runs is given a moment to end by itself."""
        ...
