"""Keeps the index up to date in a thread: old sessions at the start, and each turn that ends."""

import queue
import threading
import time
from collections.abc import Callable
from functools import partial

from tui.core.timespan import DAY
from tui.journal.index.session_index import SessionIndex
from tui.journal.journal_errors import JournalError
from tui.journal.session_lock import SessionInUseError
from tui.journal.store import JournalStore

SHORTEST_PAUSE = 0.001


class IndexingThread:
    """Pauses after each stored row for as long as it took, so that the UI's loop can run.

    It empties the trash first: what has been there for ``trash_days`` is deleted.
    """

    def __init__(
        self,
        store: JournalStore,
        index: SessionIndex,
        trash_days: float,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._index = index
        self._trash_days = trash_days
        self._wall = wall
        self._ended: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._resumed = 0.0
        self._thread = threading.Thread(target=self._run, name="session index", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def turn_ended(self, session: str) -> None:
        """A turn of this session is stored; may be called in any thread."""
        self._ended.put(session)

    def stop(self, timeout: float = 1.0) -> None:
        """Stop the thread, if it was started; what is not read yet is read another time."""
        self._stopping.set()
        self._ended.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        self._resumed = time.monotonic()
        try:
            self._guarded(self._begin)
            while (session := self._ended.get()) is not None:
                self._guarded(partial(self._read, session))
        except _StoppedError:
            return

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (JournalError, SessionInUseError):
            # The journal's writer reports what is wrong with its file.
            return

    def _begin(self) -> None:
        empty_trash(self._store, self._trash_days, self._wall())
        infos = self._store.sessions()
        trashed = [info for info, _ in self._store.trashed()]
        self._index.forget_all_but(info.id for info in (*infos, *trashed))
        self._index.catch_up(infos, stop=self._stopping.is_set, pause=self._pause)

    def _read(self, session: str) -> None:
        self._resumed = time.monotonic()
        for info in self._store.sessions():
            if info.id == session:
                self._index.read(info, self._pause)

    def _pause(self) -> None:
        if self._stopping.wait(max(time.monotonic() - self._resumed, SHORTEST_PAUSE)):
            raise _StoppedError
        self._resumed = time.monotonic()


class _StoppedError(Exception):
    """`IndexingThread.stop` was called."""


def empty_trash(store: JournalStore, days: float, wall: float) -> int:
    """Delete what has been in the trash for so many days; how many sessions.

    Raise `JournalError`, `SessionInUseError`.
    """
    due = [info.id for info, since in store.trashed() if since < wall - days * DAY]
    if not due:
        return 0
    return store.delete(*due)
