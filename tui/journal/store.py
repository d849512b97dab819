"""Reads sessions from the journal and deletes them."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from tui.journal.event_rows import change_of
from tui.journal.index.index_file import forget
from tui.journal.journal_errors import JournalError
from tui.journal.journal_file import JournalFile
from tui.journal.location import Place
from tui.journal.session_lock import SessionLock, is_held
from tui.protocol.codec import decode_event, decode_events
from tui.protocol.events import Event, Noticed, RunStarted

_NEXT_ROWS: Final = """
    SELECT id, count, body FROM events WHERE session = ? AND id > ? AND id <= ? ORDER BY id LIMIT 64
"""

_NO_END: Final = 2**63 - 1

_ROW_AFTER: Final = """
    SELECT id, total - count FROM (
        SELECT id, count, SUM(count) OVER (ORDER BY id) AS total FROM events WHERE session = ?
    ) WHERE total > ? ORDER BY id LIMIT 1
"""

_NEWEST_RUNS: Final = """
    SELECT session, body FROM events WHERE kind = 'RunStarted' ORDER BY id DESC LIMIT ?
"""

_RUN_START: Final = """
    SELECT MAX(total) FROM (
        SELECT kind, SUM(count) OVER (ORDER BY id) AS total FROM events WHERE session = ?
    ) WHERE kind = 'RunStarted' AND total <= ?
"""


_LAST_RUN_END: Final = "SELECT MAX(id) FROM events WHERE session = ? AND kind = 'RunFinished'"

_TRASH: Final = """
    CREATE TABLE IF NOT EXISTS trash (
        session TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
        since REAL NOT NULL
    )
"""

_FIRST_RUN: Final = """
    SELECT body FROM events WHERE session = ? AND kind = 'RunStarted' ORDER BY id LIMIT 1
