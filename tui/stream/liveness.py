"""Detects an unresponsive worker: one that does not answer a ping in time.

The system reports a process that ends, but not one that was stopped, nor one behind a dead
connection.
"""

import msgspec


class Liveness(msgspec.Struct):
    """Whether one worker answers. Every time is on our clock, in ns.

    ``limit``: how long an answer may take. It may be changed: a worker that imports a large package
    cannot answer for seconds.
    """

    limit: int
    unresponsive_since: int | None = None
    """When the unanswered ping was sent; None while the worker answers."""
    _pinged: int | None = None
    _has_sent: bool = False

    def received(self) -> bool:
        """The worker sent something. True if it was unresponsive before."""
        was_unresponsive = self.unresponsive_since is not None
        self._has_sent = True
        self._pinged = self.unresponsive_since = None
        return was_unresponsive

    def should_ping(self, now: int) -> bool:
        """Whether to ping now; the wait for the answer then starts.

        Not before the worker's first output, because a connection may take its time, and not while
        another ping is unanswered, because pings would pile up in a dead connection.
        """
        if not self._has_sent or self._pinged is not None:
            return False
        self._pinged = now
        return True

    def becomes_unresponsive(self, now: int) -> bool:
        """True once, when the answer is overdue."""
        if self._pinged is None or self.unresponsive_since is not None:
            return False
        if now - self._pinged < self.limit:
            return False
        self.unresponsive_since = self._pinged
        return True

    def restart_wait(self, now: int) -> None:
        """We could not read until now, so the wait for an answer starts again."""
        if self._pinged is not None and self.unresponsive_since is None:
            self._pinged = now
