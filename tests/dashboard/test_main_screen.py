"""The main screen with events and keys, without a real worker."""

import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.patience import PATIENCE
from tests.support.supervisors import RecordingSupervisor
from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui
from tui.protocol import events
from tui.protocol.commands import (
    Approve,
    CancelRun,
    CancelTool,
    Command,
    Reject,
    RetryRun,
    StartRun,
)
from tui.stream.supervisor import Supervisor

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")
SECOND = 1_000_000_000


class Desk:
    """The app without a terminal, and the commands that it sends."""

    def __init__(self, app: StreamTui, pilot: Pilot[int], sent: list[Command]) -> None:
        self.app = app
        self.pilot = pilot
        self.sent = sent

    async def feed(self, *batch: events.Event) -> None:
        self.app.dispatcher.dispatch(batch)
        self.app.dispatcher.flush()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        await self.pilot.pause()

    async def until(self, condition: str | Callable[[], bool]) -> None:
        """Let the app run until the screen shows the pattern, or the predicate holds."""
        deadline = time.monotonic() + PATIENCE
        while not (self.shows(condition) if isinstance(condition, str) else condition()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{condition!r}: not within {PATIENCE} s; {self.text}")
            await self.pilot.pause(0.01)

    def shows(self, pattern: str) -> bool:
        return re.search(pattern, self.text) is not None

    @property
    def text(self) -> str:
        screen = self.app.screen
        lines = screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines)


@asynccontextmanager
async def desk(
    size: tuple[int, int] = (140, 40),
    config: Config = Config(),  # noqa: B008 - frozen
    screen_memory: Path | None = None,
) -> AsyncIterator[Desk]:
    supervisor = RecordingSupervisor(IDLE)
    options = AppOptions(config=config, worker_command=IDLE, screen_memory=screen_memory)
    app = StreamTui(options, supervisor)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Desk(app, pilot, supervisor.sent)


def loaded(**changes: object) -> tuple[events.Event, ...]:
    return (
        events.WorkerStarted(at=0, pid=1, python="3.11", wall=0.0),
        events.AgentLoaded(at=1, agent="Ann", model="model-1", host="example.test", **changes),  # type: ignore[arg-type]
    )


def started(run: str = "r1", prompt: str = "hello") -> tuple[events.Event, ...]:
    return (
        events.RunStarted(at=2, run=run, prompt=prompt, entered_at=2, wall=1.0, agent="Ann"),
        events.ModelCallStarted(at=3, run=run, call="c1", agent="Ann", model="model-1"),
        events.AttemptStarted(at=4, run=run, call="c1"),
    )


def said(text: str, call: str = "c1", at: int = 5) -> events.Event:
    return events.TextDelta(at=at, run="r1", call=call, text=text)


def finished(outcome: str = "ok", **more: object) -> events.Event:
    return events.RunFinished(at=SECOND, run="r1", outcome=outcome, **more)  # type: ignore[arg-type]


async def test_the_heading_names_agent_model_and_host() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        assert it.shows(r"streamtui ── Ann ── model-1 @ example.test ── idle")


async def test_a_message_is_shown_before_the_worker_answers() -> None:
    async with desk() as it:
        await it.press("h", "i", "enter")
        assert isinstance(it.sent[-1], StartRun)
        assert it.shows(r"You\s*│?[^\n]*\n[^\n]*hi")
        assert it.shows("sending…|loading the agent…")


async def test_answers_of_two_agents_and_their_handoff_are_shown() -> None:
    async with desk() as it:
        await it.feed(*loaded(), *started(), said("Let me call Bob."))
        await it.feed(
            events.AttemptFinished(at=6, run="r1", call="c1"),
            events.AgentChanged(at=7, run="r1", agent="Bob", previous="Ann", reason="handoff"),
            events.ModelCallStarted(at=8, run="r1", call="c2", agent="Bob", model="model-1"),
            events.AttemptStarted(at=9, run="r1", call="c2"),
            said("Bob here.", call="c2", at=10),
            events.AttemptFinished(at=11, run="r1", call="c2"),
            finished(),
        )
        assert it.shows("Let me call Bob.")
        assert it.shows(r"Ann → Bob|Ann.*Bob")
        assert it.shows("Bob here.")


