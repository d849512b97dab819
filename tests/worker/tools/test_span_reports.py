"""The spans of user code, and what guardrails do."""

from typing import Any

import pytest
from agents.tracing import CustomSpanData, trace

from tests.support.provider import Answer, Provider, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.protocol.events import (
    GuardrailPassed,
    GuardrailTripped,
    Noticed,
    SpanEnded,
    ToolFinished,
    ToolStarted,
)
from tui.worker.tools.span_failures import PrivateTraces, SpanWatch
from tui.worker.tools.span_reports import MOST, MOST_ABOUT, Reported, SpanReports

FILE = "span_agents.py"


def after(work: StartWorker, provider: Provider, agent: str = "spanning") -> WorkerProcess:
    worker = work(agent, provider, file=FILE)
    worker.say("go")
    return worker


@pytest.mark.parametrize("tracing", [False, True])
def test_each_span_of_user_code_ends_once_inside_its_tool(
    tracing: bool, provide: StartProvider, work: StartWorker
) -> None:
    call = ToolCall("plan", {"topic": "tea"}, id="it")
    provider = provide(Answer(tool_calls=[call]), Answer("done"))
    worker = work("spanning", provider, file=FILE, tracing=tracing)
    worker.say("go")
    spans = worker.all(SpanEnded)
    assert [(one.kind, one.name, one.depth, one.parent) for one in spans] == [
        ("function", "look up", 1, "it"),
        ("custom", "planning", 0, "it"),
        ("transcription", "whisper", 1, "it"),
        ("agent", "helper", 0, "it"),
        ("custom", "broken", 0, "it"),
    ]
    assert [one.about for one in spans[:2]] == ["found it", '{"topic": "tea"}']
    assert [one.error for one in spans] == ["", "", "", "", "no ink: empty"]
    (started,), (finished,) = worker.all(ToolStarted), worker.all(ToolFinished)
    assert all(started.at <= one.began <= one.at <= finished.at for one in spans)


def test_a_span_in_the_thread_of_a_tool_has_its_parent(
    provide: StartProvider, work: StartWorker
) -> None:
    call = ToolCall("plan_in_thread", id="it")
    worker = after(work, provide(Answer(tool_calls=[call]), Answer("done")))
    (span,) = worker.all(SpanEnded)
    assert (span.name, span.parent) == ("in a thread", "it")


def test_of_too_many_spans_the_first_are_reported_and_it_says_so(
    provide: StartProvider, work: StartWorker
) -> None:
    call = ToolCall("flood")
    worker = after(work, provide(Answer(tool_calls=[call]), Answer("done")))
    assert [one.name for one in worker.all(SpanEnded)] == [f"drop {n}" for n in range(MOST)]
    (notice,) = worker.all(Noticed)
    assert str(MOST) in notice.text


class Odd:
    def __str__(self) -> str:
        raise ValueError("nothing to show")


@pytest.mark.parametrize(
    ("data", "about"),
    [
        ({}, ""),
        ({"it": Odd()}, "ValueError"),
        ({"it": "x" * 9000}, f'{{"it": "{"x" * 9000}'[:MOST_ABOUT] + "…"),
    ],
)
def test_any_data_of_a_span_can_be_shown(data: dict[str, Any], about: str) -> None:
    told: list[Reported] = []
    watch = SpanWatch(SpanReports(told.append, told.append))  # type: ignore[arg-type]
    with PrivateTraces(watch).create_span(CustomSpanData("mine", data), parent=trace("t")):
        pass
    assert [one.about for one in told] == [about]


def test_every_guardrail_says_what_it_checked(provide: StartProvider, work: StartWorker) -> None:
    calls = [
        ToolCall("echo", {"words": words}, id=words) for words in ("hello", "rude", "a secret")
    ]
    provider = provide(Answer(tool_calls=calls), Answer("done"))
    worker = after(work, provider, "guarded")
    checks = {
        (one.stage, one.guardrail, one.agent, one.tool, one.instead)
        for one in worker.all(GuardrailPassed)
    }
    assert checks == {
        ("input", "asked_well", "Guarded", "", None),
        ("tool_input", "polite", "Guarded", "echo", None),
        ("tool_input", "polite", "Guarded", "echo", "say it nicely"),
        ("tool_output", "masked", "Guarded", "echo", None),
        ("tool_output", "masked", "Guarded", "echo", "(masked)"),
        ("output", "answered_well", "Guarded", "", None),
    }
    assert len(worker.all(GuardrailPassed)) == 7
    assert provider.requests[1].tool_outputs == {
        "hello": "hello", "rude": "say it nicely", "a secret": "(masked)",
    }  # fmt: skip
    assert worker.all(SpanEnded) == []


def test_a_guardrail_that_trips_has_a_span_with_its_time(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("guarded", provide(Answer("never mind")), file=FILE)
    worker.say("trip")
    (tripped,), (span,) = worker.all(GuardrailTripped), worker.all(SpanEnded)
    assert (tripped.guardrail, tripped.stage) == ("asked_well", "input")
    assert (span.kind, span.name, span.error) == ("guardrail", "asked_well", "tripped")
    assert span.about == "input of Guarded"


def test_what_a_guardrail_raises_is_the_error_of_its_span(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = after(work, provide(Answer("boom")), "guarded")
    (span,) = worker.all(SpanEnded)
    assert (span.name, span.error) == ("answered_well", "ValueError: the check itself broke")
