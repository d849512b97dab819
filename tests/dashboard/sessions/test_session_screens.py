"""Sessions on the screen, without a real worker."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.dashboard.test_main_screen import IDLE, Desk
from tests.support.supervisors import RecordingSupervisor
from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui
from tui.dashboard.screens.main_screen import MainScreen
from tui.dashboard.tools import tool_log
from tui.journal import Journal, JournalState, SessionLock
from tui.protocol import events
from tui.protocol.commands import CancelRun, ClearHistory, Hello, RestoreHistory
from tui.protocol.events import Event

MILLISECOND = 1_000_000


def turn(run: str, prompt: str, answer: str, *more: Event, at: int) -> list[Event]:
    call = f"c-{run}"
    return [
        events.RunStarted(
            at=at, run=run, prompt=prompt, entered_at=at, wall=time.time(), agent="Ann"
        ),
        events.ModelCallStarted(at=at, run=run, call=call, agent="Ann", model="m"),
        events.AttemptStarted(at=at, run=run, call=call),
        events.TextDelta(at=at + 1, run=run, call=call, text=answer),
        *more,
        events.AttemptFinished(at=at + 2, run=run, call=call),
    ]


def finished(run: str, at: int) -> Event:
    return events.RunFinished(at=at, run=run, outcome="ok")


@asynccontextmanager
async def desk(path: Path | None, session: str | None = None) -> AsyncIterator[Desk]:
    supervisor = RecordingSupervisor(IDLE)
    options = AppOptions(config=Config(), worker_command=IDLE, journal=path, session=session)
    app = StreamTui(options, supervisor)
    async with app.run_test(size=(140, 40)) as pilot:
        await app.workers.wait_for_complete(
            [worker for worker in app.workers if worker.group == "sessions"]
        )
        await pilot.pause()
        yield Desk(app, pilot, supervisor.sent)


async def until(it: Desk, met: Callable[[], bool]) -> None:
    """Let the app run until a condition is met."""
    deadline = time.monotonic() + 60
    while not met():
        assert time.monotonic() < deadline, it.text
        await it.pilot.pause(0.02)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def store(path: Path, session: str, batch: list[Event]) -> None:
    journal = Journal.open(path)
    journal.append(session, batch)
    assert journal.close(30)


async def test_a_resumed_session_asks_no_approval_and_sends_only_its_history(path: Path) -> None:
    at = time.monotonic_ns()
    asked = events.ApprovalRequested(at=at, run="r1", tool_call="t1", name="delete", arguments="{}")
    store(path, "s", turn("r1", "delete it", "I would.", asked, at=at))
    async with desk(path, "s") as it:
        await until(it, lambda: it.shows("I would."))
        assert it.shows("the dashboard ended here")
        assert not it.app.main.approval.asking
        assert {type(command) for command in it.sent} <= {Hello, ClearHistory, RestoreHistory}
        assert it.app.main.conversation.running == ""
        assert it.app.main.prompt.earlier == ["delete it"]


async def test_an_unsent_message_of_a_resumed_session_is_in_the_prompt(path: Path) -> None:
    at = time.monotonic_ns()
    store(path, "s", turn("r1", "an unsent question", "", at=at)[:1])
    async with desk(path, "s") as it:
        await until(it, lambda: it.app.main.prompt.text == "an unsent question")


async def test_a_resumed_session_shows_that_its_worker_died(path: Path) -> None:
    at = time.monotonic_ns()
    died = events.WorkerExited(at=at + 5, code=7, stderr="out of luck")
    store(path, "s", [*turn("r1", "hi", "half an ans", at=at), died])
    async with desk(path, "s") as it:
        await until(it, lambda: it.shows("The agent's process ended: exit code 7."))
        assert it.shows("half an ans")
        assert it.app.main.conversation.can_retry


async def test_a_resumed_session_shows_the_last_tools_without_another_frame(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    monkeypatch.setattr(tool_log, "FRAME", 3600.0)
    at = time.monotonic_ns()
    tools = [
        event
        for number in range(60)
        for event in (
            events.ToolCalled(
                at=at, run="r1", tool_call=f"t{number}", name=f"tool{number}", arguments="{}"
            ),
            events.ToolFinished(at=at, run="r1", tool_call=f"t{number}", outcome="ok"),
        )
    ]
    store(path, "s", [*turn("r1", "use them", "used", *tools, at=at), finished("r1", at + 9)])
    async with desk(path, "s") as it:
        await until(it, lambda: it.app.main.prompt.earlier == ["use them"])
        log = it.app.main.tools
        assert "tool59" in log.render_line(log.scrollable_content_region.height - 1).text


async def test_a_resumed_session_shows_answers_of_an_output_type_as_json(path: Path) -> None:
    at = time.monotonic_ns()
    loaded = events.AgentLoaded(at=at, agent="Ann", model="m", output_json=True)
    store(path, "s", [loaded, *turn("r1", "hi", '{"sides":20}', at=at), finished("r1", at + 9)])
    async with desk(path, "s") as it:
        await until(it, lambda: it.shows(r'"sides": 20'))


async def test_a_session_that_is_open_in_another_dashboard_is_not_opened(path: Path) -> None:
    at = time.monotonic_ns()
    store(path, "s", [*turn("r1", "hi", "theirs", at=at), finished("r1", at + 9)])
    with SessionLock(path, "s"):
        async with desk(path, "s") as it:
            await until(it, lambda: it.shows("not opened: session s is in use by pid"))
            assert not it.shows("theirs")


async def test_a_new_session_clears_figures_tool_log_and_chat(path: Path) -> None:
    at = time.monotonic_ns()
    async with desk(path) as it:
        called = events.ToolCalled(at=at, run="r1", tool_call="t1", name="dice", arguments="{}")
        await it.feed(*turn("r1", "hi", "hello there", called, at=at), finished("r1", at + 9))
        await until(it, lambda: it.shows("hello there"))
        before = it.app.main.sessions.sessions
        assert before is not None
        session = before.current
        await it.press("ctrl+n")
        await until(it, lambda: not it.shows("hello there"))
        assert not it.shows("dice")
        assert it.app.dispatcher.figures().session.turns == 0
        assert before.current != session
        assert isinstance(it.sent[-1], ClearHistory)


async def test_a_new_session_starts_when_the_cancelled_run_has_ended(path: Path) -> None:
    at = time.monotonic_ns()
    async with desk(path) as it:
        await it.feed(*turn("r1", "hi", "once upon", at=at))
        await it.press("ctrl+n", "y")
        assert isinstance(it.sent[-1], CancelRun)
        await until(it, lambda: it.shows("once upon"))
        await it.feed(events.RunFinished(at=at + 9, run="r1", outcome="cancelled"))
        await until(it, lambda: not it.shows("once upon"))
        assert isinstance(it.sent[-1], ClearHistory)


async def test_without_a_journal_there_are_no_sessions_to_open() -> None:
    async with desk(None) as it:
        await it.press("ctrl+o")
        await until(it, lambda: it.shows("the journal is off"))


async def test_the_heading_shows_that_nothing_is_saved(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    messages: list[str] = []
    monkeypatch.setattr(MainScreen, "tell", lambda _, text: messages.append(text))
    async with desk(path) as it:
        full = JournalState(saved=False, trouble="full", message="Not saved: the disk is full")
        it.app.main.sessions.journal_changed(full)
        await until(it, lambda: it.shows("! not saved"))
        it.app.main.sessions.journal_changed(JournalState(saved=True, lost=3))
        await until(it, lambda: not it.shows("! not saved"))
        assert messages == [
            "Not saved: the disk is full",
            "The journal is being saved again; 3 events are not in it.",
        ]


async def test_a_damaged_journal_is_replaced_by_a_new_file_only_after_a_yes(path: Path) -> None:
    async with desk(path) as it:
        sessions = it.app.main.sessions.sessions
        assert sessions is not None
        trouble = JournalState(saved=False, trouble="corrupt", message="the journal is damaged")
        it.app.main.sessions.journal_changed(trouble)
        await it.pilot.pause()
        await it.press("n")
        assert sessions.journal.path == path
        it.app.main.sessions.journal_changed(trouble)
        await it.pilot.pause()
        await it.press("y")
        assert sessions.journal.path == path.with_name("journal-2.db")
