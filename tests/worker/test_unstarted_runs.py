"""Runs that end before they start: each has an end, and changes nothing."""

import msgspec

from tests.support.provider import Answer, Gate
from tests.worker.conftest import StartProvider, StartWorker, ToolGate
from tests.worker.driver import WorkerProcess
from tests.worker.sample_agents import GATE
from tui.protocol.commands import CancelRun, Command, Hello, RestoreHistory, RetryRun, StartRun
from tui.protocol.events import ClockRead, HistoryChanged, RunStarted

EARLIER = (
    {"role": "user", "content": "one"},
    {"type": "message", "role": "assistant", "content": "an answer"},
)


def send_at_once(worker: WorkerProcess, gate: ToolGate, *commands: Command) -> None:
    """Have the worker handle these one after the other: they all wait until it has loaded."""
    for command in commands:
        worker.send(command)
    worker.send(Hello(sent=1))
    worker.until(ClockRead)
    gate.open()


def test_a_run_that_is_cancelled_before_its_first_step_gives_its_message_back(
    provide: StartProvider, work: StartWorker, gate: ToolGate
) -> None:
    provider = provide(Answer("an answer"), repeat=True)
    worker = work("late_agent", provider, ready=False, env={GATE: str(gate.path)})
    start = StartRun(run="early", prompt="too soon", entered_at=1)
    send_at_once(worker, gate, start, CancelRun(run="early"))
    finished = worker.finished("early")
    assert (finished.outcome, finished.kept) == ("cancelled", False)
    (started,) = worker.all(RunStarted, run="early")
    assert started.prompt == "too soon"
    assert worker.all(HistoryChanged) == []
    assert worker.say("next").output == "an answer"
    assert len(provider.requests) == 1
    assert len(provider.requests[0].items) == 1
    assert provider.problems == []


def test_a_run_that_waits_for_another_can_be_cancelled(
    provide: StartProvider, work: StartWorker
) -> None:
    gate = Gate()
    provider = provide(Answer("done", gates={0: gate}))
    worker = work("plain", provider)
    first = worker.start("one")
    worker.send(StartRun(run="behind", prompt="two", entered_at=1))
    worker.send(CancelRun(run="behind"))
    finished = worker.finished("behind")
    assert (finished.outcome, finished.kept) == ("cancelled", False)
    (started,) = worker.all(RunStarted, run="behind")
    assert started.prompt == "two"
    gate.open()
    assert worker.finished(first).outcome == "ok"
    assert len(provider.requests) == 1


def test_an_empty_conversation_cannot_be_continued(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide()
    worker = work("plain", provider)
    worker.send(RetryRun(run="again", entered_at=1, mode="continue"))
    finished = worker.finished("again")
    assert (finished.outcome, finished.kept) == ("failed", False)
    assert finished.problem is not None
    assert "nothing to continue from" in finished.problem.message
    assert provider.requests == []
    assert worker.all(HistoryChanged) == []


def test_a_rewind_that_is_cancelled_before_its_first_step_leaves_the_turn_as_it_was(
    provide: StartProvider, work: StartWorker, gate: ToolGate
) -> None:
    provider = provide(Answer("another"))
    worker = work("late_agent", provider, ready=False, env={GATE: str(gate.path)})
    items = tuple(msgspec.Raw(msgspec.json.encode(item)) for item in EARLIER)
    rewind = RetryRun(run="early", entered_at=1, mode="rewind")
    send_at_once(worker, gate, RestoreHistory(items=items), rewind, CancelRun(run="early"))
    finished = worker.finished("early")
    assert (finished.outcome, finished.kept) == ("cancelled", True)
    assert not finished.can_continue
    assert worker.all(HistoryChanged) == []
    assert worker.say("next").outcome == "ok"
    contents = [str(item.get("content")) for item in provider.requests[0].items]
    assert len(contents) == 3
    assert all(
        part in said for part, said in zip(("one", "an answer", "next"), contents, strict=True)
    )
    assert provider.problems == []
