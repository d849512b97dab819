import queue
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tui.journal import (
    Journal,
    JournalError,
    JournalState,
    JournalStore,
    NoSuchSessionError,
    Place,
    SessionInUseError,
    SessionLock,
    new_session_id,
)
from tui.journal.schema import MIGRATIONS, migrate, open_database
from tui.protocol.events import Event, RunFinished, RunStarted, TextDelta

STARTED = RunStarted(at=1, run="r", prompt="the-deleted-words", entered_at=1, wall=9.0)
FINISHED = RunFinished(at=9, run="r", outcome="ok")


def text(words: str) -> TextDelta:
    return TextDelta(at=2, run="r", call="c", text=words)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def store(path: Path) -> JournalStore:
    return JournalStore(path)


def write(path: Path, session: str, events: list[Event]) -> None:
    journal = Journal.open(path)
    journal.append(session, events)
    assert journal.close()


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


def test_rows_that_cannot_be_read_are_skipped_and_counted(path: Path, store: JournalStore) -> None:
    write(path, "s", [STARTED, text("a"), text("b"), text("c"), FINISHED])
    change(path, "UPDATE events SET body = ? WHERE kind = 'RunFinished'", b"\xff{")
    session = store.load("s")
    assert [e for events in session for e in events] == [STARTED, text("a"), text("b"), text("c")]
    assert session.skipped == 1


def test_one_damaged_line_loses_one_event(path: Path, store: JournalStore) -> None:
    write(path, "s", [STARTED, text("a"), text("b"), text("c")])
    with closing(sqlite3.connect(path)) as connection, connection:
        (body,) = connection.execute("SELECT body FROM events WHERE kind = 'deltas'").fetchone()
        torn = body.replace(b'"b"', b'"b')
        connection.execute("UPDATE events SET body = ? WHERE kind = 'deltas'", (torn,))
    session = store.load("s")
    assert [e for events in session for e in events] == [STARTED, text("a"), text("c")]
    assert session.skipped == 1


