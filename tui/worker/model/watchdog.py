"""Time-outs on the events of a stream that cost one store per event."""

import asyncio


class Watchdog:
    """Cancels the task that waits for the next event when none comes in time.

    The timer is not moved at each event (which would cost more than the event does): when it
    rings it looks at when the last event came, and sleeps again for what is left.
    """

    def __init__(self, first: float | None, idle: float | None) -> None:
        """Seconds until the first event, and between events; None: no limit."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._limit = first
        self._idle = idle
        self._since = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._waiting = False
        self.barked: float | None = None
        """The limit in seconds that was passed."""
        self._arm()

    def waits(self) -> None:
        """The task goes to wait for an event."""
        self._waiting = True

    def came(self) -> None:
        """An event is here; the idle limit counts from now on."""
        self._waiting = False
        self._since = self._loop.time()
        if self._limit is not self._idle:
            self._limit = self._idle
            self._arm()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def converts(self) -> bool:
        """Whether the cancellation that just arrived is this watchdog's own, and no one else's."""
        if self.barked is None or self._task is None:
            return False
        return self._task.uncancel() == 0

    def _arm(self) -> None:
        self.stop()
        if self._limit is not None:
            self._timer = self._loop.call_at(self._since + self._limit, self._ring)

    def _ring(self) -> None:
        if self._limit is None or self._task is None:
            return
        if self._loop.time() < self._since + self._limit:
            self._arm()
        elif not self._waiting:
            # The one who reads the events is busy, not the provider.
            self._since = self._loop.time()
            self._arm()
        else:
            self.barked = self._limit
            self._task.cancel()
