"""Copies a session, or its first turns, to a new one that is continued on its own."""

import sqlite3
from typing import Final

import msgspec

from tui.journal.event_rows import rows_of
from tui.journal.journal_file import JournalFile
from tui.journal.location import new_session_id
from tui.journal.store import JournalStore, NoSuchSessionError
from tui.protocol.codec import decode_events
from tui.protocol.events import SessionForked

TITLE_END: Final = " · fork"

_TURN: Final = """
    SELECT id FROM events WHERE session = ? AND kind = 'RunStarted' ORDER BY id LIMIT 1 OFFSET ?
"""
_TURN_END: Final = """
    SELECT MIN(id) FROM events WHERE session = ? AND kind = 'RunFinished' AND id > ?
"""
_TURNS_BEGUN: Final = """
    SELECT COUNT(*) FROM events WHERE session = ? AND kind = 'RunStarted' AND id <= ?
"""
_LAST: Final = "SELECT MAX(id) FROM events WHERE session = ?"
_LAST_END: Final = "SELECT MAX(id) FROM events WHERE session = ? AND kind = 'RunFinished'"

_COPY_ROWS: Final = """
    INSERT INTO events (session, kind, count, body)
    SELECT ?, kind, count, body FROM events WHERE session = ? AND id <= ? ORDER BY id
"""
_INSERT_ROW: Final = "INSERT INTO events (session, kind, count, body) VALUES (?, ?, ?, ?)"
_COPY_SESSION: Final = """
    INSERT INTO sessions
        (id, created, changed, agent, model, title, runs, events, folder, reference)
    SELECT :new, :wall, :wall, agent, model, :title, 0, 0, folder, reference
    FROM sessions WHERE id = :id
"""
_COUNT: Final = """
    UPDATE sessions SET
        runs = (SELECT COUNT(*) FROM events WHERE session = :new AND kind = 'RunStarted'),
        events = (SELECT SUM(count) FROM events WHERE session = :new)
    WHERE id = :new
"""


class Fork(msgspec.Struct, frozen=True):
    """The id of the new session, and how many turns of the other one it has."""

    session: str
    turns: int


def fork_session(store: JournalStore, session: str, turns: int | None, *, wall: float) -> Fork:
    """Copy a session up to the end of a turn, in one transaction; None: all of it. Blocks.

    ``wall`` is in Unix seconds. Of a session that is open in a dashboard, a turn in progress is
    left out. Raise `NoSuchSessionError`, also if there is no such turn, or `JournalError`.
    """
    origin = store.find(session)
    held = store.is_held(origin.id)
    new = new_session_id()
    with JournalFile(store.path).to_change() as connection:
        connection.execute("BEGIN IMMEDIATE")
        upto = _upto(connection, origin.id, turns, held=held)
        (count,) = connection.execute(_TURNS_BEGUN, (origin.id, upto)).fetchone()
        title = origin.title.removesuffix(TITLE_END) + TITLE_END
        connection.execute(
            _COPY_SESSION, {"new": new, "id": origin.id, "wall": wall, "title": title}
        )
        connection.execute(_COPY_ROWS, (new, origin.id, upto))
        forked = SessionForked(
            at=_time_of(connection, upto),
            session=new,
            origin=origin.id,
            title=origin.title,
            turns=count,
            wall=wall,
        )
        for row in rows_of(new, [forked]):
            connection.execute(_INSERT_ROW, (row.session, row.kind, row.count, row.body))
        connection.execute(_COUNT, {"new": new})
        connection.execute("COMMIT")
    return Fork(new, count)


def _time_of(connection: sqlite3.Connection, row: int) -> int:
    """The time of a row's last event, on the clock of its worker."""
    (body,) = connection.execute("SELECT body FROM events WHERE id = ?", (row,)).fetchone()
    try:
        return decode_events(body)[-1].at
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError, IndexError):
        return 0


def _upto(connection: sqlite3.Connection, session: str, turns: int | None, *, held: bool) -> int:
    """The last row to copy."""
    if turns is None:
        (last,) = connection.execute(_LAST_END if held else _LAST, (session,)).fetchone()
        if last is None:
            raise NoSuchSessionError(f"session {session} has no turn yet: there is nothing to fork")
        return int(last)
    # More than SQLite takes as a number is more than there can be.
    possible = 0 < turns < 2**31
    begun = connection.execute(_TURN, (session, turns - 1)).fetchone() if possible else None
    if begun is None:
        raise NoSuchSessionError(f"session {session} has no turn {turns}")
    (start,) = begun
    (end,) = connection.execute(_TURN_END, (session, start)).fetchone()
    following = connection.execute(_TURN, (session, turns)).fetchone()
    if end is not None and (following is None or end < following[0]):
        return int(end)
    # Nobody saw it end: reading it back adds an end.
    if following is not None:
        return int(following[0]) - 1
    if held:
        raise NoSuchSessionError(f"turn {turns} of session {session} is still in progress")
    (last,) = connection.execute(_LAST, (session,)).fetchone()
    return int(last)
