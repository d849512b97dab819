"""Retry class B: the answer was interrupted after part of it was shown."""

import pytest

from tests.support.provider import (
    UNKNOWN_EVENT,
    Answer,
    CloseAfter,
    CommentsAfter,
    ErrorEventAfter,
    FailAfter,
    GarbageAfter,
    Gate,
    HttpError,
    IncompleteAfter,
    ResetAfter,
    StallAfter,
    ToolCall,
    Wire,
    server_error,
)
from tests.support.provider.conversation import text_of
from tests.support.provider.faults import Fault
from tests.support.provider.request import RequestRecord
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import RetryNow
from tui.protocol.events import (
    AttemptFailed,
    AttemptFinished,
    AttemptStarted,
    HistoryChanged,
    Kind,
    ModelCallStarted,
    Noticed,
    RetryScheduled,
    RunFinished,
    TextDelta,
    TextReplaced,
    ToolCalled,
    ToolFinished,
    ToolStarted,
)
from tui.protocol.recovery_text import RECOVERY_PROMPT

PIECES = ["one", " two", " three", " four"]
CUT = 2
SAID = "one two"
REST = " three four"
SHORT = {"backoff_base": 0.01, "first_event_timeout": 5.0, "idle_timeout": 0.3}


def cut(fault: Fault, **more: object) -> Answer:
    return Answer(deltas=PIECES, fault=fault, **more)  # type: ignore[arg-type]


def said_by(request: RequestRecord) -> list[tuple[object, str]]:
    """Role and text of each message in a request."""
    return [(item.get("role"), text_of(item.get("content"))) for item in request.items]


def text_by(worker: WorkerProcess, attempt: int) -> str:
    return "".join(delta.text for delta in worker.all(TextDelta) if delta.attempt == attempt)


ROWS: list[tuple[str, Answer, Kind]] = [
    ("row 4, reset", cut(ResetAfter(CUT)), "network"),
    ("row 5, clean close", cut(CloseAfter(CUT)), "network"),
    ("row 5, short chunk", cut(CloseAfter(CUT, truncated=True)), "network"),
    ("row 8, stall", cut(StallAfter(CUT)), "timeout"),
    ("row 9, comments", cut(CommentsAfter(CUT)), "timeout"),
    ("row 20, response.failed", cut(FailAfter(CUT)), "server"),
    ("row 20, rate limit", cut(FailAfter(CUT, code="rate_limit_exceeded")), "rate_limit"),
    ("row 21, error event", cut(ErrorEventAfter(CUT)), "server"),
    ("row 21, bare error", cut(ErrorEventAfter(CUT, bare=True)), "server"),
    ("row 28, broken JSON", cut(GarbageAfter(CUT, "json")), "server"),
    ("row 29, bad UTF-8", cut(GarbageAfter(CUT, "utf8")), "server"),
    ("row 29, corrupt gzip", cut(GarbageAfter(CUT, "gzip"), wire=Wire(gzip=True)), "server"),
]


