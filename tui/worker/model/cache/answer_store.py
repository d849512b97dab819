"""The file of the cache: SQLite, for any number of processes at once.

It needs nothing but the standard library and msgspec, so that ``streamtui cache`` is quick. Every
method may raise `sqlite3.Error` or `OSError`; a transaction is whole or absent, whatever kills the
process.
"""

import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import msgspec

from tui.protocol.events import Api
from tui.worker.model.cache.stored_answer import StoredAnswer, Timed

SCHEMA = 1
BUSY_SECONDS = 0.25
"""How long to wait for another process: the call to the provider must not wait longer."""
PACKED_FROM = 1024
"""Bytes: smaller values are stored as they are."""
CLAIMS_FILE = "-asking"
"""Behind the file's name: see `request_claims`."""
SIDE_FILES = ("", "-wal", "-shm", "-journal", CLAIMS_FILE)
_OWNER_ONLY = 0o600
_TABLES = """\
CREATE TABLE answers (
    key BLOB PRIMARY KEY, model TEXT, host TEXT, api TEXT, created REAL, used REAL, hits INTEGER,
    input INTEGER, output INTEGER, cost REAL, size INTEGER, request_id TEXT, streamed INTEGER,
    joined BLOB, timed BLOB
);
CREATE INDEX by_use ON answers (used, size);
CREATE TABLE saved (model TEXT PRIMARY KEY, hits INTEGER, input INTEGER, output INTEGER, cost REAL);
"""

_COLUMNS = (
    "key", "model", "host", "api", "created", "used", "hits", "input", "output", "cost", "size",
    "request_id", "streamed", "joined", "timed",
)  # fmt: skip
_REPLACED = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:] if name != "hits")
_PLACES = ", ".join("?" * len(_COLUMNS))
_KEEP = f"INSERT INTO answers VALUES ({_PLACES}) ON CONFLICT (key) DO UPDATE SET {_REPLACED}"  # noqa: S608

_TIMED = msgspec.msgpack.Decoder(tuple[Timed, ...])
_encode = msgspec.msgpack.Encoder().encode


class ModelSums(msgspec.Struct, frozen=True, kw_only=True):
    """What the cache holds of a model, and what it has saved since it was last cleared."""

    model: str
    entries: int = 0
    size: int = 0
    """Bytes."""
    hits: int = 0
    input: int = 0
    output: int = 0
    """Tokens that were not used again."""
    cost: float | None = None
    """US dollars; None: no price is known."""


class Use(msgspec.Struct, frozen=True):
    """An answer was used so many times."""

    key: bytes
    answer: StoredAnswer
    times: int


class OtherVersionError(sqlite3.DatabaseError):
    """Another version of streamtui has made the file."""


