"""Time-outs between the events of a stream, at the cost of one assignment per event."""

import asyncio
from collections.abc import Callable


class Watchdog:
    """Cancels the task that waits for the next event when it does not arrive in time.

    The timer is not moved at each event, which would cost more than the event: when it fires, it
    checks when the last event arrived, and is set again for the remaining time.
    """

    def __init__(
        self, first: float | None, idle: float | None, held: Callable[[], bool] = lambda: False
    ) -> None:
        """Seconds until the first event, and between events; None: no limit.

        While ``held`` is true, the wait is not for the provider.
        """
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._limit = first
        self._idle = idle
        self._held = held
        self._since = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._waiting = False
        self.passed: float | None = None
        """The limit in seconds that has passed."""
        self._arm()

    def waiting(self) -> None:
        """Call it before waiting for an event."""
        self._waiting = True

    def received(self) -> None:
        """Call it with each event: the idle limit counts from now on."""
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
        """Whether the cancellation that the task just got is this watchdog's alone."""
        if self.passed is None or self._task is None:
            return False
        return self._task.uncancel() == 0

    def _arm(self) -> None:
        self.stop()
        if self._limit is not None:
            self._timer = self._loop.call_at(self._since + self._limit, self._fire)

    def _fire(self) -> None:
        if self._limit is None or self._task is None:
            return
        if self._loop.time() < self._since + self._limit:
            self._arm()
        elif not self._waiting or self._held():
            # The reader of the events is slow, or nothing is asked yet.
            self._since = self._loop.time()
            self._arm()
        else:
            self.passed = self._limit
            self._task.cancel()
