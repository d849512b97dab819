"""Sessions that begin as a copy of another one."""

from pathlib import Path

import msgspec
import pytest

from tests.core.metrics.story import simple_turn
from tests.core.metrics.test_session_sums import NOON, dated
from tui.core.conversation import Conversation, Notice, fold
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.core.metrics import Thresholds
from tui.core.sanitize.secrets import Masker
from tui.journal import Journal, JournalError, JournalStore, NoSuchSessionError, SessionLock
from tui.journal.forks import fork_session
from tui.journal.sessions import Sessions
from tui.journal.stored_figures import sum_sessions
from tui.protocol import events
from tui.protocol.events import Event, HistoryChanged, ServerMark

WALL = 2e9


def turn(number: int, *more: Event, ended: bool = True) -> list[Event]:
    """A turn with its message in the ledger."""
    at, run = number * 10, f"r{number}"
    said = msgspec.Raw(msgspec.json.encode({"role": "user", "content": f"say {number}"}))
    return [
        events.RunStarted(at=at, run=run, prompt=f"say {number}", entered_at=at, wall=1e9),
        HistoryChanged(at=at + 1, run=run, keep=number - 1, items=(said,)),
        *more,
        *([events.RunFinished(at=at + 3, run=run, outcome="ok")] if ended else []),
    ]


@pytest.fixture
def store(tmp_path: Path) -> JournalStore:
    """Session s: three turns, and what happened after the second one."""
    journal = Journal.open(tmp_path / "j.db")
    waits = events.FollowUpQueued(
        at=18, key="f1", text="later", message=msgspec.Raw(b'{"text":"later"}')
    )
    journal.append("s", [*turn(1), *turn(2, waits), events.Noticed(at=25, text="after it")])
    journal.append("s", turn(3))
    assert journal.close(30)
    return JournalStore(tmp_path / "j.db")


def stored(store: JournalStore, session: str) -> list[Event]:
    return [event for batch in store.load(session) for event in batch]


@pytest.mark.parametrize("turns", [1, 2, 3, None])
def test_a_fork_has_the_turns_up_to_one_and_says_where_it_is_from(
    store: JournalStore, turns: int | None
) -> None:
    before = stored(store, "s")
    fork = fork_session(store, "s", turns, wall=WALL)
    kept = turns or 3
    assert fork.turns == kept
    *copied, last = stored(store, fork.session)
    assert copied == before[: len(copied)]
    assert sum(isinstance(event, events.RunStarted) for event in copied) == kept
    assert isinstance(copied[-1], events.RunFinished)
    assert last == events.SessionForked(
        at=copied[-1].at, session=fork.session, origin="s", title="say 1", turns=kept, wall=WALL
    )
    info = store.find(fork.session)
    assert (info.title, info.runs, info.events) == ("say 1 · fork", kept, len(copied) + 1)
    assert (info.created, info.changed) == (WALL, WALL)
    assert stored(store, "s") == before


def test_a_fork_of_a_fork_names_the_one_before_it(store: JournalStore) -> None:
    first = fork_session(store, "s", 2, wall=WALL)
    second = fork_session(store, first.session, None, wall=WALL)
    assert store.find(second.session).title == "say 1 · fork"
    forks = [e for e in stored(store, second.session) if isinstance(e, events.SessionForked)]
    assert [one.origin for one in forks] == ["s", first.session]


@pytest.mark.parametrize("turns", [0, 4, 10**30])
def test_a_turn_that_is_not_there_leaves_no_session_behind(store: JournalStore, turns: int) -> None:
    with pytest.raises(NoSuchSessionError, match=f"session s has no turn {turns}"):
        fork_session(store, "s", turns, wall=WALL)
    assert [info.id for info in store.sessions()] == ["s"]


def test_a_turn_in_progress_is_left_out_while_a_dashboard_has_it_open(store: JournalStore) -> None:
    journal = Journal.open(store.path)
    journal.append("s", turn(4, ended=False))
    assert journal.flush(30)
    fork = fork_session(store, "s", None, wall=WALL)
    assert fork.turns == 3
    with pytest.raises(NoSuchSessionError, match="turn 4 of session s is still in progress"):
        fork_session(store, "s", 4, wall=WALL)
    assert journal.close(30)
    with SessionLock(store.path, "s"):
        pass
    # Nobody will see it end any more: it was interrupted.
    assert fork_session(store, "s", 4, wall=WALL).turns == 4
    assert fork_session(store, "s", None, wall=WALL).turns == 4


def test_a_fork_is_opened_with_its_own_history_and_without_messages_that_waited(
    store: JournalStore,
) -> None:
    fork = fork_session(store, "s", 2, wall=WALL)
    journal = Journal.open(store.path)
    sessions = Sessions(journal, masker=Masker(), thresholds=Thresholds())
    resumed = sessions.open(fork.session, 0).resumed
    original = sessions.open("s", 0).resumed
    assert journal.close(30)
    restored = resumed.history.take()
    assert restored.fork == fork.session
    assert [msgspec.json.decode(item)["content"] for item in restored.items] == ["say 1", "say 2"]
    assert not resumed.conversation.waiting
    assert original.history.take().fork == ""
    assert [one.text for one in original.conversation.waiting] == ["later"]
    (notice,) = [
        change.item
        for step in resumed.steps
        for change in step.changes
        if isinstance(change.item, Notice)
    ]
    assert notice.text == "Forked from “say 1” (s), after 2 turns."
    assert notice.wall == WALL


def test_a_response_is_continued_and_the_conversation_of_a_server_is_left() -> None:
    mirror = HistoryMirror()
    marks = (
        ServerMark(items=1, response="resp_1"),
        ServerMark(items=2, response="resp_2", conversation="conv_1"),
    )
    mirror.observe(HistoryChanged(at=1, keep=0, items=(), marks=marks))
    mirror.observe(events.SessionForked(at=2, session="new", origin="old"))
    left = ServerMark(items=0)
    assert mirror.take().marks == (left, marks[0])
    mirror.observe(events.SessionForked(at=2, session="newer", origin="new"))
    assert mirror.take().marks == (left, marks[0])
    assert mirror.take().fork == "newer"
    mirror.clear()
    assert mirror.take().fork == ""


def test_copied_turns_are_counted_once_over_all_sessions(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db", lambda _: None, wall=lambda: NOON)
    journal.append("s", dated(simple_turn("one"), NOON))
    journal.append("s", dated(simple_turn("two"), NOON))
    assert journal.flush(30)
    store = journal.store
    before = sum_sessions(store, Thresholds()).sums.figures()
    fork = fork_session(store, "s", 1, wall=NOON)
    assert sum_sessions(store, Thresholds()).sums.figures() == before
    journal.append(fork.session, dated(simple_turn("three"), NOON))
    assert journal.close(30)
    after = sum_sessions(store, Thresholds()).sums.figures()
    assert (before.turns, after.turns) == (2, 3)
    assert after.attempts == before.attempts + 1


def test_a_damaged_journal_is_an_error_and_leaves_nothing_half_done(store: JournalStore) -> None:
    store.path.write_bytes(b"no database" * 100)
    with pytest.raises(JournalError):
        fork_session(store, "s", None, wall=WALL)


def test_messages_that_wait_stay_with_the_session_that_was_copied() -> None:
    queued = events.FollowUpQueued(
        at=1, key="f1", text="later", message=msgspec.Raw(b'{"text":"later"}')
    )
    state = fold(Conversation(), queued)
    assert state.waiting
    assert not fold(state, events.SessionForked(at=2, session="b", origin="a")).waiting
