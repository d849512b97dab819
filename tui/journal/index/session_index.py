"""Reads new turns into the index, says what is known of each session, and searches all of them."""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from tui.core.sanitize.secrets import Masker
from tui.journal.index.index_file import (
    delete_session,
    forget_in,
    has_fts,
    index_path,
    is_damage,
    open_in_memory,
    open_index,
    remove,
    remove_others,
)
from tui.journal.index.passages import Passage, Reading, Summary, read_passages
from tui.journal.index.word_matching import (
    Piece,
    Wanted,
    around,
    occurs,
    searchable,
    snippet,
    wanted,
)
from tui.journal.store import JournalStore, SessionInfo
from tui.protocol.events import Event

SNIPPET: Final = 160
"""Characters."""

_INSERT: Final = """
    INSERT INTO passages (session, turn, run, wall, kind, who, text) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_FIELDS: Final = "passages.session, turn, run, wall, kind, who, passages.text"
_LIVE: Final = "session IN (SELECT value FROM json_each(?))"
_ORDER: Final = "ORDER BY wall DESC, passages.id DESC"


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that matches; ``turn`` counts from 1, ``wall`` is in Unix seconds."""

    session: str
    turn: int
    run: str
    wall: float
    kind: str
    who: str
    pieces: tuple[Piece, ...]


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """The newest ``hits`` of ``count``."""

    hits: tuple[Hit, ...] = ()
    count: int = 0
    by_reading: bool = False
    """This SQLite has no FTS5: every passage was read."""


class _Read(msgspec.Struct, frozen=True):
    """How far a session is in the index."""

    last: int = 0
    """Its last row in the journal."""
    events: int = 0
    summary: Summary = Summary()


