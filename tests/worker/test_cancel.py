"""Cancelling, in every phase, and the next request after it."""

import pytest

from tests.support.provider import (
    Answer,
    Gate,
    Provider,
    ResetAfter,
    Silence,
    Step,
    ToolCall,
    rate_limited,
)
from tests.worker.conftest import StartProvider, StartWorker, ToolGate
from tests.worker.driver import WorkerProcess
from tests.worker.sample_agents import GATE
from tui.protocol.commands import CancelRun, ClearHistory
from tui.protocol.events import (
    ApprovalRequested,
    AttemptCancelled,
    AttemptFailed,
    AttemptStarted,
    Event,
    Noticed,
    RetryScheduled,
    RunStarted,
    TextDelta,
    ToolArgumentsDelta,
    ToolFinished,
    ToolStarted,
)

CLOSED_WITHIN = 2.0
"""Seconds: less than any time-out. The actual time is measured by a benchmark."""


def _next_is_valid(worker: WorkerProcess, provider: Provider) -> list[str]:
    """Run a next turn; returns the items of its request."""
    provider.append(Answer("going on"))
    assert worker.say("next").output == "going on"
    assert provider.problems == []
    return [str(item) for item in provider.requests[-1].items]


@pytest.mark.parametrize(
    ("step", "waits_for"),
    [
        (Silence(), AttemptStarted),
        (Answer("one two", gates={1: Gate()}), TextDelta),
        (Answer(tool_calls=[ToolCall("add", {"a": 1})], gates={1: Gate()}), ToolArgumentsDelta),
    ],
    ids=["waiting", "mid-text", "mid-argument"],
)
def test_a_cancelled_model_call_ends_at_once_and_closes_its_connection(
    api: str, step: Step, waits_for: type[Event], provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(step)
    worker = work("slow", provider, api=api)
    run = worker.start("go")
    provider.wait_until(lambda: len(provider.requests) == 1)
    worker.until(waits_for)
    finished = worker.cancel(run)
    assert finished.outcome == "cancelled"
    assert len(worker.all(AttemptCancelled)) == 1
    provider.wait_until(lambda: provider.requests[0].client_closed_at is not None)
    closed = provider.requests[0].client_closed_at or 0
    assert (closed - finished.at) / 1e9 < CLOSED_WITHIN
    said = _next_is_valid(worker, provider)
    assert sum("go" in item and "user" in item for item in said[:1]) == 1
    partial = [item for item in said if "[interrupted]" in item]
    assert len(partial) == (1 if waits_for is TextDelta else 0)


@pytest.mark.parametrize(
    ("tool", "outcome"), [("wait_forever", "cancelled"), ("gated_in_thread", "unknown")]
)
def test_a_cancelled_tool_has_an_end_and_its_call_an_output(
    tool: str, outcome: str, provide: StartProvider, work: StartWorker, gate: ToolGate
) -> None:
    calls = [ToolCall(tool, id="hanging"), ToolCall("add", {"a": 1, "b": 2}, id="done")]
    provider = provide(Answer(tool_calls=calls))
    worker = work("slow", provider, env={GATE: str(gate.path)})
    run = worker.start("go")
    worker.until(ToolStarted, lambda event: event.tool_call == "hanging")
    worker.until(ToolFinished, lambda event: event.tool_call == "done")
    assert worker.cancel(run).outcome == "cancelled"
    ends = {done.tool_call: done.outcome for done in worker.all(ToolFinished)}
    assert ends == {"done": "ok", "hanging": outcome}
    said = _next_is_valid(worker, provider)
    assert sum("may have completed" in item for item in said) == 1
    assert any("'3'" in item for item in said)


def test_cancelling_in_a_backoff_sends_no_further_request(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(rate_limited(60))
    worker = work("plain", provider, api=api)
    run = worker.start("go")
    worker.until(RetryScheduled)
    assert worker.cancel(run).outcome == "cancelled"
    assert len(provider.requests) == 1
    _next_is_valid(worker, provider)


def test_cancelling_while_an_approval_is_open_closes_the_call(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("launch", {"target": "Mars"})]))
    worker = work("careful", provider, api=api)
    run = worker.start("go")
    worker.until(ApprovalRequested)
    assert worker.cancel(run).outcome == "cancelled"
    assert [done.outcome for done in worker.all(ToolFinished)] == ["cancelled"]
    said = _next_is_valid(worker, provider)
    assert any("cancelled before it started" in item for item in said)


def test_cancelling_while_a_nested_agent_waits_for_approval_leaves_nothing_running(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("ask_careful", {"input": "fly"}, id="outer_call")]),
        Answer(tool_calls=[ToolCall("launch", {"target": "Mars"}, id="to_mars")]),
    )
    worker = work("careful_outer", provider)
    run = worker.start("go")
    worker.until(ApprovalRequested)
    assert worker.cancel(run).outcome == "cancelled"
    ends = {done.tool_call: done.outcome for done in worker.all(ToolFinished)}
    assert ends == {"to_mars": "cancelled", "outer_call": "cancelled"}
    _next_is_valid(worker, provider)


def test_stopping_after_the_call_lets_its_tools_end(
    provide: StartProvider, work: StartWorker, gate: ToolGate
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("gated", id="slow")]))
    worker = work("slow", provider, env={GATE: str(gate.path)})
    run = worker.start("go")
    worker.until(ToolStarted)
    worker.send(CancelRun(run=run, mode="after_call"))
    # Commands are read in their order: when this one is refused, the cancellation has arrived.
    worker.send(ClearHistory())
    worker.until(Noticed, lambda notice: "during a run" in notice.text)
    gate.open()
    finished = worker.finished(run)
    assert finished.outcome == "cancelled"
    assert finished.can_continue
    assert [done.output for done in worker.all(ToolFinished)] == ["opened"]
    assert len(provider.requests) == 1
    provider.append(Answer("went on"))
    assert worker.retry("continue").output == "went on"
    assert provider.problems == []


def test_a_manual_retry_continues_the_partial_answer(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("one two three", fault=ResetAfter(2)), Answer("three"))
    worker = work("plain", provider, api=api, max_retries=0)
    finished = worker.say("count")
    assert finished.outcome == "failed"
    assert finished.can_continue
    (failed,) = worker.all(AttemptFailed)
    assert failed.problem.retry == "after_partial"
    assert worker.retry("continue").output == "three"
    items = [str(item) for item in provider.requests[-1].items]
    assert "count" in items[0]
    assert "one" in items[1]
    assert "cut off" in items[2]
    assert worker.retry("rewind").outcome == "failed"
    assert "count" in str(provider.requests[-1].items[-1])
    assert len(provider.requests[-1].items) == 1


def test_a_second_cancellation_does_not_interrupt_the_cleanup_of_the_first(
    provide: StartProvider, work: StartWorker, gate: ToolGate
) -> None:
    provider = provide(Answer("let me see", tool_calls=[ToolCall("gated_in_thread")]))
    worker = work("slow", provider, env={GATE: str(gate.path)})
    run = worker.start("go")
    worker.until(ToolStarted)
    worker.send(CancelRun(run=run))
    worker.until(ToolFinished)
    worker.send(CancelRun(run=run))
    finished = worker.finished(run)
    assert (finished.outcome, finished.kept, finished.can_continue) == ("cancelled", True, True)
    assert len(worker.all(RunStarted, run=run)) == 1
    said = _next_is_valid(worker, provider)
    assert [("go" in said[0]), ("let me see" in said[1])] == [True, True]
