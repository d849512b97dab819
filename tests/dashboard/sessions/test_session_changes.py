"""Sessions that are asked for while another one is being opened, or while a run is in progress."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import msgspec
import pytest

from tests.dashboard.sessions.test_session_screens import desk, finished, store, turn, until
from tests.dashboard.test_main_screen import Desk, loaded
from tests.support.patience import PATIENCE
from tui.journal.sessions import Opened, Sessions
from tui.journal.store import JournalStore
from tui.protocol import events
from tui.protocol.commands import CancelRun, ClearHistory, RestoreHistory, StartRun
from tui.protocol.events import Event
from tui.stream.dispatcher import EventSink, Past


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with two sessions: alpha waits with a message that was not sent, beta does not."""
    path = tmp_path / "journal.db"
    at = time.monotonic_ns()
    item = msgspec.Raw(b'{"role":"user","content":"in alpha"}')
    kept = events.HistoryChanged(at=at, run="r1", keep=0, items=(item,), agent="Ann")
    message = msgspec.Raw(msgspec.json.encode(events.FollowUpMessage(text="for alpha")))
    waits = events.FollowUpQueued(at=at, key="k", text="for alpha", message=message)
    cancelled = events.RunFinished(at=at + 9, run="r1", outcome="cancelled", kept=True)
    alpha = turn("r1", "question of alpha", "answer of alpha", kept, waits, at=at)
    store(path, "alpha", [*alpha, cancelled])
    store(path, "beta", [*turn("r1", "of beta", "answer of beta", at=at), finished("r1", at + 9)])
    return path


def sessions_of(it: Desk) -> Sessions:
    sessions = it.app.main.sessions.sessions
    assert sessions is not None
    return sessions


@contextmanager
def slow_to_read(it: Desk) -> Iterator[threading.Event]:
    """Sessions are read only when the event is set."""
    sessions, go = sessions_of(it), threading.Event()
    really = sessions.open

    def opened(session: str, at: int) -> Opened:
        assert go.wait(PATIENCE)
        return really(session, at)

    with patch.object(sessions, "open", opened):
        try:
            yield go
        finally:
            go.set()


async def settled(it: Desk) -> None:
    await until(it, lambda: not it.app.main.sessions.changes.in_progress)
    await it.pilot.pause()


async def assert_agree(it: Desk, path: Path, session: str, shown: str) -> None:
    """The screen, the journal and the current session are the same one."""
    assert sessions_of(it).current == session
    await until(it, lambda: it.shows(shown))
    assert not it.app.main.runs.control.held
    at = time.monotonic_ns()
    runs = it.app.main.conversation.runs
    run = f"r{runs + 1}"
    await it.feed(*turn(run, "what follows", "more", at=at), finished(run, at + 9))
    assert sessions_of(it).journal.flush(PATIENCE)
    assert "what follows" in prompts(path, session)
    others = [info.id for info in JournalStore(path).sessions() if info.id != session]
    assert not any("what follows" in prompts(path, other) for other in others)


def prompts(path: Path, session: str) -> list[str]:
    stored: list[Event] = [one for batch in JournalStore(path).load(session) for one in batch]
    return [event.prompt for event in stored if isinstance(event, events.RunStarted)]


def histories(it: Desk) -> list[type]:
    return [type(one) for one in it.sent if isinstance(one, ClearHistory | RestoreHistory)]


async def test_a_new_session_that_is_asked_for_while_one_is_read_follows_it(path: Path) -> None:
    async with desk(path) as it:
        await it.feed(*loaded())
        with slow_to_read(it) as go:
            it.app.main.sessions.session("alpha")
            await it.pilot.pause()
            await it.press("ctrl+n")
            go.set()
            await settled(it)
        current = sessions_of(it).current
        assert current not in {"alpha", "beta"}
        assert not it.shows("answer of alpha")
        assert histories(it)[-1] is ClearHistory
        await assert_agree(it, path, current, "Ann")