async def test_text_of_a_nested_agent_is_not_in_the_chat() -> None:
    async with desk() as it:
        await it.feed(
            *loaded(),
            *started(),
            events.ModelCallStarted(
                at=4, run="r1", call="c9", agent="Nested", model="m", parent="t1"
            ),
            said("inner words", call="c9"),
            said("outer words"),
        )
        assert it.shows("outer words")
        assert not it.shows("inner words")


async def test_a_failure_is_a_card_with_advice_below_the_partial_answer() -> None:
    problem = events.Problem(
        kind="network", message="The connection was reset.", advice="Check the network."
    )
    async with desk() as it:
        await it.feed(*loaded(), *started(), said("Half an ans"))
        await it.feed(
            events.AttemptFailed(at=6, run="r1", call="c1", problem=problem),
            finished("failed", problem=problem, can_continue=True),
        )
        for words in ("Half an ans", "The connection was reset.", "Check the network.", "Ctrl.R"):
            assert it.shows(words), words
        await it.press("ctrl+r")
        retried = it.sent[-1]
        assert isinstance(retried, RetryRun)
        assert retried.mode == "continue"


@pytest.mark.parametrize(
    ("cause", "advice"),
    [
        ("run", "Press the retry key to continue from what is finished."),
        ("run", "Press the retry key to continue it, or raise max_tokens."),
        ("load", "Start it, then reload."),
    ],
)
async def test_a_card_says_once_what_to_do(cause: str, advice: str) -> None:
    problem = events.Problem(kind="agent", message="It stopped.", advice=advice)
    async with desk() as it:
        if cause == "run":
            end = finished("failed", problem=problem, can_continue=True)
            await it.feed(*loaded(), *started(), end)
        else:
            await it.feed(events.AgentLoadFailed(at=1, problem=problem))
        card = [line for line in it.text.splitlines() if "▌" in line]
        assert len(card) == 2, card
        assert advice.replace("the retry key", "Ctrl+R") in card[1]


async def test_the_heading_names_the_agent_that_took_over() -> None:
    async with desk() as it:
        await it.feed(*loaded(agents=("Ann", "Bo")), *started())
        await it.feed(
            events.AgentChanged(at=4, run="r1", agent="Bo", previous="Ann", reason="handoff"),
            events.ModelCallStarted(at=5, run="r1", call="c2", agent="Bo", model="bo-1"),
        )
        assert "streamtui ── Bo ── bo-1 ──" in it.text
        await it.feed(finished("ok", agent="Bo"))
        assert "streamtui ── Bo ── bo-1 ── idle" in it.text


async def test_the_chat_shows_a_countdown_however_long_its_cause_is() -> None:
    problem = events.Problem(kind="server", message="The server failed: overloaded. " * 5)
    async with desk(size=(60, 20)) as it:
        await it.feed(*loaded(), *started())
        await it.feed(
            events.AttemptFailed(at=5, run="r1", call="c1", problem=problem),
            events.RetryScheduled(
                at=6, run="r1", call="c1", attempt=2, most=4, delay=2.0, until=6 + 2 * SECOND
            ),
        )
        assert it.shows(r"│ +retrying in [\d.]+ s \(attempt 2 of 4\) · The server failed")


async def test_texts_on_the_screen_name_the_keys_of_the_settings() -> None:
    keys = {"retry": "f8,f6"}
    async with desk(config=Config(keys=keys)) as it:
        await it.feed(*loaded(), *started(), finished("cancelled", can_continue=True))
        assert it.shows(r"F8 retry")
        assert it.shows(r"cancelled · F8 resumes")
        await it.feed(events.WorkerExited(at=20, code=3))
        assert it.shows(r"▌ F8 resumes")
        assert not it.shows(r"Ctrl\+R|\^R")
        await it.press("f1")
        assert it.shows(r"F8 +F6")
        assert not it.shows(r"\^R")


async def test_escape_cancels_the_run_and_shows_it() -> None:
    async with desk() as it:
        await it.feed(*loaded(), *started(), said("word"))
        await it.press("escape")
        assert it.sent[-1] == CancelRun(run="r1")
        assert it.shows("cancelling")
        await it.feed(
            events.AttemptCancelled(at=7, run="r1", call="c1"),
            finished("cancelled", can_continue=True),
        )
        assert it.shows("cancelled")