class AnswerStore:
    """Opened at the first use; used by one thread at a time."""

    def __init__(
        self,
        path: Path,
        *,
        lifetime: float = float("inf"),
        size: int = 2**62,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``lifetime`` in seconds; ``size`` in bytes, of all answers together."""
        self.path = path
        self._lifetime = lifetime
        self._size = size
        self._now = now
        self._opened: sqlite3.Connection | None = None

    def find(self, key: bytes, *, timed: bool = False) -> StoredAnswer | None:
        """The answer under this key, unless it is too old; ``timed``: with its pieces and times."""
        columns = "streamed, joined, request_id, model, host, api, input, output, cost"
        row = (
            self._db()
            .execute(
                f"SELECT {columns}, {'timed' if timed else 'NULL'} FROM answers"  # noqa: S608
                " WHERE key = ? AND created > ?",
                (key, self._now() - self._lifetime),
            )
            .fetchone()
        )
        if row is None:
            return None
        streamed, joined, request_id, model, host, api, given, output, cost, pieces = row
        return StoredAnswer(
            streamed=bool(streamed),
            joined=_unpacked(joined),
            timed=_TIMED.decode(_unpacked(pieces)) if pieces is not None else (),
            request_id=request_id,
            model=model,
            host=host,
            api=cast("Api", api),
            input=given,
            output=output,
            cost=cost,
        )

    def used(self, uses: Iterable[Use]) -> None:
        """Note that answers were used: what they saved, and that they are in use.

        What an answer has saved counts even if it is no longer stored.
        """
        now = self._now()
        with self._changing() as db:
            for use in uses:
                answer, times = use.answer, use.times
                db.execute(
                    "UPDATE answers SET used = ?, hits = hits + ? WHERE key = ?",
                    (now, times, use.key),
                )
                cost = None if answer.cost is None else answer.cost * times
                db.execute(
                    "INSERT INTO saved VALUES (?, ?, ?, ?, ?) ON CONFLICT (model) DO UPDATE SET"
                    " hits = saved.hits + excluded.hits, input = saved.input + excluded.input,"
                    " output = saved.output + excluded.output,"
                    " cost = CASE WHEN excluded.cost IS NULL THEN saved.cost"
                    " ELSE coalesce(saved.cost, 0) + excluded.cost END",
                    (answer.model, times, (answer.input or 0) * times,
                     (answer.output or 0) * times, cost),
                )  # fmt: skip

    def keep(self, key: bytes, answer: StoredAnswer) -> None:
        """Store it in place of an older one; what is too old, or too much, goes."""
        joined, timed = _packed(answer.joined), _packed(_encode(answer.timed))
        size, now = len(joined) + len(timed) + len(key), self._now()
        if size > self._size:
            return
        values = (
            key, answer.model, answer.host, answer.api, now, now, 0, answer.input, answer.output,
            answer.cost, size, answer.request_id, answer.streamed, joined, timed,
        )  # fmt: skip
        with self._changing() as db:
            db.execute(_KEEP, values)
            db.execute("DELETE FROM answers WHERE created <= ?", (now - self._lifetime,))
            (whole,) = db.execute("SELECT coalesce(sum(size), 0) FROM answers").fetchone()
            if whole > self._size:
                self._drop_oldest(db, whole - self._size)

    def sums(self) -> list[ModelSums]:
        """By model, the one that takes most room first."""
        db = self._db()
        held = {
            model: (entries, size)
            for model, entries, size in db.execute(
                "SELECT model, count(*), sum(size) FROM answers GROUP BY model"
            )
        }
        saved = {
            model: figures
            for model, *figures in db.execute("SELECT model, hits, input, output, cost FROM saved")
        }
        sums = []
        for model in held.keys() | saved.keys():
            entries, size = held.get(model, (0, 0))
            hits, given, output, cost = saved.get(model, (0, 0, 0, None))
            sums.append(
                ModelSums(model=model, entries=entries, size=size, hits=hits, input=given,
                          output=output, cost=cost)
            )  # fmt: skip
        return sorted(sums, key=lambda one: (-one.size, one.model))

    def clear(self, *, older_than: float | None = None, model: str | None = None) -> int:
        """Delete the answers that are older than so many seconds, and of this model; how many.

        All of them with neither; then also what was saved so far is forgotten.
        """
        with self._changing() as db:
            gone = db.execute(
                "DELETE FROM answers WHERE created <= ? AND (? IS NULL OR model = ?)",
                (self._now() - (older_than or 0.0), model, model),
            ).rowcount
            if older_than is None:
                db.execute("DELETE FROM saved WHERE ? IS NULL OR model = ?", (model, model))
        self._db().execute("VACUUM")
        return gone

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def remove(self) -> None:
        """Delete the file, as when it is damaged."""
        self.close()
        for end in SIDE_FILES:
            Path(f"{self.path}{end}").unlink(missing_ok=True)

    def _db(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Before SQLite makes it, readable for everyone; its side files get the same mode.
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
        os.fchmod(file, _OWNER_ONLY)
        os.close(file)
        db = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA secure_delete = OFF")
            _make_tables(db)
        except BaseException:
            db.close()
            raise
        return db

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        db = self._db()
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    @staticmethod
    def _drop_oldest(db: sqlite3.Connection, excess: int) -> None:
        """Delete those that were not used for the longest time, until ``excess`` bytes are gone."""
        keys = []
        for key, size in db.execute("SELECT key, size FROM answers ORDER BY used"):
            keys.append((key,))
            excess -= size
            if excess <= 0:
                break
        db.executemany("DELETE FROM answers WHERE key = ?", keys)


def _make_tables(db: sqlite3.Connection) -> None:
    if (found := _version(db)) == SCHEMA:
        return
    if found:
        raise OtherVersionError("another version of streamtui has made it")
    db.execute("BEGIN IMMEDIATE")
    try:
        # Again: another process may have made them meanwhile.
        if _version(db) == 0:
            for statement in filter(str.strip, _TABLES.split(";")):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {SCHEMA}")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


def _packed(data: bytes) -> bytes:
    """With a first byte that says whether it is compressed."""
    return b"z" + zlib.compress(data, 3) if len(data) >= PACKED_FROM else b"-" + data


def _unpacked(data: bytes) -> bytes:
    return zlib.decompress(data[1:]) if data[:1] == b"z" else data[1:]