class SessionIndex:
    """Of one journal. Every method may be called in any thread; nothing here is worth an error.

    A damaged file is made again; any other problem leaves the index in memory, or as it was.
    """

    def __init__(self, store: JournalStore, masker: Masker) -> None:
        self._store = store
        self._masker = masker
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        with self._guard:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def summaries(self) -> dict[str, Summary]:
        """By session, as far as they are read."""
        return {session: read.summary for session, read in self._readings().items()}

    def unread(self, infos: Iterable[SessionInfo]) -> list[SessionInfo]:
        """Those that have turns which are not in the index."""
        readings = self._readings()
        return [
            info
            for info in infos
            if (read := readings.get(info.id)) is None or read.events != info.events
        ]

    def catch_up(
        self,
        infos: Sequence[SessionInfo],
        *,
        stop: Callable[[], bool] = lambda: False,
        pause: Callable[[], object] = lambda: None,
    ) -> int:
        """Read what is new, the newest session first; how many sessions are left.

        ``stop`` is asked before each session; ``pause`` is called after each row that is read.
        Raise `JournalError`.
        """
        waiting = self.unread(infos)
        for done, info in enumerate(waiting):
            if stop():
                return len(waiting) - done
            self.read(info, pause)
        return 0

    def read(self, info: SessionInfo, pause: Callable[[], object] = lambda: None) -> None:
        """Read the new turns of a session. Raise `JournalError`."""
        held = self._store.is_held(info.id)
        before = self._readings(info.id).get(info.id, _Read())
        upto = self._store.last_run_end(info.id) if held else None
        if upto is not None and upto <= before.last:
            return
        reading, after = self._read_after(info, before, upto, pause, whole=not held)
        replaces = reading is None
        if reading is None:
            reading, after = self._read_after(info, _Read(), upto, pause, whole=not held)
        if reading is not None:
            with self._guard:
                self._keep(info.id, before, after, reading, replaces=replaces)

    def search(self, typed: str, live: Iterable[str], most: int = 50) -> Hits:
        """The newest passages of these sessions that have every word, or phrase in quotes.

        Raise `JournalError` if the sessions must be read again, and cannot be.
        """
        words, sessions = wanted(typed), list(live)
        if not words:
            return Hits()
        for mend in (self._mend, self._continue_in_memory):
            try:
                return self._found(words, sessions, most)
            except sqlite3.Error as error:
                mend(error)
                self.catch_up([info for info in self._store.sessions() if info.id in sessions])
        return self._found(words, sessions, most)

    def _found(self, words: Wanted, live: list[str], most: int) -> Hits:
        sessions = msgspec.json.encode(live).decode()
        with self._guard:
            connection = self._open()
            if words.expression and has_fts(connection):
                return self._looked_up(connection, words, sessions, most)
            by_reading = bool(words.expression)
            return self._by_reading(connection, words, sessions, most, by_reading)

    def _mend(self, error: sqlite3.Error) -> None:
        """Begin a new file if this one is damaged."""
        with self._guard:
            self.close()
            try:
                if is_damage(error):
                    remove(index_path(self._store.path))
                    return
            except OSError:
                pass
            self._continue_in_memory(error)

    def _continue_in_memory(self, _: sqlite3.Error) -> None:
        with self._guard:
            self.close()
            self._connection = open_in_memory()

    def forget(self, *sessions: str) -> None:
        """Delete sessions from the index, and what their texts left in its file."""
        with self._guard:
            if not forget_in(self._open(), sessions):
                self.close()
                remove(index_path(self._store.path))
        remove_others(self._store.path)

    def forget_all_but(self, sessions: Iterable[str]) -> None:
        """Delete what a program that does not know the index has deleted from the journal."""
        gone = self._readings().keys() - set(sessions)
        if gone:
            self.forget(*gone)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection, _ = open_index(self._store.path)
        return self._connection

    def _readings(self, session: str | None = None) -> dict[str, _Read]:
        where, values = ("", ()) if session is None else (" WHERE session = ?", (session,))
        with self._guard:
            try:
                rows = (
                    self._open()
                    .execute(
                        f"SELECT session, last, events, summary FROM readings{where}",  # noqa: S608
                        values,
                    )
                    .fetchall()
                )
            except sqlite3.Error as error:
                if is_damage(error):
                    self._mend(error)
                return {}
        return {id_: _Read(last, events, _summary(body)) for id_, last, events, body in rows}

    def _read_after(
        self,
        info: SessionInfo,
        before: _Read,
        upto: int | None,
        pause: Callable[[], object],
        *,
        whole: bool,
    ) -> tuple[Reading | None, _Read]:
        loaded = self._store.load(info.id, after=before.last, upto=upto)

        def batches() -> Iterator[list[Event]]:
            for batch in loaded:
                yield batch
                pause()

        reading = read_passages(batches(), before.summary, self._masker, whole=whole)
        last = max(loaded.last, before.last)
        # Events that were lost are counted, but never come.
        events = info.events if upto is None else before.events + loaded.count
        summary = before.summary if reading is None else reading.summary
        return reading, _Read(last, events, summary)

    def _keep(
        self, session: str, before: _Read, after: _Read, reading: Reading, *, replaces: bool
    ) -> None:
        connection = self._open()
        try:
            connection.execute("BEGIN IMMEDIATE")
            row = connection.execute(
                "SELECT last FROM readings WHERE session = ?", (session,)
            ).fetchone()
            if (row[0] if row is not None else 0) != before.last:
                connection.execute("ROLLBACK")  # another process was faster
                return
            if replaces:
                delete_session(connection, session)
            _insert(connection, session, reading.passages)
            connection.execute(
                "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?)",
                (session, after.last, after.events, msgspec.json.encode(after.summary)),
            )
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if is_damage(error):
                self._mend(error)
            elif connection.in_transaction:
                connection.execute("ROLLBACK")

    def _looked_up(
        self, connection: sqlite3.Connection, words: Wanted, sessions: str, most: int
    ) -> Hits:
        found = (
            f"FROM words JOIN passages ON passages.id = words.rowid WHERE words MATCH ? AND {_LIVE}"
        )
        values = (words.expression, sessions)
        rows = connection.execute(
            f"SELECT {_FIELDS} {found} {_ORDER} LIMIT ?",
            (*values, most),
        ).fetchall()
        count = len(rows)
        if count == most:
            counted = connection.execute(f"SELECT count(*) {found}", values)
            count = int(counted.fetchone()[0])
        return Hits(hits=tuple(_hit(row, words, self._masker) for row in rows), count=count)

    def _by_reading(
        self,
        connection: sqlite3.Connection,
        words: Wanted,
        sessions: str,
        most: int,
        by_reading: bool,
    ) -> Hits:
        rows = connection.execute(
            f"SELECT {_FIELDS} FROM passages WHERE {_LIVE} {_ORDER}",  # noqa: S608
            (sessions,),
        )
        hits: list[Hit] = []
        count = 0
        for row in rows:
            if occurs(row[-1], words.phrases):
                count += 1
                if len(hits) < most:
                    hits.append(_hit(row, words, self._masker))
        return Hits(hits=tuple(hits), count=count, by_reading=by_reading)


def _hit(row: tuple[Any, ...], words: Wanted, masker: Masker) -> Hit:
    session, turn, run, wall, kind, who, text = row
    pieces = tuple(snippet(masker.mask(around(text, words.phrases)), words.phrases, SNIPPET))
    return Hit(session=session, turn=turn, run=run, wall=wall, kind=kind, who=who, pieces=pieces)


def _insert(connection: sqlite3.Connection, session: str, passages: Iterable[Passage]) -> None:
    indexed = has_fts(connection)
    for one in passages:
        values = (session, one.turn, one.run, one.wall, one.kind, one.who, one.text)
        row = connection.execute(_INSERT, values).lastrowid
        if indexed:
            connection.execute(
                "INSERT INTO words (rowid, text) VALUES (?, ?)", (row, searchable(one.text))
            )


def _summary(body: bytes) -> Summary:
    try:
        return msgspec.json.decode(body, type=Summary)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Summary()
