"""The index's own file beside the journal: made from the journal, so it can be made again.

It is a file of its own for three reasons: the journal's writer never waits for it, a version of the
program that does not know it can use the same journal, and a damaged one is simply replaced.
"""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from tui.journal.journal_errors import FILE_ERRORS

VERSION: Final = 1
"""Part of the file's name: two versions of the program never write to the same index."""

_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS readings (
        session TEXT PRIMARY KEY,
        last INTEGER NOT NULL,
        events INTEGER NOT NULL,
        summary BLOB NOT NULL
    );
    CREATE TABLE IF NOT EXISTS passages (
        id INTEGER PRIMARY KEY,
        session TEXT NOT NULL,
        turn INTEGER NOT NULL,
        run TEXT NOT NULL,
        wall REAL NOT NULL,
        kind TEXT NOT NULL,
        who TEXT NOT NULL,
        text TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS passages_of_session ON passages (session);
"""

_WORDS: Final = """
    CREATE VIRTUAL TABLE IF NOT EXISTS words
        USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2')
"""

BUSY_SECONDS: Final = 5.0


def index_path(journal: Path) -> Path:
    """The index of a journal."""
    return journal.with_name(f"{journal.name}.index-{VERSION}")


def open_index(journal: Path) -> tuple[sqlite3.Connection, bool]:
    """The index, and whether it is in its file.

    If that is damaged, a new one is made. If it cannot be written, the index is in memory only.
    """
    path = index_path(journal)
    for _ in range(2):
        try:
            return _opened(path), True
        except sqlite3.OperationalError:
            break
        except sqlite3.DatabaseError:
            remove(path)
        except FILE_ERRORS:
            break
    return open_in_memory(), False


def open_in_memory() -> sqlite3.Connection:
    """An empty index without a file."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _make(connection)
    return connection


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is damaged, and not only locked, full or gone."""
    damaged = getattr(error, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    return damaged or type(error) is sqlite3.DatabaseError


def has_fts(connection: sqlite3.Connection) -> bool:
    """Whether this SQLite can look words up; otherwise every passage is read."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'words'").fetchone()
    if found is None:
        return False
    try:
        connection.execute("SELECT rowid FROM words LIMIT 1").fetchone()
    except sqlite3.OperationalError:  # made by a program whose SQLite has FTS5
        return False
    return True


def forget(journal: Path, sessions: Iterable[str]) -> None:
    """Delete sessions that are deleted from the journal, if it has an index."""
    if index_path(journal).exists():
        connection, in_file = open_index(journal)
        with closing(connection):
            forgotten = forget_in(connection, sessions)
        if not (forgotten and in_file):
            remove(index_path(journal))
    remove_others(journal)


def forget_in(connection: sqlite3.Connection, sessions: Iterable[str]) -> bool:
    """Delete sessions, and what their texts left behind; False: the index must be made again."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        for session in sessions:
            delete_session(connection, session)
        connection.execute("COMMIT")
        if has_fts(connection):
            # Otherwise deleted words stay in its segments until those are merged.
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error:
        return False
    return True


def delete_session(connection: sqlite3.Connection, session: str) -> None:
    """Within the caller's transaction."""
    if has_fts(connection):
        connection.execute(
            "DELETE FROM words WHERE rowid IN (SELECT id FROM passages WHERE session = ?)",
            (session,),
        )
    connection.execute("DELETE FROM passages WHERE session = ?", (session,))
    connection.execute("DELETE FROM readings WHERE session = ?", (session,))


def remove_others(journal: Path) -> None:
    """Delete the indexes of other versions: they would keep what is deleted in this one."""
    own = index_path(journal).name
    for path in journal.parent.glob(f"{journal.name}.index-*"):
        if not path.name.startswith(own) or path.name[len(own) :].isdigit():
            path.unlink(missing_ok=True)


def remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    if not path.exists():
        # Only its owner may read it, as the journal.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        timeout=BUSY_SECONDS,
        isolation_level=None,
        uri=True,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # It can be made again: a power cut may lose the last turns.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        _make(connection)
    except BaseException:  # close the connection in every case
        connection.close()
        raise
    return connection


def _make(connection: sqlite3.Connection) -> None:
    connection.executescript(_TABLES)
    try:
        connection.execute(_WORDS)
    except sqlite3.OperationalError as error:
        if "no such module" not in str(error):
            raise
