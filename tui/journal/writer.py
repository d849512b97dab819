"""The thread that writes, so that the UI's loop never waits for a disk."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tui.core.formatting import counted
from tui.journal.event_rows import (
    Row,
    SessionChange,
    change_of,
    is_structural,
    joined,
    rows_of,
)
from tui.journal.job_queue import JobQueue
from tui.journal.journal_errors import FILE_ERRORS, JournalError, JournalState, journal_error
from tui.journal.location import Place
from tui.journal.schema import open_database
from tui.journal.session_lock import HeldSessions, SessionInUseError
from tui.journal.store import JournalStore
from tui.journal.write_buffer import WriteBuffer
from tui.protocol.events import Event, RetryUndone, RunFinished

COMMIT_EVERY: Final = 0.2
"""The longest time in seconds that a delta waits; with the write itself it stays under 0.25."""

_TURNS_END: Final = frozenset((RunFinished.__name__, RetryUndone.__name__))

RETRY_EVERY: Final = 1.0
"""Seconds until a failed write is retried."""

_UNREADABLE: Final = frozenset({"corrupt", "newer", "read_only"})
"""With these, reading the file again would fail too."""

MAX_BYTES: Final = 64 * 1024 * 1024
"""What may wait in memory while the file cannot be written."""

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


class _Continue(msgspec.Struct, frozen=True):
    session: str


class _Name:
    def __init__(self, session: str, name: str) -> None:
        self.session = session
        self.name = name
        self.taken = False
        self.done = threading.Event()


class _Release(msgspec.Struct, frozen=True):
    session: str


class _Move(msgspec.Struct, frozen=True):
    path: Path


class _Flush:
    def __init__(self, session: str = "") -> None:
        self.session = session
        self.saved = False
        self.done = threading.Event()


class _Stop:
    pass


_Job = _Append | _Continue | _Name | _Release | _Move | _Flush | _Stop


class Writer:
    """Owns the file; ``report`` is called *in the writer's thread* when the state changes."""

    def __init__(
        self,
        path: Path,
        report: Callable[[JournalState], None],
        wall: Callable[[], float] = time.time,
        max_bytes: int = MAX_BYTES,
        place: Place = Place(),  # noqa: B008 - frozen
    ) -> None:
        self._path = path
        self._before: JournalStore | None = None
        """The previous file, until its session is copied to the new one."""
        self._place = place
        self._report = report
        self.held = HeldSessions(path)
        self.turn_ended: Callable[[str], object] = lambda _session: None
        """Called in the writer's thread when the end of a turn is in the file; must not raise."""
        self._wall = wall
        self._jobs: JobQueue[_Job] = JobQueue()
        self._buffer = WriteBuffer(max_bytes)
        self._connection: sqlite3.Connection | None = None
        self._state = JournalState(saved=True)
        self._due: float | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def append(self, session: str, events: Sequence[Event]) -> None:
        """Queue events; the sequence must not change afterwards."""
        self._jobs.put(_Append(session, events), urgent=any(map(is_structural, events)))

    @property
    def state(self) -> JournalState:
        return self._state

    def name(self, session: str, name: str, timeout: float) -> bool:
        """The name that a session will be stored with; False if it is stored already."""
        job = _Name(session, name)
        self._jobs.put(job)
        return job.done.wait(timeout) and job.taken

    def hold(self, session: str) -> None:
        """Lock a stored session and continue it. Raise what `HeldSessions.hold` raises."""
        self._jobs.put(_Continue(session))
        self.held.hold(session)

    def release(self, session: str) -> None:
        """Unlock a session, after all of it is written."""
        self.held.leave(session)
        self._jobs.put(_Release(session))

    def move(self, path: Path) -> None:
        """Write to another file from now on.

        It starts with what can be read of the current session, and what was not saved of it.
        """
        self._jobs.put(_Move(path))

    def flush(self, timeout: float) -> bool:
        """Wait until everything queued is written; False if that failed or took too long."""
        job = _Flush()
        self._jobs.put(job)
        return job.done.wait(timeout) and self._state.saved

    def save(self, session: str, timeout: float) -> bool:
        """The same, but only of one session."""
        job = _Flush(session)
        self._jobs.put(job)
        return job.done.wait(timeout) and job.saved

    def close(self, timeout: float) -> bool:
        """Write the rest and stop the thread; False if that failed or took too long."""
        self._jobs.put(_Stop())
        self._thread.join(timeout)
        return not self._thread.is_alive() and self._state.saved

    def _run(self) -> None:
        running = True
        while running:
            running, at_once, waiting = self._process_jobs()
            if at_once or (self._due is not None and time.monotonic() >= self._due):
                self._write()
            elif self._due is None and self._buffer.has_rows:
                self._due = time.monotonic() + COMMIT_EVERY
            for flush in waiting:
                flush.saved = not self._buffer.has(flush.session)
                flush.done.set()
        self._disconnect()
        self.held.release_all()

    def _process_jobs(self) -> tuple[bool, bool, list[_Flush]]:
        """Wait for jobs or the next write: (keep running, write at once, flushes to confirm)."""
        at_once = False
        waiting: list[_Flush] = []
        for job in self._jobs.take(self._due):
            match job:
                case _Append(session, events):
                    at_once |= self._buffer.add(session, events) and self._state.saved
                case _Continue(session):
                    self._buffer.continues(session)
                case _Name():
                    job.taken = self._buffer.name(job.session, job.name)
                    job.done.set()
                case _Release(session):
                    self._write()
                    self._buffer.left(session)
                    self.held.unlock_left(self._buffer.has)
                case _Move(path):
                    self._move(path)
                    at_once = True
                case _Flush():
                    # A file that cannot be written takes a second to say so.
                    at_once |= not job.session or self._buffer.has(job.session)
                    waiting.append(job)
                case _Stop():
                    return False, True, waiting
        return True, at_once, waiting

    def _write(self) -> None:
        self._due = None
        rows, changes = self._buffer.rows()
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
            self._buffer.written()
            self.held.unlock_left(self._buffer.has)
            self._saved()
            for session in {row.session for row in rows if row.kind in _TURNS_END}:
                self.turn_ended(session)

    def _insert(self, rows: list[Row], changes: dict[str, SessionChange]) -> None:
        if self._connection is None:
            self._connection = open_database(self._path)
        for session in changes:
            self.held.lock(session)
        now, place = self._wall(), msgspec.structs.asdict(self._place)
        with self._connection as transaction:
            transaction.execute("BEGIN IMMEDIATE")
            if self._before is not None:
                self._check_for_duplicates(transaction, changes)
                rows, changes = _with_earlier_rows(self._before, rows, changes)
            transaction.executemany(
                _CHANGE_SESSION,
                [
                    {"id": id_, "now": now, **place, **msgspec.structs.asdict(c)}
                    for id_, c in changes.items()
                ],
            )
            transaction.executemany(_INSERT_ROWS, map(msgspec.structs.astuple, rows))
        self._before = None

    def _check_for_duplicates(self, connection: sqlite3.Connection, changes: Iterable[str]) -> None:
        """Two different continuations of a session must not be mixed in one file."""
        for session in changes:
            if connection.execute("SELECT 1 FROM sessions WHERE id = ?", (session,)).fetchone():
                raise JournalError("locked", self._path, f"it already has a session {session}")

    def _saved(self) -> None:
        before, lost = self._state, self._buffer.lost
        if not before.saved:
            self._report_change(JournalState(saved=True, lost=lost))
        elif lost != before.lost:
            events = counted(lost - before.lost, "event")
            why = f"{events} from before the first message were dropped: too much was waiting."
            self._report_change(JournalState(saved=True, message=why, lost=lost))

    def _failed(self, error: JournalError) -> None:
        # The next try opens the file again: it may have been replaced, or its disk remounted.
        self._disconnect()
        self._buffer.drop_oldest()
        self._due = time.monotonic() + RETRY_EVERY
        self._report_change(
            JournalState(
                saved=False,
                trouble=error.trouble,
                message=f"Not saved: {error}",
                reason=str(error),
                lost=self._buffer.lost,
            )
        )

    def _move(self, path: Path) -> None:
        if path == self._path:
            return
        self._disconnect()
        self.held.release_all()
        self._before = self._before or JournalStore(self._path)
        self._path, self.held = path, HeldSessions(path, self.held.left)

    def _report_change(self, state: JournalState) -> None:
        if state != self._state:
            self._state = state
            self._report(state)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _with_earlier_rows(
    before: JournalStore, rows: list[Row], changes: dict[str, SessionChange]
) -> tuple[list[Row], dict[str, SessionChange]]:
    """The rows and changes, preceded by what the previous file has of these sessions."""
    earlier, whole = [], {}
    for session, change in changes.items():
        try:
            events = [event for batch in before.load(session) for event in batch]
        except JournalError as error:
            if error.trouble not in _UNREADABLE:
                raise
            events = []
        earlier += rows_of(session, events)
        whole[session] = joined(change_of(events), change)
    return earlier + rows, whole
