"""Arguments that a person changes before a call is approved."""

import pytest

from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import Approve, Reject
from tui.protocol.events import ApprovalAnswered, ApprovalRequested, HistoryChanged

MARS = ToolCall("launch", {"target": "Mars"}, id="to_mars")
VENUS = '{"target": "Venus", "boosters": 4}'


def ask(worker: WorkerProcess) -> str:
    run = worker.start("go")
    worker.until(ApprovalRequested)
    return run


def test_the_tool_gets_them_and_the_model_is_told(
    provide: StartProvider, work: StartWorker, api: str
) -> None:
    provider = provide(Answer(tool_calls=[MARS]), Answer("Done."), Answer("Again."))
    worker = work("pilot", provider, api=api)
    run = ask(worker)
    worker.send(Approve(tool_call="to_mars", arguments=VENUS))
    finished = worker.finished(run)
    assert finished.output == "Done."
    assert [answer.arguments for answer in worker.all(ApprovalAnswered)] == [VENUS]
    told = provider.requests[1]
    assert told.tool_outputs == {"to_mars": "launched at Venus with 4"}
    assert "Venus" in str(told.items)
    assert "Mars" not in str(told.items)
    worker.say("and?")
    assert "Mars" not in str(provider.requests[2].items)
    kept = [bytes(item) for change in worker.all(HistoryChanged) for item in change.items]
    assert any(b"Venus" in item and b"function_call" in item for item in kept)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ('{"target": 5, "boosters": 1}', "$.target: 5 is not of type 'string'"),
        ('{"boosters": 1}', "'target' is a required property"),
        ("{", "not JSON"),
    ],
)
def test_what_does_not_fit_is_asked_again(
    arguments: str, problem: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[MARS]), Answer("Done."))
    worker = work("pilot", provider)
    run = ask(worker)
    worker.send(Approve(tool_call="to_mars", arguments=arguments))
    again = worker.until(ApprovalRequested, lambda event: bool(event.problem))
    assert problem in again.problem
    assert len(provider.requests) == 1
    worker.send(Approve(tool_call="to_mars"))
    worker.finished(run)
    assert provider.requests[1].tool_outputs == {"to_mars": "launched at Mars with 2"}


def test_a_nested_agents_call_can_be_changed(provide: StartProvider, work: StartWorker) -> None:
    inner = ToolCall("ask_helper", {"input": "hm"}, id="ask")
    provider = provide(
        Answer(tool_calls=[inner]), Answer(tool_calls=[MARS]), Answer("Gone."), Answer("Done.")
    )
    worker = work("pilot", provider)
    run = ask(worker)
    worker.send(Approve(tool_call="to_mars", arguments=VENUS))
    worker.finished(run)
    assert provider.requests[2].tool_outputs == {"to_mars": "launched at Venus with 4"}
    assert "Mars" not in str(provider.requests[2].items)


def test_the_reason_against_a_nested_agents_call_goes_to_its_model(
    provide: StartProvider, work: StartWorker
) -> None:
    inner = ToolCall("ask_helper", {"input": "hm"}, id="ask")
    provider = provide(
        Answer(tool_calls=[inner]), Answer(tool_calls=[MARS]), Answer("Stayed."), Answer("Done.")
    )
    worker = work("pilot", provider)
    run = ask(worker)
    asked = worker.all(ApprovalRequested)[0]
    assert asked.parent == "ask"
    worker.send(Reject(tool_call="to_mars", reason="no fuel"))
    assert worker.finished(run).output == "Done."
    assert provider.requests[2].tool_outputs == {"to_mars": "no fuel"}
    assert provider.requests[3].tool_outputs == {"ask": "Stayed."}
    assert provider.problems == []


def test_always_does_not_repeat_changed_arguments(
    provide: StartProvider, work: StartWorker
) -> None:
    moon = ToolCall("launch", {"target": "Moon"}, id="to_moon")
    provider = provide(Answer(tool_calls=[MARS]), Answer(tool_calls=[moon]), Answer("Done."))
    worker = work("pilot", provider)
    run = ask(worker)
    worker.send(Approve(tool_call="to_mars", arguments=VENUS, always=True))
    worker.finished(run)
    assert provider.requests[2].tool_outputs["to_moon"] == "launched at Moon with 2"


def test_questions_of_one_moment_say_how_many_follow(
    provide: StartProvider, work: StartWorker
) -> None:
    moon = ToolCall("launch", {"target": "Moon"}, id="to_moon")
    worker = work("pilot", provide(Answer(tool_calls=[MARS, moon]), Answer("Done.")))
    run = worker.start("go")
    worker.until(ApprovalRequested, lambda event: event.tool_call == "to_moon")
    assert [asked.more for asked in worker.all(ApprovalRequested)] == [1, 0]
    worker.send(Approve(tool_call="to_moon"))
    worker.send(Approve(tool_call="to_mars"))
    worker.finished(run)