@pytest.mark.parametrize("then", ["new", "beta"])
async def test_what_is_asked_for_while_a_session_is_shown_waits_for_it(
    path: Path, then: str
) -> None:
    async with desk(path) as it:
        await it.feed(*loaded())
        it.app.main.chat.transcript.set_pace("smooth")
        dispatcher, controller = it.app.dispatcher, it.app.main.sessions
        replay = dispatcher.replay

        async def replayed(past: Past, journal: EventSink | None) -> None:
            with patch.object(dispatcher, "replay", replay):
                controller.new() if then == "new" else controller.session(then)
                await it.pilot.pause()
                await replay(past, journal)

        with patch.object(dispatcher, "replay", replayed):
            controller.session("alpha")
            await until(it, lambda: sessions_of(it).current == "alpha")
            await settled(it)
        current = sessions_of(it).current
        assert current == "beta" if then == "beta" else current not in {"alpha", "beta"}
        assert not it.shows("answer of alpha")
        assert it.app.main.chat.transcript.pace == "smooth"
        await assert_agree(it, path, current, "Ann")


async def test_of_sessions_that_wait_only_the_last_is_read(path: Path) -> None:
    async with desk(path) as it:
        await it.feed(*loaded())
        read: list[str] = []
        sessions = sessions_of(it)
        with slow_to_read(it) as go:
            slow = sessions.open

            def noted(session: str, at: int) -> Opened:
                read.append(session)
                return slow(session, at)

            with patch.object(sessions, "open", noted):
                it.app.main.sessions.session("alpha")
                await until(it, lambda: bool(read))
                it.app.main.sessions.session("nowhere")
                it.app.main.sessions.session("beta")
                go.set()
                await settled(it)

        assert read == ["alpha", "beta"]
        await assert_agree(it, path, "beta", "answer of beta")


async def test_a_fork_is_of_the_session_that_was_being_opened(path: Path) -> None:
    async with desk(path) as it:
        await it.feed(*loaded())
        with slow_to_read(it) as go:
            await it.press("f4")
            it.app.main.sessions.session("alpha")
            it.app.main.sessions.fork()
            go.set()
            await settled(it)
        assert it.app.main.prompt.has_focus
        fork = sessions_of(it).current
        assert fork not in {"alpha", "beta"}
        assert prompts(path, fork) == ["question of alpha"]
        await assert_agree(it, path, fork, "answer of alpha")


async def test_a_new_session_that_is_asked_for_after_a_fork_is_the_one_that_stays(
    path: Path,
) -> None:
    async with desk(path, "beta") as it:
        await it.feed(*loaded())
        with slow_to_read(it) as go:
            it.app.main.sessions.fork()
            await it.press("ctrl+n")
            go.set()
            await settled(it)
        current = sessions_of(it).current
        assert not prompts(path, current)
        # The copy was asked for: it is there, but another one is open.
        assert len(JournalStore(path).sessions()) == 3
        await assert_agree(it, path, current, "Ann")


async def test_an_export_while_a_session_is_opened_is_of_that_session(
    path: Path, tmp_path: Path
) -> None:
    async with desk(path, "beta") as it:
        await it.feed(*loaded())
        with slow_to_read(it) as go:
            it.app.main.sessions.session("alpha")
            await it.pilot.pause()
            it.app.main.sessions.export(f"md {tmp_path / 'out.md'}")
            it.app.main.sessions.rename("First")
            go.set()
            await until(it, lambda: it.shows("exported to"))
            await until(it, lambda: JournalStore(path).find("alpha").title == "First")
        assert "answer of alpha" in (tmp_path / "out.md").read_text()


async def test_a_message_entered_while_a_session_is_opened_is_sent_to_it_first(
    path: Path,
) -> None:
    async with desk(path) as it:
        await it.feed(*loaded())
        with slow_to_read(it) as go:
            it.app.main.sessions.session("alpha")
            await it.pilot.pause()
            await it.press(*"new", "enter")
            assert not any(isinstance(one, StartRun) for one in it.sent)
            go.set()
            await settled(it)
        assert [one.prompt for one in it.sent if isinstance(one, StartRun)] == ["new"]
        assert [one.text for one in it.app.main.conversation.waiting] == ["for alpha"]


async def test_a_message_for_a_session_that_is_left_at_once_waits_in_it(path: Path) -> None:
    async with desk(path) as it:
        await it.feed(*loaded())
        with slow_to_read(it) as go:
            it.app.main.sessions.session("alpha")
            await it.pilot.pause()
            await it.press(*"new", "enter")
            it.app.main.sessions.session("beta")
            await it.press(*"next", "enter")
            go.set()
            await settled(it)
        assert [one.prompt for one in it.sent if isinstance(one, StartRun)] == ["next"]
        await it.feed(
            events.RunStarted(at=1, run="r2", prompt="next", entered_at=1, wall=1.0),
            events.RunFinished(at=2, run="r2", outcome="ok"),
        )
        it.app.main.sessions.session("alpha")
        await until(it, lambda: it.shows("answer of alpha"))
        await settled(it)
        waiting = it.app.main.conversation.waiting
        assert [(one.text, one.held) for one in waiting] == [("new", True), ("for alpha", True)]


