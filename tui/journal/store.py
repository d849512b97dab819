"""Reads sessions from the journal and deletes them."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from tui.journal.journal_errors import JournalError
from tui.journal.journal_file import JournalFile
from tui.journal.location import Place
from tui.journal.session_lock import SessionLock, is_held
from tui.protocol.codec import decode_event, decode_events
from tui.protocol.events import Event, Noticed

_NEXT_ROWS: Final = """
    SELECT id, count, body FROM events WHERE session = ? AND id > ? ORDER BY id LIMIT 64
"""

_ROW_AFTER: Final = """
    SELECT id, total - count FROM (
        SELECT id, count, SUM(count) OVER (ORDER BY id) AS total FROM events WHERE session = ?
    ) WHERE total > ? ORDER BY id LIMIT 1
"""

_RUN_START: Final = """
    SELECT MAX(total) FROM (
        SELECT kind, SUM(count) OVER (ORDER BY id) AS total FROM events WHERE session = ?
    ) WHERE kind = 'RunStarted' AND total <= ?
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


class LoadedSession:
    """Iterate once to get the events, a list per row; then ``skipped`` counts unreadable ones."""

    def __init__(self, file: JournalFile, session: str) -> None:
        self.skipped = 0
        self._file = file
        self._session = session

    def __iter__(self) -> Iterator[list[Event]]:
        """Raise `JournalError` if the file cannot be opened."""
        with self._file.to_read() as connection:
            left = _count_events(connection, self._session)
            for _, count, body in _rows(connection, self._session):
                left -= count
                yield self._decode(count, body)
        self.skipped += max(0, left)

    def _decode(self, count: int, body: object) -> list[Event]:
        if not isinstance(body, bytes):
            self.skipped += count
            return []
        try:
            return decode_events(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._decode_each(count, body)

    def _decode_each(self, count: int, body: bytes) -> list[Event]:
        events = []
        for line in body.split(b"\n"):
            try:
                events.append(decode_event(line))
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
        self.skipped += max(0, count - len(events))
        return events


class JournalStore:
    """Every method opens the file, works in the calling thread and raises `JournalError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = JournalFile(path)

    def sessions(self) -> list[SessionInfo]:
        """The newest first; [] if there is no journal yet."""
        if not self._file.is_there:
            return []
        fields = ", ".join(SessionInfo.__struct_fields__)
        with self._file.to_read() as connection:
            rows = connection.execute(
                f"SELECT {fields} FROM sessions ORDER BY changed DESC, id DESC"  # noqa: S608
            ).fetchall()
        return [
            SessionInfo(**dict(zip(SessionInfo.__struct_fields__, row, strict=True)))
            for row in rows
        ]

    def find(self, session: str) -> SessionInfo:
        """The session with this id, or the only one whose id starts with it.

        Raise `NoSuchSessionError`.
        """
        matches = [info for info in self.sessions() if info.id.startswith(session)]
        exact = [info for info in matches if info.id == session]
        found = exact or matches
        if not found:
            raise NoSuchSessionError(
                f"there is no session {session!r}; `streamtui sessions list` lists all sessions"
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

    def load(self, session: str) -> LoadedSession:
        """The session's events, oldest first."""
        return LoadedSession(self._file, session)

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
            for session in sessions:
                with SessionLock(self.path, session):
                    pass
            connection.execute("BEGIN IMMEDIATE")
            count = sum(
                connection.execute("DELETE FROM sessions WHERE id = ?", (session,)).rowcount
                for session in sessions
            )
            connection.execute("COMMIT")
            # Deleted pages are zeroed; this removes their old content from the log as well.
            connection.execute("VACUUM")
            ((busy, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if busy:
            # The next deletion empties the log.
            raise JournalError("locked", self.path, "the deleted data is still in its log")
        return count

    def older_than(self, wall: float) -> list[SessionInfo]:
        """Sessions that did not change since ``wall`` (Unix seconds)."""
        return [info for info in self.sessions() if info.changed < wall]


def _count_events(connection: sqlite3.Connection, session: str) -> int:
    row = connection.execute("SELECT events FROM sessions WHERE id = ?", (session,)).fetchone()
    return 0 if row is None else int(row[0])


def _rows(
    connection: sqlite3.Connection, session: str, last: int = 0
) -> Iterator[tuple[int, int, object]]:
    """The id, event count and body of each row after ``last``; stops early at damaged pages."""
    while True:
        try:
            rows = connection.execute(_NEXT_ROWS, (session, last)).fetchall()
        except sqlite3.DatabaseError:
            return
        # A damaged index may lead back to earlier rows.
        if not rows or rows[-1][0] <= last:
            return
        last = rows[-1][0]
        yield from rows


def _placed(count: int, body: object) -> list[Event]:
    """The events of a row, each in its place."""
    unreadable = Noticed(at=0, text="", level="debug")
    if not isinstance(body, bytes):
        return [unreadable] * count
    try:
        return decode_events(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        events: list[Event] = []
        for line in body.splitlines()[:count]:
            try:
                events.append(decode_event(line))
            except (msgspec.DecodeError, UnicodeDecodeError):
                events.append(unreadable)
        return events + [unreadable] * (count - len(events))
