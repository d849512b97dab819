"""Reads the last days' figures beside a running dashboard, without getting in its way."""

import threading
import time
from collections.abc import Callable

from tui.core.metrics import SessionFigures, Thresholds
from tui.core.timespan import DAY
from tui.journal import JournalError, JournalStore
from tui.journal.past_figures import past

DAYS = 7
SHORTEST_REST = 0.001


class PastReader:
    """A thread that ends by itself; ``deliver`` is called in it, at most once.

    After each stored row it rests for as long as that took: the loop that paints gets its turn.
    """

    def __init__(
        self,
        store: JournalStore,
        thresholds: Thresholds,
        deliver: Callable[[SessionFigures], object],
        *,
        but: str = "",
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._thresholds = thresholds
        self._deliver = deliver
        self._but = but
        self._wall = wall
        self._stop = threading.Event()
        self._resumed = 0.0
        self._thread = threading.Thread(target=self._read, name="past", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 1.0) -> None:
        """End it, whether it was started or not."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _read(self) -> None:
        self._resumed = time.monotonic()
        since = self._wall() - DAYS * DAY
        try:
            found = past(self._store, self._thresholds, since=since, but=self._but, rest=self._rest)
        except JournalError:
            # Whoever writes to the journal says what is wrong with it.
            return
        except _StoppedError:
            return
        self._deliver(found.sums.figures())

    def _rest(self) -> None:
        if self._stop.wait(max(time.monotonic() - self._resumed, SHORTEST_REST)):
            raise _StoppedError
        self._resumed = time.monotonic()


class _StoppedError(Exception):
    """Nobody wants to know any more."""
