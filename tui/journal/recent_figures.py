"""Reads the figures of the last days in a background thread."""

import threading
import time
from collections.abc import Callable

from tui.core.metrics import SessionFigures, Thresholds
from tui.core.timespan import DAY
from tui.journal import JournalError, JournalStore
from tui.journal.stored_figures import sum_sessions

DAYS = 7
SHORTEST_PAUSE = 0.001


class RecentFiguresReader:
    """A thread that reads once; it calls ``deliver`` at most once, in that thread.

    After each stored row it pauses for as long as the row took, so that the UI's loop can run.
    """

    def __init__(
        self,
        store: JournalStore,
        thresholds: Thresholds,
        deliver: Callable[[SessionFigures], object],
        *,
        exclude: str = "",
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._thresholds = thresholds
        self._deliver = deliver
        self._exclude = exclude
        self._wall = wall
        self._stop = threading.Event()
        self._resumed = 0.0
        self._thread = threading.Thread(target=self._read, name="recent figures", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 1.0) -> None:
        """Stop the thread, if it was started."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _read(self) -> None:
        self._resumed = time.monotonic()
        since = self._wall() - DAYS * DAY
        try:
            found = sum_sessions(
                self._store,
                self._thresholds,
                since=since,
                exclude=self._exclude,
                pause=self._pause,
            )
        except JournalError:
            # The journal's writer reports the same problem.
            return
        except _StoppedError:
            return
        self._deliver(found.sums.figures())

    def _pause(self) -> None:
        if self._stop.wait(max(time.monotonic() - self._resumed, SHORTEST_PAUSE)):
            raise _StoppedError
        self._resumed = time.monotonic()


class _StoppedError(Exception):
    """`RecentFiguresReader.stop` was called."""