async def test_an_approval_names_the_server_of_the_tool() -> None:
    source = events.ToolSource(server="maths", title="Add two numbers")
    about = {"run": "r1", "tool_call": "t1", "name": "add", "arguments": '{"a": 1}'}
    async with desk() as it:
        await it.feed(*loaded(), *started())
        await it.feed(
            events.ToolCalled(at=5, call="c1", agent="Ann", source=source, **about),  # type: ignore[arg-type]
            events.ApprovalRequested(at=6, agent="Ann", **about),  # type: ignore[arg-type]
        )
        assert it.shows(r"May Ann run maths › add\?\s+\{\"a\": 1\}")


async def test_an_approval_can_be_answered_only_after_it_could_be_read() -> None:
    request = events.ApprovalRequested(
        at=6, run="r1", tool_call="t1", name="delete_file", arguments='{"path": "a"}', agent="Ann"
    )
    async with desk() as it:
        clock = [100.0]
        it.app.main.approval._clock = lambda: clock[0]
        it.app.main.approval._hold = 0.0
        await it.feed(*loaded(), *started(), request)
        assert it.shows("May Ann run delete_file")
        await it.press("y", "e", "s")
        assert not any(isinstance(command, Approve) for command in it.sent)
        assert it.app.main.prompt.text == "yes"
        assert it.app.main.prompt.has_focus
        assert it.shows("Tab leaves the prompt, then y once")
        clock[0] += 4.0
        await it.press("n", "y")
        assert it.app.main.prompt.text == "yesny"
        assert not any(isinstance(command, Approve | Reject) for command in it.sent)
        clock[0] += 0.4
        await it.press("tab")
        assert not it.shows("leaves the prompt")
        await it.press("y")
        assert it.sent[-1:] == [Approve(tool_call="t1")]
        assert it.app.main.prompt.text == "yesny"
        assert not it.shows("May Ann run")
        it.app.main.prompt.clear()
        await it.pilot.pause()
        await it.feed(request)
        clock[0] += 0.4
        await it.press("n")
        assert it.sent[-1:] == [Reject(tool_call="t1")]


async def test_a_worker_that_died_is_explained_and_its_tool_may_have_completed() -> None:
    async with desk() as it:
        await it.feed(
            *loaded(),
            *started(),
            said("Before. "),
            events.ToolCalled(at=6, run="r1", tool_call="t1", name="exits", arguments="{}"),
            events.ToolStarted(at=7, run="r1", tool_call="t1"),
            events.WorkerExited(at=8, code=7, stderr="last words"),
        )
        for words in ("Before.", "exit code 7", "last words", "exits.*may have completed"):
            assert it.shows(words), words
        # In the chat and in the tool log.
        assert it.text.count("may have completed") == 2


async def test_a_process_that_dies_repeatedly_has_one_card() -> None:
    died = events.WorkerExited(at=8, code=255, stderr="cannot reach the box")
    async with desk() as it:
        await it.feed(died)
        await it.feed(died)
        assert it.text.count("exit code 255") == 1
        await it.feed(events.WorkerExited(at=9, code=1, stderr="another cause"))
        for words in ("exit code 255", "exit code 1", "another cause"):
            assert it.shows(words), words


async def test_an_agent_that_cannot_be_loaded_shows_its_traceback() -> None:
    problem = events.Problem(kind="agent", message="It broke.", detail='File "mine.py", line 4')
    async with desk() as it:
        await it.feed(events.AgentLoadFailed(at=2, problem=problem))
        assert it.shows('File "mine.py", line 4')
        assert it.shows("hides the detail")


async def test_an_unresponsive_process_is_shown_with_what_to_do() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        now = it.app.source.now()
        await it.feed(events.WorkerSilent(at=now, since=now - 5 * SECOND))
        assert it.shows(r"agent silent 5 s · /reload")
        await it.feed(events.WorkerHeard(at=now))
        assert it.shows("── idle")