def test_damaged_pages_lose_only_the_events_on_them(path: Path, store: JournalStore) -> None:
    long = "x" * 3000
    events: list[Event] = [STARTED]
    for number in range(400):
        events += [text(f"{number} {long}"), FINISHED]
    write(path, "s", events)
    content = bytearray(path.read_bytes())
    half = len(content) // 8192 * 4096
    content[half : half + 8 * 4096] = b"\xa5" * (8 * 4096)
    path.write_bytes(content)
    session = store.load("s")
    read = [event for batch in session for event in batch]
    assert read[: len(events) // 4] == events[: len(events) // 4]
    assert len(read) + session.skipped == len(events)
    assert session.skipped > 0


def test_a_session_is_found_by_the_start_of_its_id(path: Path, store: JournalStore) -> None:
    with pytest.raises(NoSuchSessionError, match=r"there is no session 'x'.*sessions list"):
        store.find("x")
    for session in ("2026-a", "2026-b", "2027", "2027-x"):
        write(path, session, [STARTED])
    with pytest.raises(NoSuchSessionError, match=r"2 sessions start with '2026'.*2026-b, 2026-a"):
        store.find("2026")
    for typed, found in {"2026-a": "2026-a", "2027": "2027", "2027-": "2027-x"}.items():
        assert store.find(typed).id == found


def test_the_newest_session_of_a_place_is_found(path: Path, store: JournalStore) -> None:
    here, there = Place(folder="/here", reference="a.py:agent"), Place(folder="/there")
    assert store.newest(here) is None
    for session, place in (("1", here), ("2", here), ("3", there), ("4", Place())):
        journal = Journal.open(path, place=place)
        journal.append(session, [STARTED])
        assert journal.close()
    newest = store.newest(here)
    assert newest is not None
    assert (newest.id, newest.folder, newest.reference) == ("2", "/here", "a.py:agent")
    assert store.newest(Place(folder="/here")) is None


def test_another_dashboard_can_lock_a_released_session(path: Path, store: JournalStore) -> None:
    journal = Journal.open(path)
    journal.append("s", [STARTED])
    journal.append("kept", [STARTED])
    journal.release("s")
    assert journal.flush()
    with SessionLock(path, "s"):
        pass
    with pytest.raises(SessionInUseError), SessionLock(path, "kept"):
        pass
    assert [e for events in store.load("s") for e in events] == [STARTED]
    assert journal.close()


def test_moving_writes_unsaved_events_to_the_new_file(path: Path) -> None:
    path.write_bytes(b"no database " * 1000)
    before = path.read_bytes()
    states: queue.SimpleQueue[JournalState] = queue.SimpleQueue()
    journal = Journal(path, states.put)
    journal.append("s", [STARTED, text("a")])
    assert not journal.flush()
    assert states.get(timeout=30).trouble == "corrupt"
    journal.move(path.with_name("journal-2.db"))
    journal.append("s", [FINISHED])
    assert journal.flush()
    assert [e for events in journal.store.load("s") for e in events] == [
        STARTED, text("a"), FINISHED,
    ]  # fmt: skip
    assert journal.close()
    assert path.read_bytes() == before


def test_moving_copies_the_whole_session_to_the_new_file(path: Path) -> None:
    write(path, "another", [STARTED])
    write(path, "s", [STARTED, text("a"), FINISHED])
    journal = Journal.open(path)
    journal.move(path.with_name("not used.db"))
    journal.move(path.with_name("journal-2.db"))
    journal.append("s", [STARTED, text("b"), FINISHED])
    assert journal.flush()
    (info,) = journal.store.sessions()
    assert (info.id, info.events, info.title) == ("s", 6, "the-deleted-words")
    assert [e for events in journal.store.load("s") for e in events] == [
        STARTED, text("a"), FINISHED, STARTED, text("b"), FINISHED,
    ]  # fmt: skip
    assert journal.close()
    assert JournalStore(path).find("s").events == 3


def test_two_continuations_of_a_session_are_not_mixed_in_one_file(path: Path) -> None:
    write(path, "s", [STARTED, FINISHED])
    other = path.with_name("journal-2.db")
    states: queue.SimpleQueue[JournalState] = queue.SimpleQueue()
    first, second = Journal.open(path), Journal(path, states.put)
    first.move(other)
    first.append("s", [STARTED, text("b"), FINISHED])
    assert first.close()
    second.move(other)
    second.append("s", [STARTED, text("c"), FINISHED])
    assert not second.flush()
    assert "it already has a session s" in states.get(timeout=30).message
    second.move(path.with_name("journal-3.db"))
    assert second.flush()
    assert second.store.find("s").events == 5
    assert second.close()
    assert JournalStore(other).find("s").events == 5


@pytest.mark.parametrize("kind", [b"\0", b"\xff\xff\xff\xff", b"\0\0\0\7"])
def test_moving_works_whatever_is_damaged_in_the_old_file(path: Path, kind: bytes) -> None:
    for session in ("r", "s", "t"):
        write(path, session, [STARTED, *(text(f"{n}") for n in range(300)), FINISHED] * 3)
    whole = path.read_bytes()
    for number, place in enumerate(range(100, len(whole), 509)):
        old = path.with_name(f"damaged{number}.db")
        old.write_bytes(whole[:place] + kind + whole[place + len(kind) :])
        journal = Journal.open(old)
        journal.move(path.with_name(f"new{number}.db"))
        journal.append("s", [STARTED, FINISHED])
        assert journal.flush(30), place
        assert [e for events in journal.store.load("s") for e in events][-2:] == [STARTED, FINISHED]
        assert journal.close()


def test_deleted_text_remains_in_no_file(path: Path, store: JournalStore) -> None:
    # An open writer keeps the write-ahead log from being deleted.
    journal = Journal.open(path)
    journal.append("kept", [STARTED, text("the-kept-words")])
    assert journal.flush()
    write(path, "gone", [STARTED, *(text(f"the-secret-{n} " * 50) for n in range(200))])
    assert b"the-secret" in b"".join(file.read_bytes() for file in files(path))
    assert store.delete("gone", "never was") == 1
    assert b"the-secret" not in b"".join(file.read_bytes() for file in files(path))
    assert [info.id for info in store.sessions()] == ["kept"]
    assert [e for events in store.load("kept") for e in events] == [STARTED, text("the-kept-words")]
    assert [e for events in store.load("gone") for e in events] == []
    assert journal.close()


def test_a_log_that_cannot_be_emptied_because_of_a_reader_is_reported(
    path: Path, store: JournalStore
) -> None:
    write(path, "gone", [STARTED])
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM events").fetchall()
        with pytest.raises(JournalError, match="still in its log"):
            store.delete("gone")
    assert store.sessions() == []
    write(path, "next", [STARTED])
    assert store.delete("next") == 1
    assert b"the-deleted-words" not in b"".join(file.read_bytes() for file in files(path))


def files(path: Path) -> Iterator[Path]:
    return (file for file in path.parent.glob("journal.db*") if file.is_file())


def test_a_session_that_a_dashboard_has_open_is_not_deleted(
    path: Path, store: JournalStore
) -> None:
    write(path, "s", [STARTED])
    with SessionLock(path, "s"), pytest.raises(SessionInUseError):
        store.delete("s")
    assert store.delete("s") == 1


def test_sessions_without_recent_changes_are_found(path: Path, store: JournalStore) -> None:
    write(path, "s", [STARTED])
    changed = store.sessions()[0].changed
    assert store.older_than(changed) == []
    assert [info.id for info in store.older_than(changed + 1)] == ["s"]


def test_every_earlier_version_is_migrated_with_its_events(path: Path) -> None:
    for version in range(1, len(MIGRATIONS) + 1):
        old = path.with_name(f"version{version}.db")
        with closing(sqlite3.connect(old, isolation_level=None)) as connection:
            migrate(connection, upto=version)
        write(old, "s", [STARTED])
        with closing(open_database(old)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
            applied = [v for (v,) in connection.execute("SELECT version FROM migrations")]
            assert applied == list(range(1, len(MIGRATIONS) + 1))
        assert [e for events in JournalStore(old).load("s") for e in events] == [STARTED]


def test_a_migration_that_fails_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ("CREATE TABLE half (a)", "CREATE TABLE half (a)")
    monkeypatch.setattr("tui.journal.schema.MIGRATIONS", broken)
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
        pytest.raises(sqlite3.OperationalError),
    ):
        migrate(connection, upto=2)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


def test_reading_a_damaged_file_is_an_error(path: Path, store: JournalStore) -> None:
    path.write_bytes(b"no database " * 1000)
    with pytest.raises(JournalError, match="damaged") as caught:
        store.sessions()
    assert caught.value.trouble == "corrupt"


def test_the_second_dashboard_gets_the_pid_of_the_first(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tui.journal import SessionLock;"
        "SessionLock(Path(sys.argv[1]), 's').acquire(); print('held', flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as owner:
        assert owner.stdout
        assert owner.stdout.readline() == b"held\n"
        with pytest.raises(SessionInUseError, match=f"pid {owner.pid}"):
            SessionLock(path, "s").acquire()
        with SessionLock(path, "another"):
            pass
        owner.kill()
        owner.wait()
        # It was killed, so only the system can have released the lock.
        with SessionLock(path, "s"):
            pass


def test_checking_whether_a_session_is_held_does_not_change_its_lock(
    path: Path, store: JournalStore
) -> None:
    assert not store.is_held("s")
    assert not list(path.parent.iterdir())
    with SessionLock(path, "s"):
        assert store.is_held("s")
        assert not store.is_held("another")
    assert not store.is_held("s")


def test_new_ids_sort_by_time_and_do_not_repeat() -> None:
    assert new_session_id(0.0) < new_session_id(1e9)
    assert len({new_session_id(1.0) for _ in range(20)}) > 15
