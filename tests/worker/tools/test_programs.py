"""Programmatic tool calling: programs that the provider runs, and the calls that they make."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.conversations import Folding, assert_shown_again
from tests.support.provider import Answer
from tests.support.provider.script import raw
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.core.conversation import ToolCall
from tui.journal.markdown_export import markdown
from tui.protocol.commands import CancelTool
from tui.protocol.events import ToolCalled, ToolFinished, ToolStarted
from tui.protocol.recovery_text import INTERRUPTED_OUTPUT
from tui.worker.tools.hosted_tools import outcome_of
from tui.worker.tools.tool_wrappers import CANCELLED_BY_USER

AGENT = "programmer"
CODE = "const d = await tools.depth({place: 'reef'});\ntext(d);"
PROGRAM = {"id": "prog_1", "type": "program", "call_id": "p1", "code": CODE, "fingerprint": "f1"}


def inner(call_id: str, place: str) -> dict[str, Any]:
    return {
        "id": f"fc_{call_id}", "type": "function_call", "call_id": call_id, "name": "depth",
        "arguments": f'{{"place": "{place}"}}', "status": "completed",
        "caller": {"type": "program", "caller_id": "p1"},
    }  # fmt: skip


def output(result: str = "4 m", status: str = "completed") -> dict[str, Any]:
    return {"id": "po_1", "type": "program_output", "call_id": "p1", "result": result,
            "status": status}  # fmt: skip


def tools_of(worker: WorkerProcess) -> dict[str, ToolCall]:
    """Every call as the panes show it at last."""
    changes = Folding().feed(*worker.events)
    return {change.item.key: change.item for change in changes if isinstance(change.item, ToolCall)}


def test_its_code_is_shown_and_its_calls_are_inside_it_with_their_results(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer(items=raw(PROGRAM, inner("c1", "reef"), inner("c2", "bay"))),
        Answer("It is 4 m deep.", items=raw(output())),
        Answer("Yes."),
    )
    worker = work(AGENT, provider)
    assert worker.say("how deep?").output == "It is 4 m deep."
    tools = tools_of(worker)
    program, calls = tools["p1"], (tools["c1"], tools["c2"])
    assert (program.name, program.arguments, program.output) == ("program", CODE, "4 m")
    assert (program.state, program.parent, program.depth, program.top) == ("ok", "", 0, True)
    assert [(call.state, call.output) for call in calls] == [("ok", "4 m"), ("ok", "3 m")]
    assert {(call.parent, call.depth, call.top) for call in calls} == {("p1", 1, True)}
    order = [(type(one), one.tool_call) for one in worker.events
             if isinstance(one, ToolStarted | ToolFinished)]  # fmt: skip
    assert order[0] == (ToolStarted, "p1")
    assert order[-1] == (ToolFinished, "p1")
    assert_shown_again(worker.events)
    document = markdown("", worker.events)
    assert CODE in document
    assert document.index("**program** (ok)") < document.index("↳ **depth** (ok)")
    assert worker.say("sure?").output == "Yes."
    assert provider.problems == []


def test_what_its_calls_did_is_kept_when_it_is_cut_off(
    provide: StartProvider, work: StartWorker
) -> None:
    calls = [inner("c1", "reef"), inner("c2", "abyss")]
    provider = provide(Answer(items=raw(PROGRAM, *calls)), Answer("Too deep."))
    worker = work(AGENT, provider)
    run = worker.start("how deep?")
    worker.until(ToolStarted, lambda started: started.tool_call == "c2")
    worker.until(ToolFinished, lambda ended: ended.tool_call == "c1")
    assert worker.cancel(run).outcome == "cancelled"
    ends = {one.tool_call: one.outcome for one in worker.all(ToolFinished)}
    assert ends["p1"] == "unknown"
    assert ends["c1"] == "ok"
    assert ends["c2"] in {"unknown", "cancelled"}
    assert_shown_again(worker.events)
    assert worker.retry("continue").output == "Too deep."
    sent = provider.requests[1]
    assert sent.tool_outputs == {"c1": "4 m", "c2": INTERRUPTED_OUTPUT}
    assert not any("caller" in item or item.get("type") == "program" for item in sent.items)
    assert provider.problems == []


def test_a_program_that_made_no_call_and_was_cut_off_is_not_sent_again(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("I stop.", items=raw(PROGRAM)), Answer("Again."))
    worker = work(AGENT, provider)
    worker.say("how deep?")
    assert worker.say("and now?").output == "Again."
    assert provider.problems == []


@pytest.mark.parametrize(("name", "returned"), [("depth", "{}"), ("tide", '{{"error":"{}"}}')])
def test_one_of_its_calls_can_be_cancelled_alone(
    name: str, returned: str, provide: StartProvider, work: StartWorker
) -> None:
    call = {**inner("c1", "abyss"), "name": name}
    provider = provide(Answer(items=raw(PROGRAM, call)), Answer("No.", items=raw(output("none"))))
    worker = work(AGENT, provider)
    run = worker.start("how deep?")
    worker.until(ToolStarted, lambda started: started.tool_call == "c1")
    worker.send(CancelTool(tool_call="c1"))
    assert worker.finished(run).output == "No."
    assert tools_of(worker)["c1"].state == "cancelled"
    assert provider.requests[1].tool_outputs["c1"] == returned.format(CANCELLED_BY_USER)
    assert provider.problems == []


def test_an_incomplete_output_is_an_error() -> None:
    outcome, shown, problem, _ = outcome_of(SimpleNamespace(**output("half", "incomplete")))
    assert (outcome, shown) == ("error", "half")
    assert problem is not None


@pytest.mark.parametrize("streamed", [True, False])
def test_a_model_that_sends_only_its_complete_answer_has_the_same_rows(
    streamed: bool, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer(items=raw(PROGRAM, inner("c1", "reef"))), Answer("4 m.", items=raw(output()))
    )
    worker = work(AGENT if streamed else "whole_programmer", provider)
    worker.say("how deep?")
    assert [(one.tool_call, one.parent) for one in worker.all(ToolCalled)] == [
        ("p1", ""),
        ("c1", "p1"),
    ]
    assert [one.tool_call for one in worker.all(ToolFinished)] == ["c1", "p1"]
