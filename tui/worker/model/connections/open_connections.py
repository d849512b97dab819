"""How many connections to providers are open, and how many answers stream over them."""

import asyncio
from contextvars import Context
from weakref import WeakSet

import httpx2

from tui.protocol.events import ConnectionsChanged
from tui.worker.io.event_writer import EventWriter
from tui.worker.sdk_internals.pool_names import open_in

SOON_SECONDS = 0.05
"""Until the next look, unless more answers stream than ever: it asks the system about each idle
connection."""
SETTLED_SECONDS = 0.2
"""After an answer's end, its connection may still be on its way back to its pool."""
EXPIRED_SECONDS = 6.0
"""Pools close a connection that was idle for five seconds, but report nothing."""


class OpenConnections:
    """One per worker: looks into the pools of its clients when an answer begins or ends."""

    def __init__(self, writer: EventWriter) -> None:
        self._writer = writer
        self._clients: WeakSet[httpx2.AsyncClient] = WeakSet()
        self._streaming = 0
        self._most_streaming = 0
        self._reported = (0, 0)
        self._timer: asyncio.TimerHandle | None = None

    def began(self) -> None:
        """An answer has begun to arrive."""
        self._streaming += 1
        if self._streaming > self._most_streaming:
            self._most_streaming = self._streaming
            self._look()
        else:
            self._look_in(SOON_SECONDS)

    def ended(self) -> None:
        """It has ended, however that was."""
        self._streaming -= 1
        self._look_in(SOON_SECONDS)

    def watch(self, client: httpx2.AsyncClient) -> None:
        """Count this client's connections too."""
        self._clients.add(client)

    def _look(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        count = sum(map(open_in, self._clients))
        # A client of an unknown kind has no pool that could be counted.
        now = (max(count, self._streaming), self._streaming)
        if now != self._reported:
            self._reported = now
            event = ConnectionsChanged(at=self._writer.now(), open=now[0], streaming=now[1])
            # Outside of the run that is the reason: it is about all of them.
            Context().run(self._writer.emit_soon, event)
            self._look_in(SETTLED_SECONDS)
        elif count and not self._streaming:
            self._look_in(EXPIRED_SECONDS)

    def _look_in(self, seconds: float) -> None:
        """Look again then, unless that happens sooner anyway."""
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            if self._timer.when() <= loop.time() + seconds:
                return
            self._timer.cancel()
        self._timer = loop.call_later(seconds, self._look)
