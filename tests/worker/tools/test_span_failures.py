"""Failures in the SDK's spans, which are exported only with tracing."""

import pytest
from agents.tracing import CustomSpanData, trace

from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.events import RunFinished
from tui.worker.tools.span_failures import PrivateTraces, SpanWatch
from tui.worker.tools.span_reports import SpanReports


def test_a_failed_run_names_the_spans_that_failed_with_it(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("nowhere")]), Answer("better now"))
    worker = work("adder", provider, api=api)
    problem = worker.say("go").problem
    assert problem is not None
    assert problem.kind == "agent"
    assert "turn Adder: Tool not found (tool_name: nowhere)" in problem.detail
    worker.say("and now?")
    assert worker.all(RunFinished)[-1].problem is None


def test_a_run_has_only_its_own_failed_spans(provide: StartProvider, work: StartWorker) -> None:
    calls = [Answer(tool_calls=[ToolCall(name)]) for name in ("first", "second")]
    worker = work("adder", provide(*calls))
    worker.say("go")
    problem = worker.say("go").problem
    assert problem is not None
    assert "second" in problem.detail
    assert "first" not in problem.detail


@pytest.mark.parametrize("tracing", [False, True])
def test_spans_are_exported_only_with_tracing(
    tracing: bool, provide: StartProvider, work: StartWorker
) -> None:
    worker = work("traced", provide(Answer("hello")), tracing=tracing)
    assert worker.say("go").output == "hello"
    worker.close_input()
    worker.process.wait(20)
    assert (b"span agent" in worker.printed) is tracing


@pytest.mark.parametrize("tracing", [False, True])
def test_failed_spans_are_read_when_the_agent_sets_its_own_processors(
    tracing: bool, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("nowhere")]))
    problem = work("traced", provider, tracing=tracing).say("go").problem
    assert problem is not None
    assert problem.detail.count("turn Traced: Tool not found") == 1


def test_a_trace_provider_of_the_agents_own_gets_no_spans(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("traced_elsewhere", provide(Answer("hello")))
    assert worker.say("go").output == "hello"
    worker.close_input()
    worker.process.wait(20)
    assert b"span" not in worker.printed


class Odd:
    def __str__(self) -> str:
        raise ValueError("nothing to show")


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ({"message": "no", "data": "text"}, "custom mine: no (data: text)"),
        ({"message": "no", "data": {"it": Odd()}}, "custom mine: no (it: ValueError)"),
        ({}, "custom mine: "),
        ("just words", "custom mine: just words"),
        (
            {"message": "no", "data": {"error": "x" * 9000}},
            f"custom mine: no (error: {'x' * 2000}…)",
        ),
    ],
)
def test_any_error_in_a_users_span_can_be_shown(error: object, shown: str) -> None:
    watch = SpanWatch(SpanReports(lambda _: None, lambda _: None))
    span = PrivateTraces(watch).create_span(CustomSpanData("mine", {}), parent=trace("t"))
    span.set_error(error)  # type: ignore[arg-type]
    watch.on_span_end(span)
    if not error:
        assert watch.failed == ()
    else:
        assert [str(one) for one in watch.failed] == [shown]
