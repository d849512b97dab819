"""Tools of the client: a call ends the run, and its output comes with the next one."""

import json
import time
from typing import Any

import msgspec

from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol.commands import Approve, ClientTool, RestoreHistory, RetryRun, StartRun
from tui.protocol.events import ApprovalRequested, HistoryChanged, RunFinished, ToolFinished

PAINT = ClientTool(
    name="paint",
    description="Paint the page.",
    parameters=json.dumps(
        {"type": "object", "properties": {"colour": {"type": "string"}}, "required": ["colour"]}
    ),
)
RED = ToolCall("paint", {"colour": "red"}, id="to_red")


def start(worker: WorkerProcess, run: str, *tools: ClientTool) -> None:
    now = time.monotonic_ns()
    worker.send(StartRun(run=run, prompt="go", entered_at=now, beside=True, client_tools=tools))


def history_of(worker: WorkerProcess, run: str, *more: dict[str, Any]) -> RestoreHistory:
    mirror = HistoryMirror()
    for change in worker.all(HistoryChanged, run):
        mirror.observe(change)
    history = mirror.take()
    added = tuple(msgspec.Raw(msgspec.json.encode(item)) for item in more)
    return msgspec.structs.replace(history, items=(*history.items, *added))


def continue_with(worker: WorkerProcess, run: str, history: RestoreHistory) -> RunFinished:
    now = time.monotonic_ns()
    worker.send(
        RetryRun(
            run=run, entered_at=now, mode="continue", beside=True, history=history,
            client_tools=(PAINT,),
        )
    )  # fmt: skip
    return worker.finished(run)


def output_of(call: str, output: str) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call, "output": output}


def test_the_model_is_offered_them_and_a_call_ends_the_run(
    provide: StartProvider, work: StartWorker, api: str
) -> None:
    provider = provide(Answer(tool_calls=[RED]), Answer("It is red."))
    worker = work("pilot", provider, api=api)
    start(worker, "one", PAINT)
    finished = worker.finished("one")
    assert (finished.outcome, finished.pending, finished.output) == ("ok", ("to_red",), "")
    assert "paint" in provider.requests[0].tool_names
    assert not worker.all(ApprovalRequested)
    assert [end.outcome for end in worker.all(ToolFinished)] == ["ok"]
    history = history_of(worker, "one", output_of("to_red", "painted"))
    assert continue_with(worker, "two", history).output == "It is red."
    assert provider.requests[1].tool_outputs == {"to_red": "painted"}


def test_the_agents_own_tools_run_before_it_ends(
    provide: StartProvider, work: StartWorker, api: str
) -> None:
    both = [ToolCall("weigh", {"what": "moon"}, id="to_weigh"), RED]
    provider = provide(Answer(tool_calls=both), Answer("Done."))
    worker = work("pilot", provider, api=api)
    start(worker, "one", PAINT)
    assert worker.finished("one").pending == ("to_red",)
    continue_with(worker, "two", history_of(worker, "one", output_of("to_red", "painted")))
    assert provider.requests[1].tool_outputs == {"to_weigh": "moon: 3 kg", "to_red": "painted"}


def test_approvals_are_asked_first(provide: StartProvider, work: StartWorker, api: str) -> None:
    both = [RED, ToolCall("launch", {"target": "Mars"}, id="to_mars")]
    provider = provide(Answer(tool_calls=both), Answer("Done."))
    worker = work("pilot", provider, api=api)
    start(worker, "one", PAINT)
    asked = worker.until(ApprovalRequested)
    assert asked.tool_call == "to_mars"
    worker.send(Approve(tool_call="to_mars", run="one"))
    assert worker.finished("one").pending == ("to_red",)
    continue_with(worker, "two", history_of(worker, "one", output_of("to_red", "painted")))
    assert provider.requests[1].tool_outputs == {
        "to_mars": "launched at Mars with 2",
        "to_red": "painted",
    }


def test_agents_that_take_over_are_offered_them(
    provide: StartProvider, work: StartWorker, api: str
) -> None:
    over = ToolCall("transfer_to_pilot", {}, id="over")
    provider = provide(Answer(tool_calls=[over]), Answer(tool_calls=[RED]))
    worker = work("front_desk", provider, api=api)
    start(worker, "one", PAINT)
    assert worker.finished("one").pending == ("to_red",)


def test_agents_inside_a_tool_call_are_not(
    provide: StartProvider, work: StartWorker, api: str
) -> None:
    ask = ToolCall("ask_helper", {"input": "hm"}, id="ask")
    provider = provide(Answer(tool_calls=[ask]), Answer("Well."), Answer("Done."))
    worker = work("pilot", provider, api=api)
    start(worker, "one", PAINT)
    worker.finished("one")
    offered = ["paint" in request.tool_names for request in provider.requests]
    assert offered == [True, False, True]


def test_a_name_that_the_agent_has_is_refused(provide: StartProvider, work: StartWorker) -> None:
    worker = work("pilot", provide())
    start(worker, "one", ClientTool(name="weigh"))
    finished = worker.finished("one")
    assert finished.outcome == "failed"
    assert finished.problem is not None
    assert "weigh" in finished.problem.message


def test_a_call_that_nobody_answered_stays_valid(
    provide: StartProvider, work: StartWorker, api: str
) -> None:
    provider = provide(Answer(tool_calls=[RED]), Answer("Never mind."))
    worker = work("pilot", provider, api=api)
    start(worker, "one", PAINT)
    worker.finished("one")
    assert continue_with(worker, "two", history_of(worker, "one")).outcome == "ok"
    assert list(provider.requests[1].tool_outputs) == ["to_red"]