"""


class SessionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """``created`` and ``changed`` are Unix seconds."""

    id: str
    created: float
    changed: float
    agent: str
    model: str
    title: str
    runs: int
    events: int
    folder: str = ""
    reference: str = ""


class NoSuchSessionError(Exception):
    """No session, or more than one, matches; the message says what to do."""


class TrashedSessionError(NoSuchSessionError):
    """What matches is in the trash."""


class LoadedSession:
    """Iterate once to get the events, a list per row; then ``skipped`` counts unreadable ones."""

    def __init__(
        self, file: JournalFile, session: str, after: int = 0, upto: int | None = None
    ) -> None:
        """Only the rows after ``after``, up to ``upto``."""
        self.skipped = 0
        self.last = after
        """The last row that was read."""
        self.count = 0
        """Events in the rows that were read, readable or not."""
        self._file = file
        self._session = session
        self._after = after
        self._upto = upto

    def __iter__(self) -> Iterator[list[Event]]:
        """Raise `JournalError` if the file cannot be opened."""
        is_part = bool(self._after) or self._upto is not None
        with self._file.to_read() as connection:
            left = 0 if is_part else _count_events(connection, self._session)
            upto = _NO_END if self._upto is None else self._upto
            for row, count, body in _rows(connection, self._session, self._after, upto):
                left -= count
                self.last = row
                self.count += count
                yield self._decode(count, body)
        self.skipped += max(0, left)

    def _decode(self, count: int, body: object) -> list[Event]:
        if (whole := _whole(body)) is not None:
            return whole
        events = [event for event in _each(count, body) if event is not None]
        self.skipped += max(0, count - len(events))
        return events


class JournalStore:
    """Every method opens the file, works in the calling thread and raises `JournalError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = JournalFile(path)

    def sessions(self) -> list[SessionInfo]:
        """The newest first, without those in the trash; [] if there is no journal yet."""
        if not self._file.is_there:
            return []
        with self._file.to_read() as connection:
            trashed = _in_trash(connection)
            return [info for info in _infos(connection) if not _is_trashed(info, trashed)]

    def prompts(self, most: int) -> list[str]:
        """Messages of all sessions, each once, the newest last; ``most``: of how many runs."""
        if not self._file.is_there:
            return []
        with self._file.to_read() as connection:
            trashed = _in_trash(connection)
            rows = connection.execute(_NEWEST_RUNS, (most,)).fetchall()
        newest_first: dict[str, None] = {}
        for body in [body for session, body in rows if session not in trashed]:
            with suppress(msgspec.DecodeError, UnicodeDecodeError, TypeError):
                for event in reversed(decode_events(body)):
                    if isinstance(event, RunStarted) and event.mode == "send":
                        newest_first.setdefault(event.prompt)
        return [*newest_first][::-1]

    def find(self, session: str) -> SessionInfo:
        """The session with this id, or the only one whose id starts with it.

        Raise `NoSuchSessionError`; of it `TrashedSessionError` if only the trash has one.
        """
        infos = self.sessions()
        if not any(info.id.startswith(session) for info in infos):
            self._check_trash(session)
        return self._only(session, infos)

    def find_trashed(self, session: str) -> SessionInfo:
        """The same in the trash."""
        return self._only(session, [info for info, _ in self.trashed()], trash=True)

    def _check_trash(self, session: str) -> None:
        trashed = [info.id for info, _ in self.trashed() if info.id.startswith(session)]
        if session in trashed or len(trashed) == 1:
            it = session if session in trashed else trashed[0]
            raise TrashedSessionError(
                f"the session {it!r} is deleted; `streamtui sessions restore {it}` brings it back"
            )
        if trashed:
            raise TrashedSessionError(
                f"all sessions that start with {session!r} are deleted; "
                "`streamtui sessions list --trash` lists them"
            )

    def _only(self, session: str, infos: list[SessionInfo], *, trash: bool = False) -> SessionInfo:
        matches = [info for info in infos if info.id.startswith(session)]
        exact = [info for info in matches if info.id == session]
        found = exact or matches
        if not found:
            raise NoSuchSessionError(
                f"there is no session {session!r}; `streamtui sessions list` lists all sessions"
                if not trash
                else f"{session!r} is not in the trash; `streamtui sessions list --trash` lists it"
            )
        if len(found) > 1:
            some = ", ".join(info.id for info in found[:3]) + (", …" if found[3:] else "")
            raise NoSuchSessionError(
                f"{len(found)} sessions start with {session!r}: type more of the id ({some})"
            )
        return found[0]

    def newest(self, place: Place) -> SessionInfo | None:
        """The session that was used last at this place."""
        matching = (
            info
            for info in self.sessions()
            if (info.folder, info.reference) == (place.folder, place.reference)
        )
        return next(matching, None)

    def load(self, session: str, *, after: int = 0, upto: int | None = None) -> LoadedSession:
        """The session's events, oldest first: those in the rows after ``after``, up to ``upto``."""
        return LoadedSession(self._file, session, after, upto)

    def last_run_end(self, session: str) -> int:
        """The row of the newest end of a run; 0 if none has ended."""
        with self._file.to_read() as connection:
            row = connection.execute(_LAST_RUN_END, (session,)).fetchone()
        return int(row[0] or 0)

    def rename(self, session: str, name: str) -> None:
        """Give a session a name; "" gives it back its first message. It counts as no use."""
        with self._file.to_change() as connection:
            if not name:
                name = _first_message(connection, session)
            connection.execute("UPDATE sessions SET title = ? WHERE id = ?", (name, session))

    def trashed(self) -> list[tuple[SessionInfo, float]]:
        """The sessions in the trash, and when each came there (Unix seconds); the newest first."""
        if not self._file.is_there:
            return []
        with self._file.to_read() as connection:
            found = _in_trash(connection)
            infos = _infos(connection)
        there = [(info, found[info.id]) for info in infos if _is_trashed(info, found)]
        return sorted(there, key=lambda one: -one[1])

    def trash(self, *sessions: str, wall: float) -> None:
        """Move sessions to the trash: `sessions` no longer lists them, `restore` brings them back.

        Raise `SessionInUseError`, without moving any, if a dashboard has one of them open.
        """
        with self._file.to_change() as connection:
            self._check_free(sessions)
            connection.execute("BEGIN IMMEDIATE")
            # No migration: versions that do not know it use the same file.
            connection.execute(_TRASH)
            connection.executemany(
                # Where a clock went back, it must still be later than the last use.
                "REPLACE INTO trash SELECT id, max(?, changed) FROM sessions WHERE id = ?",
                [(wall, session) for session in sessions],
            )
            connection.execute("COMMIT")

    def restore(self, *sessions: str) -> int:
        """Take sessions out of the trash; how many were in it."""
        with self._file.to_change() as connection:
            if not _in_trash(connection):
                return 0
            return sum(
                connection.execute("DELETE FROM trash WHERE session = ?", (session,)).rowcount
                for session in sessions
            )

    def events_after(self, session: str, after: int, most: int) -> list[Event]:
        """The session's events from number ``after + 1`` on: ``most``, or more, or all there are.

        In the place of one that cannot be read there is an empty `Noticed`.
        """
        found: list[Event] = []
        if not self._file.is_there:
            return found
        with self._file.to_read() as connection:
            row = connection.execute(_ROW_AFTER, (session, after)).fetchone()
            if row is None:
                return found
            first, before = row
            for _, count, body in _rows(connection, session, first - 1):
                found += _placed(count, body)
                if len(found) >= most + after - before:
                    break
        return found[after - before :]

    def run_start(self, session: str, number: int) -> int:
        """The number of the newest `RunStarted` up to this event; 1 if there is none."""
        if not self._file.is_there:
            return 1
        with self._file.to_read() as connection:
            row = connection.execute(_RUN_START, (session, number)).fetchone()
        return int(row[0] or 1)

    def is_held(self, session: str) -> bool:
        """Whether a dashboard has the session open now."""
        return is_held(self.path, session)

    def delete(self, *sessions: str) -> int:
        """Delete sessions and overwrite their data, also in the log file; return their number.

        Raise `SessionInUseError`, without deleting any, if a dashboard has one of them open.
        """
        with self._file.to_change() as connection:
            self._check_free(sessions)
            connection.execute("BEGIN IMMEDIATE")
            count = sum(
                connection.execute("DELETE FROM sessions WHERE id = ?", (session,)).rowcount
                for session in sessions
            )
            connection.execute("COMMIT")
            # Deleted pages are zeroed; this removes their old content from the log as well.
            connection.execute("VACUUM")
            ((busy, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        forget(self.path, sessions)
        if busy:
            # The next deletion empties the log.
            raise JournalError("locked", self.path, "the deleted data is still in its log")
        return count

    def _check_free(self, sessions: Iterable[str]) -> None:
        for session in sessions:
            with SessionLock(self.path, session):
                pass

    def older_than(self, wall: float) -> list[SessionInfo]:
        """Sessions that did not change since ``wall`` (Unix seconds)."""
        return [info for info in self.sessions() if info.changed < wall]


def _infos(connection: sqlite3.Connection) -> list[SessionInfo]:
    """All of them, the newest first."""
    names = SessionInfo.__struct_fields__
    rows = connection.execute(
        f"SELECT {', '.join(names)} FROM sessions ORDER BY changed DESC, id DESC"  # noqa: S608
    )
    return [SessionInfo(**dict(zip(names, row, strict=True))) for row in rows]


def _in_trash(connection: sqlite3.Connection) -> dict[str, float]:
    """Since when each session is there, as far as nobody has used it since."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'trash'").fetchone():
        return {}
    return dict(connection.execute("SELECT session, since FROM trash").fetchall())


def _is_trashed(info: SessionInfo, trash: dict[str, float]) -> bool:
    """A version of the program that does not know the trash may have continued the session."""
    return trash.get(info.id, -1.0) >= info.changed


def _first_message(connection: sqlite3.Connection, session: str) -> str:
    row = connection.execute(_FIRST_RUN, (session,)).fetchone()
    if row is None or not isinstance(row[0], bytes):
        return ""
    try:
        return change_of(decode_events(row[0])).title
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _count_events(connection: sqlite3.Connection, session: str) -> int:
    row = connection.execute("SELECT events FROM sessions WHERE id = ?", (session,)).fetchone()
    return 0 if row is None else int(row[0])


def _rows(
    connection: sqlite3.Connection, session: str, last: int = 0, upto: int = _NO_END
) -> Iterator[tuple[int, int, object]]:
    """The id, event count and body of each row after ``last``; stops early at damaged pages."""
    while True:
        try:
            rows = connection.execute(_NEXT_ROWS, (session, last, upto)).fetchall()
        except sqlite3.DatabaseError:
            return
        # A damaged index may lead back to earlier rows.
        if not rows or rows[-1][0] <= last:
            return
        last = rows[-1][0]
        yield from rows


def _placed(count: int, body: object) -> list[Event]:
    """The events of a row, each in its place."""
    if (whole := _whole(body)) is not None:
        return whole
    unreadable = Noticed(at=0, text="", level="debug")
    return [unreadable if event is None else event for event in _each(count, body)[:count]]


def _whole(body: object) -> list[Event] | None:
    """The events of a row; None if not all of them can be read."""
    if not isinstance(body, bytes):
        return None
    try:
        return decode_events(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _each(count: int, body: object) -> list[Event | None]:
    """The event of each line, at least ``count``; None if it cannot be read."""
    lines = body.removesuffix(b"\n").split(b"\n") if isinstance(body, bytes) else []
    events = [_event(line) for line in lines]
    return events + [None] * (count - len(events))


def _event(line: bytes) -> Event | None:
    try:
        return decode_event(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
