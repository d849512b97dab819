"""The thread that writes: the UI's loop hands events over and never waits for a disk."""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from tui.journal.event_rows import Row, SessionChange, change_of, joined, rows_of
from tui.journal.location import Place
from tui.journal.lock import HeldSessions, SessionInUseError
from tui.journal.schema import open_database
from tui.journal.store import JournalStore
from tui.journal.trouble import FILE_ERRORS, JournalError, JournalState, journal_error
from tui.journal.unsaved import Unsaved
from tui.protocol.events import Event

COMMIT_EVERY: Final = 0.2
"""Seconds that a delta waits at the most; with the write itself it stays under 0.25."""

RETRY_EVERY: Final = 1.0
"""Seconds until a failed write is tried again."""

_USELESS: Final = frozenset({"corrupt", "newer", "read_only"})
"""Troubles of a file from which nothing more can be had by trying again."""

ROOM: Final = 64 * 1024 * 1024
"""Bytes that may wait in memory while the file cannot be written."""

_INSERT_ROWS: Final = "INSERT INTO events (session, kind, count, body) VALUES (?, ?, ?, ?)"
_CHANGE_SESSION: Final = """
    INSERT INTO sessions
        (id, created, changed, agent, model, title, runs, events, folder, reference)
    VALUES (:id, :now, :now, :agent, :model, :title, :runs, :events, :folder, :reference)
    ON CONFLICT (id) DO UPDATE SET
        changed = :now,
        agent = coalesce(nullif(:agent, ''), agent),
        model = coalesce(nullif(:model, ''), model),
        title = coalesce(nullif(title, ''), :title),
        runs = runs + :runs,
        events = events + :events
"""


class _Append(msgspec.Struct, frozen=True):
    session: str
    events: Sequence[Event]


class _Release(msgspec.Struct, frozen=True):
    session: str


class _Move(msgspec.Struct, frozen=True):
    path: Path


class _Flush:
    def __init__(self) -> None:
        self.done = threading.Event()


class _Stop:
    pass


_Job = _Append | _Release | _Move | _Flush | _Stop


