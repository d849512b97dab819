"""What the SDK's spans add, and that nobody else gets them unasked."""

import pytest

from tests.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tui.events import RunFinished


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


def test_the_spans_of_one_run_are_not_those_of_the_next(
    provide: StartProvider, work: StartWorker
) -> None:
    calls = [Answer(tool_calls=[ToolCall(name)]) for name in ("first", "second")]
    worker = work("adder", provide(*calls))
    worker.say("go")
    problem = worker.say("go").problem
    assert problem is not None
    assert "second" in problem.detail
    assert "first" not in problem.detail


@pytest.mark.parametrize("tracing", [False, True])
def test_spans_leave_the_process_only_when_that_is_asked_for(
    tracing: bool, provide: StartProvider, work: StartWorker
) -> None:
    worker = work("traced", provide(Answer("hello")), tracing=tracing)
    assert worker.say("go").output == "hello"
    worker.close_input()
    worker.process.wait(20)
    assert (b"span agent" in worker.printed) is tracing
