"""The database: its tables, their migrations, and how to open it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from tui.journal.journal_errors import FILE_ERRORS, JournalError, journal_error

MIGRATIONS: Final = (
    # 1: sessions, and their events as JSON lines, many deltas or one other event per row.
    """
    CREATE TABLE sessions (
        id TEXT PRIMARY KEY,
        created REAL NOT NULL,
        changed REAL NOT NULL,
        agent TEXT NOT NULL DEFAULT '',
        model TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL DEFAULT '',
        runs INTEGER NOT NULL DEFAULT 0,
        events INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        count INTEGER NOT NULL,
        body BLOB NOT NULL
    );
    CREATE INDEX events_of_session ON events (session, id);
    CREATE TABLE migrations (version INTEGER PRIMARY KEY, applied REAL NOT NULL);
    """,
    # 2: where a session was run, so that the newest one of an agent and a folder can be found.
    """
    ALTER TABLE sessions ADD COLUMN folder TEXT NOT NULL DEFAULT '';
    ALTER TABLE sessions ADD COLUMN reference TEXT NOT NULL DEFAULT '';
    CREATE INDEX sessions_of_place ON sessions (folder, reference, changed)
    """,
)
"""The n-th leads to version n; ``PRAGMA user_version`` is the number of migrations applied."""

BUSY_SECONDS: Final = 1.0
"""How long a statement waits for another process's lock."""


def open_database(path: Path, *, create: bool = True) -> sqlite3.Connection:
    """Open and migrate, but never change another program's file. Raise `JournalError`.

    A new file, and a new folder for it, can only be read by their owner.
    """
    try:
        if create:
            _create(path)
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            timeout=BUSY_SECONDS,
            isolation_level=None,
            uri=True,
        )
        try:
            _prepare(connection, path)
        except BaseException:  # close the connection in every case
            connection.close()
            raise
    except FILE_ERRORS as error:
        raise journal_error(error, path) from error
    return connection


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open a file on a read-only medium, without its log. Raise `JournalError`.

    A database of an earlier version is migrated in memory.
    """
    try:
        stored = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", isolation_level=None, uri=True
        )
        try:
            if _our_version(stored, path) == len(MIGRATIONS):
                return stored
            memory = sqlite3.connect(":memory:", isolation_level=None)
            stored.backup(memory)
        except BaseException:  # close the connection in every case
            stored.close()
            raise
        stored.close()
        migrate(memory)
    except FILE_ERRORS as error:
        raise journal_error(error, path) from error
    return memory


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite gives its -wal and -shm files the mode of the database.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _our_version(connection: sqlite3.Connection, path: Path) -> int:
    """Raise `JournalError` if the database is another program's, or a newer version's."""
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise JournalError("newer", path, f"version {version}")
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise JournalError("corrupt", path, "a database of another program")
    return version


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = _our_version(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    # A commit survives a killed process; a power cut may lose the last ones.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    if version < len(MIGRATIONS):
        migrate(connection)


def migrate(connection: sqlite3.Connection, upto: int = len(MIGRATIONS)) -> None:
    """Apply the missing migrations in one transaction; another process may have applied them."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        try:
            for version in range(_version(connection) + 1, upto + 1):
                for statement in MIGRATIONS[version - 1].split(";"):
                    cursor.execute(statement)
                cursor.execute(
                    "INSERT INTO migrations VALUES (?, strftime('%s', 'now'))", (version,)
                )
                cursor.execute(f"PRAGMA user_version = {version}")
            cursor.execute("COMMIT")
        except BaseException:  # roll back in every case
            cursor.execute("ROLLBACK")
            raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