class Writer:
    """Owns the file; ``report`` is called *in the writer's thread* when the state changes."""

    def __init__(
        self,
        path: Path,
        report: Callable[[JournalState], None],
        wall: Callable[[], float] = time.time,
        room: int = ROOM,
        place: Place = Place(),  # noqa: B008 - frozen
    ) -> None:
        self._path = path
        self._before: JournalStore | None = None
        """The file from which this one takes over, until it has done so."""
        self._place = place
        self._report = report
        self.held = HeldSessions(path)
        self._wall = wall
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._unsaved = Unsaved(room)
        self._connection: sqlite3.Connection | None = None
        self._state = JournalState(saved=True)
        self._due: float | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def append(self, session: str, events: Sequence[Event]) -> None:
        """Hand over; the sequence must not be changed afterwards."""
        self._jobs.put(_Append(session, events))

    def release(self, session: str) -> None:
        """Let other dashboards have a session, once all of it is written."""
        self._jobs.put(_Release(session))

    def move(self, path: Path) -> None:
        """Write to another file from now on.

        It begins with what can be read of the session that goes on, and what was not saved of it.
        """
        self._jobs.put(_Move(path))

    def flush(self, timeout: float) -> bool:
        """Wait until all that was handed over is written; False if it was not in time."""
        job = _Flush()
        self._jobs.put(job)
        return job.done.wait(timeout) and self._state.saved

    def close(self, timeout: float) -> bool:
        """Write what is left and end the thread; False if that failed or took too long."""
        self._jobs.put(_Stop())
        self._thread.join(timeout)
        return not self._thread.is_alive() and self._state.saved

    def _run(self) -> None:
        going_on = True
        while going_on:
            going_on, at_once, waiting = self._take()
            if at_once or (self._due is not None and time.monotonic() >= self._due):
                self._write()
            elif self._due is None and self._unsaved.anything:
                self._due = time.monotonic() + COMMIT_EVERY
            for flush in waiting:
                flush.done.set()
        self._disconnect()
        self.held.release_all()

    def _take(self) -> tuple[bool, bool, list[_Flush]]:
        """Wait for jobs or the next write: (go on?, write at once?, who waits for it)."""
        at_once = False
        waiting: list[_Flush] = []
        for job in self._next_jobs():
            match job:
                case _Append(session, events):
                    at_once |= self._unsaved.add(session, events) and self._state.saved
                case _Release(session):
                    self._write()
                    self.held.release(session)
                case _Move(path):
                    self._move(path)
                    at_once = True
                case _Flush():
                    at_once = True
                    waiting.append(job)
                case _Stop():
                    return False, True, waiting
        return True, at_once, waiting

    def _next_jobs(self) -> Iterator[_Job]:
        wait = None if self._due is None else max(0.0, self._due - time.monotonic())
        with suppress(queue.Empty):
            yield self._jobs.get(timeout=wait)
            while True:
                yield self._jobs.get_nowait()

    def _write(self) -> None:
        self._due = None
        rows, changes = self._unsaved.rows()
        if not rows:
            return
        try:
            self._insert(rows, changes)
        except JournalError as error:
            self._failed(error)
        except SessionInUseError as error:
            self._failed(JournalError("locked", self._path, str(error)))
        except FILE_ERRORS as error:
            self._failed(journal_error(error, self._path))
        else:
            self._unsaved.written()
            self._tell(JournalState(saved=True, lost=self._unsaved.lost))

    def _insert(self, rows: list[Row], changes: dict[str, SessionChange]) -> None:
        if self._connection is None:
            self._connection = open_database(self._path)
        for session in changes:
            self.held.hold(session)
        now, place = self._wall(), msgspec.structs.asdict(self._place)
        with self._connection as transaction:
            transaction.execute("BEGIN IMMEDIATE")
            if self._before is not None:
                self._refuse_kept_elsewhere(transaction, changes)
                rows, changes = _with_what_was(self._before, rows, changes)
            transaction.executemany(
                _CHANGE_SESSION,
                [
                    {"id": id_, "now": now, **place, **msgspec.structs.asdict(c)}
                    for id_, c in changes.items()
                ],
            )
            transaction.executemany(_INSERT_ROWS, map(msgspec.structs.astuple, rows))
        self._before = None

    def _refuse_kept_elsewhere(
        self, connection: sqlite3.Connection, changes: Iterable[str]
    ) -> None:
        """Two that went on with one session in two ways do not meet again in one file."""
        for session in changes:
            if connection.execute("SELECT 1 FROM sessions WHERE id = ?", (session,)).fetchone():
                raise JournalError("locked", self._path, f"it has another session {session}")

    def _failed(self, error: JournalError) -> None:
        # The next try opens the file anew: it may have been replaced or its disk mounted again.
        self._disconnect()
        self._unsaved.shed()
        self._due = time.monotonic() + RETRY_EVERY
        self._tell(
            JournalState(
                saved=False,
                trouble=error.trouble,
                message=f"Not saved: {error}",
                lost=self._unsaved.lost,
            )
        )

    def _move(self, path: Path) -> None:
        if path == self._path:
            return
        self._disconnect()
        self.held.release_all()
        self._before = self._before or JournalStore(self._path)
        self._path, self.held = path, HeldSessions(path)

    def _tell(self, state: JournalState) -> None:
        if state != self._state:
            self._state = state
            self._report(state)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _with_what_was(
    before: JournalStore, rows: list[Row], changes: dict[str, SessionChange]
) -> tuple[list[Row], dict[str, SessionChange]]:
    """The same, beginning with what can be read of their sessions in the file before."""
    earlier, whole = [], {}
    for session, change in changes.items():
        try:
            events = [event for batch in before.load(session) for event in batch]
        except JournalError as error:
            if error.trouble not in _USELESS:
                raise
            events = []
        earlier += rows_of(session, events)
        whole[session] = joined(change_of(events), change)
    return earlier + rows, whole
