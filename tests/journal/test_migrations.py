"""Files written by earlier versions of the program."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tui.journal import Journal, JournalStore, Place
from tui.journal.schema import MIGRATIONS
from tui.protocol.events import RunFinished, RunStarted, TextDelta

VERSION_1 = """
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
    INSERT INTO migrations VALUES (1, 1795000000);
    PRAGMA user_version = 1;
    PRAGMA journal_mode = WAL;
    INSERT INTO sessions VALUES ('20261101-120000-abcd', 10.0, 20.0, 'Ann', 'm', 'hello', 1, 4);
    INSERT INTO events (session, kind, count, body) VALUES
        ('20261101-120000-abcd', 'RunStarted', 1,
         '{"type":"RunStarted","at":1,"run":"r1","prompt":"hello","entered_at":1,"wall":10.0}'),
        ('20261101-120000-abcd', 'deltas', 2,
         '{"type":"TextDelta","at":2,"run":"r1","call":"c1","text":"good "}' || char(10) ||
         '{"type":"TextDelta","at":3,"run":"r1","call":"c1","text":"day"}'),
        ('20261101-120000-abcd', 'RunFinished', 1,
         '{"type":"RunFinished","at":4,"run":"r1","outcome":"ok"}');
    UPDATE events SET body = CAST(body AS BLOB);
"""
"""Exactly as the first version wrote it."""

EVENTS = [
    RunStarted(at=1, run="r1", prompt="hello", entered_at=1, wall=10.0),
    TextDelta(at=2, run="r1", call="c1", text="good "),
    TextDelta(at=3, run="r1", call="c1", text="day"),
    RunFinished(at=4, run="r1", outcome="ok"),
]


def made_by_version_1(path: Path) -> JournalStore:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    return JournalStore(path)


def test_a_file_of_version_1_is_read_completely_and_has_no_place(tmp_path: Path) -> None:
    store = made_by_version_1(tmp_path / "journal.db")
    (info,) = store.sessions()
    assert (info.id, info.agent, info.title, info.runs) == (
        "20261101-120000-abcd",
        "Ann",
        "hello",
        1,
    )
    assert (info.folder, info.reference) == ("", "")
    loaded = store.load(info.id)
    assert [event for batch in loaded for event in batch] == EVENTS
    assert loaded.skipped == 0
    assert store.newest(Place(folder=str(tmp_path))) is None


def test_a_session_of_version_1_can_be_continued(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    store = made_by_version_1(path)
    (before,) = store.sessions()
    journal = Journal.open(path, place=Place(folder="/here"))
    journal.hold(before.id)
    more = RunStarted(at=5, run="r2", prompt="and now?", entered_at=5, wall=30.0)
    journal.append(before.id, [more])
    journal.append("new", [more])
    assert journal.close()
    assert [event for batch in store.load(before.id) for event in batch] == [*EVENTS, more]
    after = {info.id: info for info in store.sessions()}
    assert (after[before.id].title, after[before.id].runs, after[before.id].events) == (
        "hello",
        2,
        5,
    )
    assert after["new"].folder == "/here"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
