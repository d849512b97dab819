"""The events of one session, numbered as in its journal: the newest in memory, all in the file."""

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import islice

from msgspec.structs import replace

from tui.journal import Journal, JournalError
from tui.protocol.events import Event, HistoryChanged, RunStarted

KEPT = 1_000
"""Events that stay in memory; a reader that is further behind reads from the file."""

MOST = 2_000
"""Events that are read at once."""


class EventLog:
    """The dispatcher's sink. Events are numbered from 1; ``last`` is the number of the newest."""

    def __init__(self, journal: Journal, session: str, last: int = 0) -> None:
        """``last``: how many events the journal has."""
        self.last = last
        self._journal = journal
        self._session = session
        self._recent: deque[Event] = deque(maxlen=KEPT)
        self._starts: list[int] = []
        """The numbers of the runs' starts, of those that were appended here."""
        self._waiting: set[asyncio.Future[bool]] = set()
        self.ended = False
        """The session is deleted."""

    def append(self, batch: Sequence[Event]) -> None:
        """Number, store and keep a batch, and wake all readers."""
        if not batch:
            return
        self._journal.append(self._session, batch)
        for number, event in enumerate(batch, self.last + 1):
            if isinstance(event, RunStarted):
                self._starts.append(number)
            # The items of the history are not shown, and may be large.
            self._recent.append(
                replace(event, items=()) if isinstance(event, HistoryChanged) else event
            )
        self.last += len(batch)
        self.wake()

    def end(self) -> None:
        """Send all readers away: nothing more will come."""
        self.ended = True
        self.wake()

    def wake(self) -> None:
        """Let all readers look again."""
        waiting, self._waiting = self._waiting, set()
        for one in waiting:
            if not one.done():
                one.set_result(True)

    async def wait_with(self, waiting: "asyncio.Future[bool]") -> bool:
        """The result of a future, which is true after the next `append` or `wake`."""
        self._waiting.add(waiting)
        try:
            return await waiting
        finally:
            self._waiting.discard(waiting)

    async def wait(self, seconds: float) -> bool:
        """Wait until `append` or `wake`; False after so many ``seconds``."""
        waits = Waits(self)
        try:
            return await waits.wait(seconds)
        finally:
            waits.end()

    async def read(self, after: int) -> Sequence[Event]:
        """Events after this one, as many as are read at once. Raise `JournalError`."""
        if after >= self.last:
            return ()
        behind = len(self._recent) - (self.last - after)
        if behind >= 0:
            return tuple(islice(self._recent, behind, behind + MOST))
        return await asyncio.to_thread(self._from_file, after)

    async def run_start(self, number: int) -> int:
        """The number of the start of the run that this event is in; 1 before the first run."""
        known = [start for start in self._starts if start <= number]
        if known:
            return known[-1]
        return await asyncio.to_thread(self._start_in_file, number)

    def _from_file(self, after: int) -> list[Event]:
        store = self._journal.store
        found = store.events_after(self._session, after, MOST)
        if not found:
            # Written, but not in the file yet.
            self._journal.flush()
            found = store.events_after(self._session, after, MOST)
        return found

    def _start_in_file(self, number: int) -> int:
        try:
            return self._journal.store.run_start(self._session, number)
        except JournalError:
            return 1


class Waits:
    """The waits of one reader, with one timer, which is moved only when it fires.

    A timer of its own for each wait would cost more than the delta that ends it.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Future[bool] | None = None
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, seconds: float) -> bool:
        """Wait until something comes; False after so many ``seconds``."""
        self._waiting = self._loop.create_future()
        self._due = self._loop.time() + seconds
        if self._timer is None or self._timer.when() > self._due:
            self._set_timer()
        return await self._log.wait_with(self._waiting)

    def end(self) -> None:
        """Call it when there is nothing more to wait for."""
        if self._timer is not None:
            self._timer.cancel()

    def _set_timer(self) -> None:
        self.end()
        self._timer = self._loop.call_at(self._due, self._check)

    def _check(self) -> None:
        self._timer = None
        if self._waiting is None or self._waiting.done():
            return
        if self._loop.time() < self._due:
            self._set_timer()
        else:
            self._waiting.set_result(False)