async def test_names_and_texts_from_outside_are_shown_literally() -> None:
    hostile = "[@click=app.quit]x[/] [/foo] \x1b[2J"
    async with desk(size=(200, 40)) as it:
        await it.feed(
            *loaded(),
            events.AgentLoaded(at=1, agent=hostile, model=hostile, host=hostile),
            *started(prompt=hostile),
            said(hostile),
            events.ToolCalled(at=6, run="r1", tool_call="t1", name=hostile, arguments=hostile),
            events.ToolFinished(at=7, run="r1", tool_call="t1", outcome="ok", output=hostile),
            events.OutputPrinted(at=8, text=hostile),
            events.ApprovalRequested(
                at=9, run="r1", tool_call="t2", name=hostile, arguments=hostile, agent=hostile
            ),
        )
        assert it.shows(re.escape("[@click=app.quit]"))
        assert "\x1b" not in it.text


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (60, 20)])
async def test_every_pane_can_be_focused_and_maximised(size: tuple[int, int]) -> None:
    async with desk(size=size) as it:
        await it.feed(*loaded())
        width = it.app.size.width
        for key, name in (("f3", "tools"), ("f4", "performance"), ("f2", "chat")):
            await it.press(key)
            pane = it.app.main.query_one(f"#{name}")
            assert pane.region.width > 0, name
            assert pane.has_focus_within, name
            await it.press(key)
            assert pane.region.width >= width - 2, name
            await it.press(key)
        await it.press("escape")
        assert it.app.main.prompt.has_focus


async def test_a_message_that_is_cancelled_before_it_is_kept_is_in_the_prompt_again() -> None:
    async with desk() as it:
        await it.press("h", "i", "enter")
        await it.feed(
            events.RunStarted(at=2, run="r1", prompt="hi", entered_at=2, wall=1.0),
            finished("cancelled", kept=False),
        )
        assert it.app.main.prompt.text == "hi"


async def test_a_bug_in_the_stream_ends_the_program_with_a_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dies(*_: object) -> None:
        raise ZeroDivisionError

    reported: list[BaseException] = []
    monkeypatch.setattr(
        "tui.dashboard.diagnostics.crash.report_crash", lambda error, *_: reported.append(error)
    )
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the app raises when it ends
        async with desk() as it:
            monkeypatch.setattr("tui.stream.dispatcher.fold", dies)
            assert isinstance(it.app.source, Supervisor)
            it.app.source._queue.put_nowait([said("word")])
            async with asyncio.timeout(5):
                while it.app._exception is None:
                    await it.pilot.pause()
    assert isinstance(reported[0], ZeroDivisionError)


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_the_help_can_be_closed(key: str) -> None:
    async with desk() as it:
        await it.press("f1")
        assert it.shows("Esc closes")
        await it.press(key)
        assert not it.shows("Esc closes")


async def test_an_approval_that_comes_while_a_draft_is_typed_leaves_the_draft_alone() -> None:
    async with desk() as it:
        clock = [0.0]
        it.app.main.approval._clock = lambda: clock[0]
        it.app.main.approval._hold = 0.0
        await it.feed(*loaded(), *started())
        await it.press("x")
        await it.feed(asked())
        clock[0] = 4.0
        await it.press("y", "n")
        assert it.app.main.prompt.text == "xyn"
        assert it.app.main.approval.asking
        assert it.shows("Tab leaves the prompt, then y once")
        clock[0] = 8.0
        await it.press("tab", "n")
        assert it.sent[-1:] == [Reject(tool_call="t1")]


@pytest.mark.parametrize("after", [(), ("?",)])
async def test_a_tool_that_was_left_running_is_named_until_the_next_run(
    after: tuple[str, ...],
) -> None:
    async with desk() as it:
        await it.feed(*loaded(), *started())
        await it.feed(events.ToolStarted(at=6, run="r1", tool_call="t1", name="digs"))
        await it.press("escape")
        await it.feed(
            events.ToolFinished(at=7, run="r1", tool_call="t1", name="digs", outcome="unknown"),
            events.RunFinished(at=8, run="r1", outcome="cancelled", can_continue=True),
        )
        assert it.shows("digs is still running in the background · Esc again restarts")
        for line in after:
            it.app.main.chat.notice(f"later {line}")
        await it.press("ctrl+r")
        assert not it.shows("still running")
        assert it.shows("cancelled")
        assert it.text.count("later") == len(after)


async def test_the_long_words_of_a_failure_that_cut_an_answer_and_ended_the_run_stand_once() -> (
    None
):
    problem = events.Problem(kind="server", message=f"no cheese {'and no wine ' * 14}")
    async with desk() as it:
        await it.feed(*loaded(), *started(), said("Half an"))
        await it.feed(events.AttemptFailed(at=6, run="r1", call="c1", problem=problem))
        assert it.text.count("no cheese") == 1
        await it.feed(finished("failed", problem=problem))
        assert it.shows("interrupted: attempt 1 failed")
        assert it.text.count("no cheese") == 1


