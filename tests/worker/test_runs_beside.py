"""Runs that share a worker: each with a conversation, ids, tools and failures of its own."""

import base64
import time

import msgspec
import pytest

from tests.support.pictures import png
from tests.support.provider import Answer, Gate, RequestRecord, Step, ToolCall, server_error
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol.commands import Approve, CancelRun, Reject, RestoreHistory, RetryRun, StartRun
from tui.protocol.events import (
    ApprovalRequested,
    AttemptFailed,
    Event,
    HistoryChanged,
    RetryScheduled,
    RunFinished,
    TextDelta,
    ToolCalled,
    ToolFinished,
)

NUMBER = {"one": 1, "two": 2, "three": 3}


def start(worker: WorkerProcess, run: str) -> None:
    """Start a run beside others, whose prompt is its name."""
    now = time.monotonic_ns()
    worker.send(StartRun(run=run, prompt=run, entered_at=now, beside=True))


def until_in(worker: WorkerProcess, kind: type[Event], run: str) -> None:
    worker.until(kind, lambda event: event.run == run)


def adding(request: RequestRecord) -> Step:
    """Ask for a sum, with the same call id in every conversation, then say it."""
    number = NUMBER[request.last_user_text]
    if not request.tool_outputs:
        return Answer(tool_calls=[ToolCall("add", {"a": number, "b": 10}, id="call_0")])
    (output,) = request.tool_outputs.values()
    return Answer(deltas=[request.last_user_text, " is ", str(output)])


@pytest.fixture
def adder(provide: StartProvider, work: StartWorker, api: str) -> WorkerProcess:
    return work("adder", provide(route=adding), api=api)


def test_each_has_its_own_conversation_and_ids(adder: WorkerProcess) -> None:
    for run in NUMBER:
        start(adder, run)
    for run, number in NUMBER.items():
        finished = adder.finished(run)
        assert finished.output == f"{run} is {number + 10}"
        assert [call.tool_call for call in adder.all(ToolCalled, run)] == ["call_0"]
        assert [end.output for end in adder.all(ToolFinished, run)] == [str(number + 10)]
        said = "".join(delta.text for delta in adder.all(TextDelta, run))
        assert said == finished.output
        assert "user" in roles(adder.all(HistoryChanged, run))
    assert {event.run for event in adder.events if type(event) in IN_A_RUN} == set(NUMBER)


IN_A_RUN = (TextDelta, ToolCalled, ToolFinished, HistoryChanged, RunFinished)


def roles(changes: list[HistoryChanged]) -> list[str]:
    items: list[dict[str, str]] = []
    for change in changes:
        items[change.keep :] = [msgspec.json.decode(item) for item in change.items]
    return [item.get("role", item.get("type", "")) for item in items]


def test_each_is_cancelled_alone(provide: StartProvider, work: StartWorker) -> None:
    gate = Gate()
    answer = Answer(deltas=["Once", " upon", " a time"], gates={1: gate})
    worker = work("plain", provide(answer, answer))
    for run in ("one", "two"):
        start(worker, run)
        until_in(worker, TextDelta, run)
    worker.send(CancelRun(run="one"))
    assert worker.finished("one").outcome == "cancelled"
    gate.open()
    assert worker.finished("two").output == "Once upon a time"


def test_the_conversation_of_the_worker_goes_on_beside_them(
    provide: StartProvider, work: StartWorker
) -> None:
    gate = Gate()
    provider = provide(Answer("first"), Answer(deltas=["a", "b"], gates={1: gate}), Answer("third"))
    worker = work("plain", provider)
    assert worker.say("hello").output == "first"
    start(worker, "one")
    until_in(worker, TextDelta, "one")
    assert worker.say("and now").output == "third"
    gate.open()
    assert worker.finished("one").output == "ab"
    assert [len(request.items) for request in provider.requests] == [1, 1, 3]


def test_each_is_asked_about_its_own_calls(provide: StartProvider, work: StartWorker) -> None:
    def launching(request: RequestRecord) -> Step:
        if not request.tool_outputs:
            return Answer(tool_calls=[ToolCall("launch", {"target": "it"}, id="call_0")])
        return Answer(f"it says: {next(iter(request.tool_outputs.values()))}")

    worker = work("careful", provide(route=launching))
    for run in ("one", "two"):
        start(worker, run)
        until_in(worker, ApprovalRequested, run)
    worker.send(Reject(tool_call="call_0", reason="not today", run="one"))
    worker.send(Approve(tool_call="call_0", run="two"))
    assert "not today" in worker.finished("one").output
    assert "launched" in worker.finished("two").output