@pytest.mark.parametrize("key", ["enter", "ctrl+s"])
async def test_an_edit_entered_while_another_session_is_opened_is_a_draft_there(
    path: Path, key: str
) -> None:
    async with desk(path, "alpha") as it:
        await it.feed(*loaded())
        await until(it, lambda: it.shows("answer of alpha"))
        with slow_to_read(it) as go:
            await it.press("up", *" and more")
            it.app.main.sessions.session("beta")
            await it.pilot.pause()
            await it.press(key)
            go.set()
            await settled(it)
        assert it.shows("Not sent: the message that it edits waits in another session.")
        assert it.app.main.prompt.whole == "for alpha and more"
        assert not any(isinstance(one, StartRun) for one in it.sent)
        it.app.main.sessions.session("alpha")
        await settled(it)
        assert [one.text for one in it.app.main.conversation.waiting] == ["for alpha"]


async def test_a_session_that_is_left_and_opened_again_stays_locked_and_complete(
    path: Path,
) -> None:
    async with desk(path, "beta") as it:
        at = time.monotonic_ns()
        await it.feed(*turn("r2", "one more", "said last", at=at), finished("r2", at + 9))
        it.app.main.sessions.session("alpha")
        it.app.main.sessions.session("alpha")
        await until(it, lambda: it.shows("answer of alpha"))
        it.app.main.sessions.session("beta")
        await until(it, lambda: it.shows("said last"))
        await settled(it)
        assert sessions_of(it).journal.flush(PATIENCE)
        assert JournalStore(path).is_held("beta")
        assert not JournalStore(path).is_held("alpha")


async def test_a_queued_message_is_not_sent_before_the_new_session_begins(path: Path) -> None:
    async with desk(path) as it:
        at = time.monotonic_ns()
        await it.feed(*loaded(), *turn("r1", "hi", "once upon", at=at))
        await it.press("escape")
        await it.press(*"after", "enter")
        await it.press("ctrl+n", "y")
        await it.feed(events.RunFinished(at=at + 9, run="r1", outcome="cancelled", kept=True))
        await until(it, lambda: not it.shows("once upon"))
        assert not any(isinstance(one, StartRun) for one in it.sent)
        assert isinstance(it.sent[-1], ClearHistory)
        assert not it.app.main.conversation.waiting


async def test_a_yes_cancels_the_run_although_a_queued_message_is_edited(path: Path) -> None:
    async with desk(path) as it:
        at = time.monotonic_ns()
        await it.feed(*loaded(), *turn("r1", "hi", "once upon", at=at))
        await it.press(*"two", "enter", "up")
        assert it.shows("editing: two")
        await it.press("ctrl+n", "y")
        assert isinstance(it.sent[-1], CancelRun)
        await it.feed(events.RunFinished(at=at + 9, run="r1", outcome="cancelled", kept=True))
        await until(it, lambda: not it.shows("once upon"))
        assert isinstance(it.sent[-1], ClearHistory)


async def test_a_session_is_left_only_after_a_retry_is_undone(path: Path) -> None:
    async with desk(path) as it:
        at = time.monotonic_ns()
        first = events.RunFinished(at=at + 3, run="r1", outcome="ok", kept=True)
        await it.feed(*loaded(), *turn("r1", "hi", "first answer", at=at), first)
        await it.press("ctrl+r")
        retried = events.RunStarted(
            at=at + 4, run="r2", prompt="hi", entered_at=at + 4, wall=1.0, mode="rewind"
        )
        ended = events.RunFinished(at=at + 5, run="r2", outcome="ok", kept=True)
        await it.feed(retried, ended)
        it.app.main.runs.undo_retry()
        assert it.app.main.conversation.undoing
        before = sessions_of(it).current
        await it.press("ctrl+n")
        assert sessions_of(it).current == before
        await it.feed(events.RetryUndone(at=at + 6, run="r2", restored="r1"))
        await until(it, lambda: sessions_of(it).current != before)
        await it.pilot.pause()
        assert not it.shows("first answer")
