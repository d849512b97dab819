import queue
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.support.patience import PATIENCE
from tui.journal import Journal, JournalState, SessionInUseError, SessionLock
from tui.journal.event_rows import rows_of
from tui.journal.session_lock import is_held
from tui.journal.write_buffer import BEFORE_A_TURN, WriteBuffer
from tui.protocol.events import (
    AgentLoaded,
    Attachment,
    Event,
    FollowUpTaken,
    HistoryChanged,
    OutputPrinted,
    RunFinished,
    RunStarted,
    TextDelta,
    ToolCalled,
    ToolFinished,
    WorkerStarted,
)

STARTED = RunStarted(at=1, run="r", prompt="  \nI climb the wall.\nNow.", entered_at=1, wall=9.0)
LOADED = AgentLoaded(at=0, agent="Game Master", model="m")
CALLED = ToolCalled(at=3, run="r", tool_call="t", name="roll_dice", arguments="{}")
FINISHED = RunFinished(at=9, run="r", outcome="ok")


def delta(number: int) -> TextDelta:
    return TextDelta(at=number, seq=number, run="r", call="c", text=f"word {number} ")


DELTAS: list[Event] = [delta(n) for n in range(100)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal.open(path)
    yield journal
    journal.close()


def loaded(journal: Journal, session: str) -> list[Event]:
    return [event for events in journal.store.load(session) for event in events]


def test_a_picture_of_ten_megabytes_is_loaded_as_it_was(journal: Journal) -> None:
    picture = Attachment(media_type="image/png", data=bytes(10_000_000), width=9, height=9)
    made = ToolFinished(at=4, run="r", tool_call="t", outcome="ok", attachments=(picture,))
    journal.append("s", [STARTED, made, FINISHED])
    assert journal.flush()
    assert loaded(journal, "s") == [STARTED, made, FINISHED]


def test_events_are_loaded_unchanged_and_in_order(journal: Journal) -> None:
    history = HistoryChanged(at=5, keep=0, items=(msgspec.Raw(b'{"role":"user"}'),))
    batches: list[list[Event]] = [[LOADED, STARTED], DELTAS, [CALLED, history], [*DELTAS, FINISHED]]
    for batch in batches:
        journal.append("s", batch)
    assert journal.flush()
    assert loaded(journal, "s") == [event for batch in batches for event in batch]


def test_sessions_are_stored_separately_and_listed_newest_first(path: Path) -> None:
    walls = iter([100.0, 200.0, 300.0])
    journal = Journal(path, lambda _state: None, wall=lambda: next(walls))
    journal.recorder("one").append([LOADED, STARTED, *DELTAS])
    assert journal.flush()
    journal.recorder("two").append([STARTED])
    assert journal.flush()
    journal.recorder("one").append([STARTED, FINISHED])
    assert journal.close()
    one, two = journal.store.sessions()
    assert (one.id, one.created, one.changed) == ("one", 100.0, 300.0)
    assert (one.agent, one.model, one.title) == ("Game Master", "m", "I climb the wall.")
    assert (one.runs, one.events) == (2, 104)
    assert (two.id, two.runs, two.events) == ("two", 1, 1)
    assert loaded(journal, "two") == [STARTED]


def test_consecutive_deltas_share_a_row_and_anything_else_has_its_own() -> None:
    rows = rows_of("s", [STARTED, *DELTAS, CALLED, *DELTAS, FINISHED])
    assert [(row.kind, row.count) for row in rows] == [
        ("RunStarted", 1),
        ("deltas", 100),
        ("ToolCalled", 1),
        ("deltas", 100),
        ("RunFinished", 1),
    ]


def test_a_session_without_a_turn_leaves_no_trace(path: Path) -> None:
    journal = Journal.open(path)
    journal.append("s", [WorkerStarted(at=0, pid=1, python="3", wall=0.0), LOADED])
    assert journal.close()
    assert not path.exists()
    assert journal.store.sessions() == []


def test_deltas_are_committed_without_a_flush(path: Path) -> None:
    journal = Journal.open(path)
    journal.append("s", [STARTED])
    assert journal.flush()
    journal.append("s", DELTAS)
    with sqlite3.connect(path) as reader:
        # Polls until another connection can read the row of deltas.
        pause = threading.Event()
        for _ in range(100):
            if reader.execute("SELECT 1 FROM events WHERE kind = 'deltas'").fetchone():
                break
            pause.wait(0.05)
        else:
            pytest.fail("the deltas were never committed")
    reader.close()
    assert journal.close()


def test_a_structural_event_is_written_at_once_and_deltas_are_not() -> None:
    buffer = WriteBuffer(max_bytes=1000)
    assert not buffer.add("s", [LOADED])
    assert not buffer.has_rows
    assert buffer.add("s", [STARTED])
    assert not buffer.add("s", DELTAS)
    assert buffer.has_rows
    assert buffer.add("s", [*DELTAS, CALLED])


def test_the_file_and_its_folder_are_for_their_owner_only(journal: Journal, path: Path) -> None:
    journal.append("s", [STARTED])
    assert journal.flush()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    modes = {file: stat.S_IMODE(file.stat().st_mode) for file in path.parent.rglob("*")}
    assert len(modes) > 3
    assert all(mode == (0o700 if file.is_dir() else 0o600) for file, mode in modes.items())


def test_lone_surrogates_do_not_stop_the_writer(journal: Journal) -> None:
    journal.append("s", [STARTED, TextDelta(at=1, call="c", text="a\ud800b")])
    assert journal.flush()
    assert loaded(journal, "s")[1] == TextDelta(at=1, call="c", text="a\ufffdb")


def test_closing_twice_or_without_events_succeeds(path: Path) -> None:
    journal = Journal.open(path)
    assert journal.close()
    assert journal.close()


def states_of(path: Path) -> tuple[Journal, "queue.SimpleQueue[JournalState]"]:
    states: queue.SimpleQueue[JournalState] = queue.SimpleQueue()
    return Journal(path, states.put), states


def test_a_locked_file_is_reported_and_everything_is_written_once_it_is_free(path: Path) -> None:
    journal, states = states_of(path)
    journal.append("s", [STARTED])
    assert journal.flush()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    journal.append("s", [CALLED])
    state = states.get(timeout=PATIENCE)
    assert (state.saved, state.trouble) == (False, "locked")
    assert "another program" in state.message
    journal.append("s", [FINISHED])
    other.execute("COMMIT")
    other.close()
    assert states.get(timeout=PATIENCE) == JournalState(saved=True)
    assert journal.close()
    assert loaded(journal, "s") == [STARTED, CALLED, FINISHED]


def test_a_damaged_file_is_reported_and_left_untouched(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, but another program's file" * 100)
    before = path.read_bytes()
    journal, states = states_of(path)
    journal.append("s", [STARTED])
    assert states.get(timeout=PATIENCE).trouble == "corrupt"
    assert not journal.close()
    assert path.read_bytes() == before


def test_another_programs_database_is_left_untouched(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name)")
    other.close()
    before = path.read_bytes()
    journal, states = states_of(path)
    journal.append("s", [STARTED])
    assert states.get(timeout=PATIENCE).trouble == "corrupt"
    assert not journal.close()
    assert path.read_bytes() == before


def test_a_newer_journal_is_left_untouched(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    journal, states = states_of(path)
    journal.append("s", [STARTED])
    assert states.get(timeout=PATIENCE).trouble == "newer"
    assert not journal.close()


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    journal, states = states_of(tmp_path / "file" / "journal.db")
    journal.append("s", [STARTED])
    assert states.get(timeout=PATIENCE).trouble == "read_only"
    assert not journal.close()


def test_waiting_events_are_bounded_and_lost_ones_counted() -> None:
    buffer = WriteBuffer(max_bytes=1000)
    buffer.add("s", [STARTED])
    for number in range(50):
        buffer.add("s", [delta(number), CALLED])
    rows, _ = buffer.rows()
    buffer.drop_oldest()
    rows, changes = buffer.rows()
    assert sum(len(row.body) for row in rows) <= 1000
    assert buffer.lost == 101 - len(rows)
    assert rows[-1].kind == "ToolCalled"
    assert changes["s"].events == 101


def test_a_session_is_locked_from_its_first_turn_until_the_journal_is_closed(path: Path) -> None:
    journal = Journal.open(path)
    journal.append("s", [STARTED])
    assert journal.flush()
    with pytest.raises(SessionInUseError):
        SessionLock(path, "s").acquire()
    with pytest.raises(SessionInUseError):
        journal.store.delete("s")
    assert journal.close()
    assert journal.store.delete("s") == 1


def test_events_are_written_to_a_session_that_was_locked_before(path: Path) -> None:
    journal = Journal.open(path)
    journal.hold("s")
    journal.append("s", [STARTED])
    assert journal.close()
    assert loaded(journal, "s") == [STARTED]


def test_nothing_is_written_to_a_session_of_another_dashboard(path: Path) -> None:
    journal, states = states_of(path)
    with SessionLock(path, "s"):
        with pytest.raises(SessionInUseError):
            journal.hold("s")
        journal.append("s", [STARTED])
        state = states.get(timeout=PATIENCE)
        assert (state.saved, state.trouble) == (False, "locked")
        assert "in use by pid" in state.message
    assert journal.close()
    assert loaded(journal, "s") == [STARTED]


def test_a_session_that_is_left_is_unlocked_when_its_last_events_are_written(path: Path) -> None:
    journal, states = states_of(path)
    journal.append("s", [STARTED])
    assert journal.flush()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    journal.append("s", [FINISHED])
    journal.release("s")
    assert not states.get(timeout=PATIENCE).saved
    # Another dashboard would not see its end, and add one.
    assert is_held(path, "s")
    other.execute("COMMIT")
    other.close()
    assert states.get(timeout=PATIENCE).saved
    assert journal.flush(PATIENCE)
    assert not is_held(path, "s")
    # What comes late is written too, and leaves no lock behind.
    journal.append("s", [CALLED])
    assert journal.flush(PATIENCE)
    assert not is_held(path, "s")
    assert journal.close()
    assert loaded(journal, "s") == [STARTED, FINISHED, CALLED]


def test_a_session_that_is_left_and_held_again_at_once_stays_locked(path: Path) -> None:
    journal = Journal.open(path)
    journal.append("s", [STARTED])
    journal.release("s")
    journal.hold("s")
    assert journal.flush(PATIENCE)
    assert is_held(path, "s")
    assert journal.close()


def printed(number: int) -> Event:
    return OutputPrinted(at=number, text="x" * 100)


def test_what_waits_for_the_first_turn_is_bounded_and_keeps_the_agent() -> None:
    buffer = WriteBuffer(max_bytes=10**6, before_a_turn=4000)
    begun: list[Event] = [
        WorkerStarted(at=0, pid=1, python="3.11", wall=0.0),
        AgentLoaded(at=1, agent="Ann", model="m"),
    ]
    for _ in range(2):
        buffer.add("s", begun)
        for number in range(500):
            buffer.add("s", [printed(number)])
    assert not buffer.has_rows
    buffer.add("s", [STARTED])
    rows, changes = buffer.rows()
    kinds = [row.kind for row in rows]
    assert sum(len(row.body) for row in rows[:-1]) <= 4000
    assert kinds[:2] == ["WorkerStarted", "AgentLoaded"]
    assert set(kinds[2:-1]) == {"OutputPrinted"}
    assert kinds[-1] == "RunStarted"
    assert buffer.lost == 1005 - len(rows)
    assert (changes["s"].agent, changes["s"].events) == ("Ann", 1005)


def test_a_context_that_is_too_large_by_itself_is_bounded_too() -> None:
    buffer = WriteBuffer(max_bytes=10**6, before_a_turn=1000)
    buffer.add("s", [AgentLoaded(at=1, agent="A" * 5000, model="m")])
    buffer.add("s", [STARTED])
    rows, _ = buffer.rows()
    assert [row.kind for row in rows] == ["RunStarted"]
    assert buffer.lost == 1


def test_what_was_dropped_before_the_first_turn_is_reported_once(path: Path) -> None:
    journal, states = states_of(path)
    long = OutputPrinted(at=1, text="x" * (BEFORE_A_TURN // 20))
    journal.append("s", [long] * 50)
    journal.append("s", [STARTED])
    state = states.get(timeout=PATIENCE)
    assert (state.saved, state.lost > 30) == (True, True)
    assert state.message == (
        f"{state.lost} events from before the first message were dropped: too much was waiting."
    )
    journal.append("s", [FINISHED])
    assert journal.close()
    assert states.empty()
    session = journal.store.load("s")
    assert sum(len(batch) for batch in session) == 52 - state.lost
    assert session.skipped == state.lost


def test_a_session_without_a_turn_is_forgotten_when_it_is_left() -> None:
    buffer = WriteBuffer(max_bytes=1000)
    buffer.add("s", [printed(1)])
    buffer.name("s", "Budget")
    buffer.left("s")
    buffer.add("s", [STARTED])
    rows, changes = buffer.rows()
    assert [row.kind for row in rows] == ["RunStarted"]
    assert changes["s"].title == "I climb the wall."


def test_what_a_user_changes_in_an_opened_session_is_stored_without_a_new_turn(
    path: Path,
) -> None:
    journal = Journal.open(path)
    journal.append("s", [STARTED])
    assert journal.close()
    journal = Journal.open(path)
    journal.hold("s")
    taken = FollowUpTaken(at=3, key="k")
    journal.append("s", [printed(1)])
    journal.append("s", [taken])
    assert journal.close()
    assert loaded(journal, "s") == [STARTED, printed(1), taken]