async def test_the_quit_key_works_while_the_help_is_open() -> None:
    async with desk() as it:
        await it.press("f1", "ctrl+q")
        assert it.app._exit


def asked(tool_call: str = "t1") -> events.Event:
    return events.ApprovalRequested(at=6, run="r1", tool_call=tool_call, name="dig", arguments="{}")


async def test_an_approval_can_be_answered_from_any_pane_but_not_from_a_prompt_with_text() -> None:
    async with desk() as it:
        clock = [0.0]
        it.app.main.approval._clock = lambda: clock[0]
        it.app.main.approval._hold = 0.0
        await it.feed(*loaded(), *started(), asked("t1"), asked("t2"))
        clock[0] = 1.0
        await it.press("f3", "y")
        assert it.sent[-1:] == [Approve(tool_call="t1")]
        it.app.main.prompt.focus()
        it.app.main.prompt.put("ma")
        await it.press("y")
        assert it.app.main.prompt.text == "may"
        clock[0] = 2.0
        await it.press("f2", "n")
        assert it.sent[-1:] == [Reject(tool_call="t2")]


@pytest.mark.parametrize("turns", range(6))
async def test_a_question_that_is_settled_at_once_leaves_the_focus_in_the_prompt(
    turns: int,
) -> None:
    async with desk() as it:
        await it.feed(*loaded(), *started())
        it.app.dispatcher.dispatch([asked()])
        it.app.dispatcher.flush()
        for _ in range(turns):
            await asyncio.sleep(0)
        await it.feed(events.ToolStarted(at=8, run="r1", tool_call="t1", name="dig"))
        assert not it.app.main.approval.asking
        assert it.app.main.prompt.has_focus


async def test_x_cancels_the_only_running_tool_or_the_one_under_the_cursor() -> None:
    async with desk() as it:
        await it.feed(*loaded(), *started())
        await it.press("f3", "x")
        assert not any(isinstance(command, CancelTool) for command in it.sent)
        await it.feed(events.ToolStarted(at=6, run="r1", tool_call="t1", name="dig"))
        await it.press("x")
        assert it.sent[-1] == CancelTool(tool_call="t1")
        await it.feed(
            events.ToolStarted(at=7, run="r1", tool_call="t2", name="dive"),
            events.ToolFinished(at=8, run="r1", tool_call="t1", outcome="cancelled"),
            events.ToolStarted(at=9, run="r1", tool_call="t3", name="fly"),
        )
        await it.press("up", "x")
        assert it.sent[-1] == CancelTool(tool_call="t2")


async def test_escape_answers_a_question_and_does_not_cancel_the_run() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press("h", "i", "enter")
        await it.press("ctrl+q")
        assert it.shows("Quit anyway")
        await it.press("escape")
        assert not it.shows("Quit anyway")
        assert not any(isinstance(command, CancelRun) for command in it.sent)


async def test_an_api_key_that_is_typed_or_streamed_in_pieces_is_never_shown() -> None:
    key = "sk-proj-0123456789abcdefghij"
    async with desk() as it:
        await it.feed(*loaded())
        it.app.main.prompt.put(f"my key is {key}")
        await it.press("enter")
        assert it.shows("my key is sk-•••")
        await it.feed(*started("r1", f"my key is {key}"))
        for place in range(0, len(key), 3):
            await it.feed(said(key[place : place + 3]))
            assert not it.shows("0123")
        await it.feed(finished())
        assert it.text.count("sk-•••") >= 2
        assert not it.shows("0123")
        assert it.app.main.dispatcher.figures().turn is not None


@pytest.mark.parametrize("size", [(19, 40), (140, 4), (12, 3)])
async def test_a_terminal_that_is_too_small_shows_only_that(size: tuple[int, int]) -> None:
    async with desk(size) as it:
        await it.feed(*loaded())
        assert it.shows("too small")
        assert not it.shows("chat|idle|Ask")
        await it.press("h", "i")
        await it.pilot.resize_terminal(60, 20)
        await it.pilot.pause()
        assert not it.shows("too small")
        assert it.shows("hi")
        assert it.shows("idle")


async def test_what_answered_a_key_is_gone_when_a_run_begins() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press("ctrl+r")
        assert it.shows("There is nothing to retry yet.")
        await it.feed(*started())
        assert not it.shows("There is nothing to retry yet.")
