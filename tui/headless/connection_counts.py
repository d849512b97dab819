"""The open connections of all workers of a batch, and the most that there were."""

import msgspec

from tui.protocol.events import ConnectionsChanged


class Most(msgspec.Struct, frozen=True):
    """The highest numbers during a batch."""

    open: int = 0
    streaming: int = 0
    """Answers that arrived at the same time."""


class ConnectionCounts:
    """``open`` and ``streaming`` are the numbers now."""

    def __init__(self) -> None:
        self.open = self.streaming = 0
        self.most = Most()
        self._workers: dict[int, ConnectionsChanged] = {}

    def changed(self, worker: int, event: ConnectionsChanged | None) -> None:
        """A worker has reported its own; None: it has ended."""
        self._workers.pop(worker, None)
        if event is not None:
            self._workers[worker] = event
        self.open = sum(one.open for one in self._workers.values())
        self.streaming = sum(one.streaming for one in self._workers.values())
        self.most = Most(max(self.most.open, self.open), max(self.most.streaming, self.streaming))
