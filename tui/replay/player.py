"""The source of a replay: gives the events of a tape at their own pace."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol.commands import Command, SetModel
from tui.replay.tape import SECOND, Tape
from tui.stream.source import Batch

SLOWEST, FASTEST = 0.25, 64.0

FRAME = 1 / 60
"""Minimum seconds between two batches."""

MOST = 500
"""Events in a batch, so that it takes only a few ms of the UI's loop."""

BEHIND = 0.25
"""Seconds: if the UI needs longer for what is due, the replay waits for it."""


class Player:
    """Plays from the start; ``clock`` gives ns of this process's time."""

    chosen: SetModel | None = None
    clock_offset = 0

    def __init__(
        self, tape: Tape, *, speed: float = 1.0, clock: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self.tape = tape
        self.arrived = 0
        """How many events were given to the dispatcher."""
        self.settled: Callable[[], Awaitable[object]] | None = None
        """Awaited between two batches: the UI has handled the one before."""
        self._clock = clock
        self._speed = _within(speed)
        self._paused = False
        self._held = False
        self._begun = False
        self._closed = False
        self._changed = asyncio.Event()
        self._from: tuple[int, int] | None = None
        """A position, and this process's time when the replay was there; None: not begun."""
        self._position = 0
        """The position while it does not move."""

    @property
    def speed(self) -> float:
        """1: as it was."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._stand()
        self._speed = _within(speed)
        self._move()

    @property
    def paused(self) -> bool:
        return self._paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        self._stand()
        self._paused = paused
        self._move()

    @property
    def ended(self) -> bool:
        """All events have arrived."""
        return self.arrived >= len(self.tape)

    @property
    def position(self) -> int:
        """Where the replay is, in ns from its start; never beyond an event that has not arrived."""
        if self._from is None:
            return self._position
        begun, since = self._from
        ideal = begun + round((self._clock() - since) * self._speed)
        return min(ideal, self._next_position)

    def now(self) -> int:
        """The events' clock at this position."""
        return self.tape.clock_at(self.arrived, self.position)

    async def batches(self) -> AsyncIterator[Batch]:
        """The events as they become due, until `close`."""
        self._begun = True
        self._move()
        while not self._closed:
            if batch := self._due():
                yield batch
                if self.settled is not None:
                    await self.settled()
            await self._wait(FRAME if batch else 0.0)

    def hold(self) -> None:
        """Give no events until `go_to`."""
        self._stand()
        self._held = True

    def go_to(self, arrived: int, position: int | None = None) -> None:
        """Continue after this many events, which the dispatcher has folded; at this position."""
        self.arrived = arrived
        at = self.tape.positions[arrived - 1] if arrived else 0
        self._position = max(at, min(at if position is None else position, self._next_position))
        self._from = None
        self._held = False
        self._move()

    def send(self, command: Command) -> bool:  # noqa: ARG002 - of every source
        """Nothing takes commands."""
        return False

    def restore(self, history: HistoryMirror) -> None:
        """There is no ledger."""

    def restart(self) -> None:
        """There is no worker."""

    def reload(self) -> None:
        """There is no worker."""

    async def close(self) -> None:
        """End `batches`."""
        self._closed = True
        self._changed.set()

    @property
    def _next_position(self) -> int:
        tape = self.tape
        return tape.total if self.ended else tape.positions[self.arrived]

    @property
    def _moves(self) -> bool:
        return self._begun and not (self._paused or self._held or self.ended)

    def _stand(self) -> None:
        """Stay at the position, until it is due to move again."""
        self._position, self._from = self.position, None

    def _move(self) -> None:
        """Move on from the position, unless something keeps it there."""
        if self._moves:
            self._from = self._position, self._clock()
        self._changed.set()

    def _due(self) -> Batch:
        """Take the events that are due."""
        if self._from is None or not self._moves:
            self._stand()
            return ()
        begun, since = self._from
        ideal = begun + round((self._clock() - since) * self._speed)
        end = min(self.tape.arrived(ideal), self.arrived + MOST)
        batch = self.tape.events[self.arrived : end]
        self.arrived = max(end, self.arrived)
        if ideal - self._next_position > BEHIND * SECOND * self._speed:
            # Continue from here instead of catching up.
            self._from = self._next_position, self._clock()
        return batch

    async def _wait(self, least: float) -> None:
        """Until the next event is due, but at least so many seconds, or until something changes."""
        wait: float | None = None
        if self._closed:
            return
        if self._moves:
            left = (self._next_position - self.position) / SECOND / self._speed
            wait = max(left, least, 0.001)
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._changed.wait()


def _within(speed: float) -> float:
    return min(FASTEST, max(SLOWEST, speed))