def test_each_retries_and_fails_alone(provide: StartProvider, work: StartWorker) -> None:
    def failing(request: RequestRecord) -> Step:
        return server_error(500) if request.last_user_text == "one" else Answer("well")

    worker = work("plain", provide(route=failing), max_retries=1, backoff_base=0.01)
    start(worker, "one")
    start(worker, "two")
    assert worker.finished("two").output == "well"
    finished = worker.finished("one")
    assert finished.problem is not None
    assert finished.problem.status == 500
    assert len(worker.all(RetryScheduled, "one")) == 1
    assert not worker.all(AttemptFailed, "two")


def test_what_runs_is_cancelled_when_the_worker_ends(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("plain", provide(Answer(deltas=["a", "b"], gates={1: Gate()})))
    start(worker, "one")
    worker.until(TextDelta)
    worker.close_input()
    assert worker.exit_code() == 0
    assert worker.finished("one").outcome == "cancelled"


def history_of(changes: list[HistoryChanged]) -> RestoreHistory:
    mirror = HistoryMirror()
    for change in changes:
        mirror.observe(change)
    return mirror.take()


def test_one_continues_the_conversation_that_it_is_given(
    provide: StartProvider, work: StartWorker, api: str
) -> None:
    provider = provide(Answer("first"), Answer("second"))
    worker = work("plain", provider, api=api)
    start(worker, "one")
    worker.finished("one")
    history = history_of(worker.all(HistoryChanged, "one"))
    now = time.monotonic_ns()
    worker.send(StartRun(run="two", prompt="and?", entered_at=now, beside=True, history=history))
    assert worker.finished("two").output == "second"
    said = [(item["role"], "one" in str(item)) for item in provider.requests[1].items]
    assert said == [("user", True), ("assistant", False), ("user", False)]
    whole = worker.all(HistoryChanged, "one") + worker.all(HistoryChanged, "two")
    assert roles(whole) == ["user", "assistant", "user", "assistant"]


def test_one_is_rewound_beside_others(provide: StartProvider, work: StartWorker) -> None:
    provider = provide(Answer("first"), Answer("again"))
    worker = work("plain", provider)
    start(worker, "one")
    worker.finished("one")
    history = history_of(worker.all(HistoryChanged, "one"))
    now = time.monotonic_ns()
    rewind = RetryRun(run="two", entered_at=now, mode="rewind", beside=True, history=history)
    worker.send(rewind)
    assert worker.finished("two").output == "again"
    assert [len(request.items) for request in provider.requests] == [1, 1]
    whole = worker.all(HistoryChanged, "one") + worker.all(HistoryChanged, "two")
    assert roles(whole) == ["user", "assistant"]


def test_one_without_a_conversation_has_nothing_to_continue(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("plain", provide())
    now = time.monotonic_ns()
    worker.send(RetryRun(run="one", entered_at=now, mode="continue", beside=True))
    finished = worker.finished("one")
    assert finished.outcome == "failed"
    assert finished.problem is not None
    assert "nothing to continue" in finished.problem.message


def test_pictures_are_sent_with_the_prompt_and_again_when_it_is_rewound(
    provide: StartProvider, work: StartWorker, api: str
) -> None:
    picture = f"data:image/png;base64,{base64.b64encode(png(2, 2)).decode()}"
    provider = provide(Answer("a dot"), Answer("a dot"))
    worker = work("plain", provider, api=api)
    now = time.monotonic_ns()
    worker.send(StartRun(run="one", prompt="look", entered_at=now, beside=True, images=(picture,)))
    worker.finished("one")
    history = history_of(worker.all(HistoryChanged, "one"))
    now = time.monotonic_ns()
    rewind = RetryRun(run="two", entered_at=now, mode="rewind", beside=True, history=history)
    worker.send(rewind)
    worker.finished("two")
    assert [picture in str(request.items) for request in provider.requests] == [True, True]


def test_what_no_model_reads_is_refused_before_it_is_sent(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("never"))
    worker = work("plain", provider)
    broken = ("data:image/png;base64,iVBORw0KGgo=",)
    worker.send(StartRun(run="one", prompt="look", entered_at=0, beside=True, images=broken))
    finished = worker.finished("one")
    assert finished.problem is not None
    assert "file 1 is cut short" in finished.problem.message
    assert provider.requests == []