@pytest.mark.parametrize(("answer", "kind"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS])
def test_an_interrupted_answer_is_continued_and_joined(
    api: str, answer: Answer, kind: Kind, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(answer, Answer(REST), Answer("and on"))
    worker = work("plain", provider, api=api, **SHORT)
    finished = worker.say("count")
    assert (finished.outcome, finished.output) == ("ok", SAID + REST)
    assert (text_by(worker, 1), text_by(worker, 2)) == (SAID, REST)
    assert [attempt.continues for attempt in worker.all(AttemptStarted)] == [False, True]
    (failed,) = worker.all(AttemptFailed)
    assert (failed.problem.kind, failed.problem.retry) == (kind, "after_partial")
    assert [wait.attempt for wait in worker.all(RetryScheduled)] == [2]
    assert [attempt.attempt for attempt in worker.all(AttemptStarted)] == [1, 2]
    assert [done.attempt for done in worker.all(AttemptFinished)] == [2]
    assert len(worker.all(ModelCallStarted)) == 1
    assert said_by(provider.requests[1]) == [
        ("user", "count"), ("assistant", SAID), ("user", RECOVERY_PROMPT),
    ]  # fmt: skip
    assert [item.get("role") for item in worker.history()] == ["user", "assistant"]
    assert text_of(worker.history()[1]["content"]) == SAID + REST
    worker.say("go on")
    assert said_by(provider.requests[2]) == [
        ("user", "count"), ("assistant", SAID + REST), ("user", "go on"),
    ]  # fmt: skip
    assert provider.problems == []


def test_row_24_an_answer_without_its_end_event_is_incomplete(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    # On Chat Completions this is row 25: no finish_reason.
    provider = provide(cut(CloseAfter(None)), Answer(" five"))
    worker = work("plain", provider, api=api, **SHORT)
    assert worker.say("count").output == SAID + REST + " five"
    (failed,) = worker.all(AttemptFailed)
    assert failed.problem.code == "incomplete"


def test_row_6_finished_tools_are_not_run_again(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    call = ToolCall("add", {"a": 1, "b": 2}, id="sum")
    provider = provide(Answer(tool_calls=[call]), cut(ResetAfter(CUT)), Answer(REST))
    worker = work("adder", provider, api=api, **SHORT)
    assert worker.say("1+2?").output == SAID + REST
    assert len(worker.all(ToolStarted)) == 1
    assert [(done.tool_call, done.output) for done in worker.all(ToolFinished)] == [("sum", "3")]
    assert len(provider.requests) == 3
    assert "'3'" in str(provider.requests[2].items)
    assert len(worker.history()) == 4
    assert provider.problems == []


def test_an_answer_may_be_interrupted_as_often_as_there_are_retries(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer(deltas=["one", " two"], fault=ResetAfter(1)),
        server_error(503),
        Answer(deltas=[" two", " three"], fault=ResetAfter(1)),
        Answer(" three"),
    )
    worker = work("plain", provider, api=api, **SHORT)
    assert worker.say("count").output == "one two three"
    assert [failed.problem.retry for failed in worker.all(AttemptFailed)] == [
        "after_partial", "automatic", "after_partial",
    ]  # fmt: skip
    assert [said_by(request)[1:2] for request in provider.requests[1:]] == [
        [("assistant", "one")], [("assistant", "one")], [("assistant", "one two")],
    ]  # fmt: skip
    assert provider.problems == []


def test_the_partial_answer_is_kept_when_the_retries_are_used_up(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(*[Answer(deltas=[" more", " x"], fault=ResetAfter(1))] * 2, Answer("end"))
    worker = work("plain", provider, api=api, **(SHORT | {"max_retries": 1}))
    finished = worker.say("count")
    assert finished.outcome == "failed"
    assert finished.can_continue
    assert len(provider.requests) == 2
    assert text_of(worker.history()[-1]["content"]) == " more more\n\n[interrupted]"
    assert worker.retry("continue").output == "end"
    assert provider.problems == []


def test_the_partial_answer_is_sent_to_the_ui_before_a_back_off(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(cut(ResetAfter(CUT)))
    worker = work("plain", provider, backoff_base=1000.0, backoff_cap=1000.0)
    run = worker.start("count")
    scheduled = worker.until(RetryScheduled)
    before = [event for event in worker.all(HistoryChanged) if event.seq < scheduled.seq]
    assert SAID in bytes(before[-1].items[-1]).decode()
    worker.cancel(run)


def test_cancelling_in_a_back_off_after_a_partial_answer_sends_nothing_further(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(cut(ResetAfter(CUT)))
    worker = work("plain", provider, api=api, backoff_base=1000.0, backoff_cap=1000.0)
    run = worker.start("count")
    worker.until(RetryScheduled)
    finished = worker.cancel(run)
    assert finished.outcome == "cancelled"
    assert len(provider.requests) == 1
    provider.append(Answer("yes"))
    assert worker.say("next").output == "yes"
    assert said_by(provider.requests[1]) == [
        ("user", "count"), ("assistant", f"{SAID}\n\n[interrupted]"), ("user", "next"),
    ]  # fmt: skip
    assert provider.problems == []


def test_a_back_off_can_be_cut_short(provide: StartProvider, work: StartWorker) -> None:
    provider = provide(cut(ResetAfter(CUT)), Answer(REST))
    worker = work("plain", provider, backoff_base=1000.0, backoff_cap=1000.0)
    run = worker.start("count")
    worker.until(RetryScheduled)
    worker.send(RetryNow(run=run))
    assert worker.finished(run).output == SAID + REST


def test_cancelling_a_continuation_keeps_both_parts(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    held = Answer(deltas=[" three", " four"], gates={1: Gate()})
    provider = provide(cut(ResetAfter(CUT)), held)
    worker = work("plain", provider, api=api, **SHORT)
    run = worker.start("count")
    worker.until(TextDelta, lambda delta: delta.attempt == 2)
    worker.cancel(run)
    assert text_of(worker.history()[-1]["content"]) == "one two three\n\n[interrupted]"


def test_in_restart_mode_the_next_attempt_starts_over(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(cut(ResetAfter(CUT)), Answer(deltas=PIECES))
    worker = work("plain", provider, api=api, retry_mode="restart", **SHORT)
    assert worker.say("count").output == SAID + REST
    assert (text_by(worker, 1), text_by(worker, 2)) == (SAID, SAID + REST)
    assert [attempt.continues for attempt in worker.all(AttemptStarted)] == [False, False]
    assert said_by(provider.requests[1]) == [("user", "count")]
    assert text_of(worker.history()[1]["content"]) == SAID + REST


def test_an_answer_with_an_output_type_always_starts_over(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    weather = '{"city": "Hue", "degrees": 31}'
    provider = provide(Answer(weather, fault=ResetAfter(3)), Answer(weather))
    worker = work("forecaster", provider, api=api, **SHORT)
    assert worker.say("weather?").outcome == "ok"
    assert len(provider.requests[1].items) == len(provider.requests[0].items)
    assert len(worker.history()) == 2


def test_a_nested_agents_answer_is_continued_too(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("ask_inner", {"input": "count"}, id="outer_call")]),
        cut(ResetAfter(CUT)),
        Answer(REST),
        Answer("outer"),
    )
    worker = work("outer", provider, api=api, **SHORT)
    assert worker.say("go").output == "outer"
    assert [done.output for done in worker.all(ToolFinished)] == [SAID + REST]
    assert len(worker.all(ToolStarted)) == 1
    assert provider.requests[3].tool_outputs == {"outer_call": SAID + REST}
    assert provider.problems == []


def test_an_answer_with_only_reasoning_starts_over(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    thought = Answer("four", reasoning=["2 and 2", " is"], fault=ResetAfter(2))
    provider = provide(thought, Answer("four"))
    worker = work("plain", provider, api=api, **SHORT)
    assert worker.say("2+2?").output == "four"
    assert [failed.problem.retry for failed in worker.all(AttemptFailed)] == ["after_partial"]
    assert said_by(provider.requests[1]) == [("user", "2+2?")]


@pytest.mark.parametrize("after", [1, 4], ids=["in the text", "in the arguments"])
def test_an_interrupted_tool_call_is_discarded_and_made_again(
    after: int, api: str, provide: StartProvider, work: StartWorker
) -> None:
    call = ToolCall("add", {"a": 1, "b": 2}, id="sum")
    asked = Answer(deltas=["let", " me"], tool_calls=[call], fault=ResetAfter(after))
    provider = provide(asked, Answer(tool_calls=[call]), Answer("three"), Answer("yes"))
    worker = work("adder", provider, api=api, **SHORT)
    assert worker.say("1+2?").output == "three"
    ends = [(done.outcome, done.output) for done in worker.all(ToolFinished)]
    assert ends == ([("ok", "3")] if after == 1 else [("cancelled", ""), ("ok", "3")])
    assert len(worker.all(ToolStarted)) == 1
    assert [item.get("type", "message") for item in worker.history()] == [
        "message", "message", "function_call", "function_call_output", "message",
    ]  # fmt: skip
    assert text_of(worker.history()[1]["content"]) == ("let" if after == 1 else "let me")
    assert worker.say("sure?").output == "yes"
    assert provider.problems == []


def test_a_complete_tool_call_of_an_interrupted_answer_does_not_run(
    provide: StartProvider, work: StartWorker
) -> None:
    calls = [ToolCall("add", {"a": n, "b": n}, id=f"sum_{n}") for n in (1, 2)]
    provider = provide(
        Answer(tool_calls=calls, fault=ResetAfter(4)), Answer(tool_calls=calls), Answer("done")
    )
    worker = work("adder", provider, **SHORT)
    assert worker.say("add").output == "done"
    ends = [done.outcome for done in worker.all(ToolFinished)]
    assert ends == ["cancelled", "cancelled", "ok", "ok"]
    assert len(worker.all(ToolStarted)) == 2
    assert len({called.tool_call for called in worker.all(ToolCalled)}) == 3
    assert provider.problems == []


def test_row_23_a_filtered_answer_is_not_continued(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(cut(IncompleteAfter(CUT, "content_filter")))
    worker = work("plain", provider, api=api, **SHORT)
    assert_stopped(worker.say("count"), "content_filter", can_continue=False)
    assert text_by(worker, 1) == SAID
    assert len(provider.requests) == 1


def test_row_22_an_answer_at_the_token_limit_is_continued_on_request(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(cut(IncompleteAfter(CUT)), Answer(REST))
    worker = work("plain", provider, api=api, **SHORT)
    assert_stopped(worker.say("count"), "max_output_tokens", can_continue=True)
    assert len(provider.requests) == 1
    assert worker.retry("continue").output == REST
    assert provider.problems == []


def assert_stopped(finished: RunFinished, code: str, *, can_continue: bool) -> None:
    assert finished.outcome == "failed"
    assert finished.problem is not None
    assert (finished.problem.code, finished.can_continue) == (code, can_continue)


@pytest.mark.parametrize("order", [[0, 0, 1, 2, 3], [1, 0, 2, 3]], ids=["twice", "swapped"])
def test_row_31_the_final_text_replaces_repeated_or_reordered_deltas(
    order: list[int], provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(deltas=PIECES, sent_order=order))
    worker = work("plain", provider, api="responses")
    assert worker.say("count").output == SAID + REST
    assert [replaced.text for replaced in worker.all(TextReplaced)] == [SAID + REST]


def test_a_server_that_refuses_a_continuation_gets_the_original_request(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    refused = HttpError(status=400, message="the last message must be the user's")
    provider = provide(cut(ResetAfter(CUT)), refused, cut(ResetAfter(CUT)), Answer(deltas=PIECES))
    worker = work("plain", provider, api=api, **SHORT)
    assert worker.say("count").output == SAID + REST
    retried = [failed.problem.retry for failed in worker.all(AttemptFailed)]
    assert retried == ["after_partial", "automatic", "after_partial"]
    whole = [("user", "count")]
    going_on = [*whole, ("assistant", SAID), ("user", RECOVERY_PROMPT)]
    asked = [said_by(request) for request in provider.requests]
    assert asked == [whole, going_on, whole, whole]
    assert text_of(worker.history()[1]["content"]) == SAID + REST


def test_a_refused_first_request_ends_the_run(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(HttpError(status=400))
    worker = work("plain", provider, api=api, **SHORT)
    assert worker.say("count").outcome == "failed"
    assert len(provider.requests) == 1


def test_an_event_of_an_unknown_type_is_reported_once(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    odd = Answer(deltas=PIECES, inserts={1: UNKNOWN_EVENT, 2: UNKNOWN_EVENT})
    provider = provide(odd, odd)
    worker = work("plain", provider, api=api, **SHORT)
    assert worker.say("count").output == worker.say("count on").output == SAID + REST
    (text,) = [notice.text for notice in worker.all(Noticed) if "unknown type" in notice.text]
    assert "from" in text
