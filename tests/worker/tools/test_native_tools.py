"""Native tools, whose calls and outputs have their own types in the API."""

import dataclasses

import pytest

from tests.support.provider import Answer, ToolCall
from tests.support.provider.script import ToolKind
from tests.worker.conftest import StartProvider, StartWorker, ToolGate
from tests.worker.sample_agents import GATE
from tui.protocol.commands import Approve, CancelTool, Reject
from tui.protocol.events import (
    ApprovalRequested,
    Noticed,
    ToolArgumentsDelta,
    ToolCalled,
    ToolFinished,
    ToolStarted,
)
from tui.protocol.recovery_text import INTERRUPTED_OUTPUT
from tui.worker.tools.tool_wrappers import CANCELLED_BY_USER

AGENT = "handy"
KINDS: tuple[ToolKind, ...] = ("shell", "apply_patch", "custom")


def call(kind: ToolKind, word: str) -> ToolCall:
    """A call with this word as its argument, which selects what the tool does."""
    match kind:
        case "shell":
            return ToolCall("shell", {"commands": [word]}, id="it", kind=kind)
        case "apply_patch":
            operation = {"type": "update_file", "path": word, "diff": "@@\n+x"}
            return ToolCall("apply_patch", operation, id="it", kind=kind)
        case _:
            return ToolCall("note", word, id="it", kind=kind)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_called_starts_and_ends_and_the_model_gets_its_output(
    kind: ToolKind, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[call(kind, "this")]), Answer("done"), Answer("again"))
    worker = work(AGENT, provider)
    assert worker.say("go").output == "done"
    (called,), (started,) = worker.all(ToolCalled), worker.all(ToolStarted)
    (finished,) = worker.all(ToolFinished)
    assert called.name == started.name == finished.name == call(kind, "").name
    assert "this" in called.arguments
    assert (finished.outcome, finished.problem) == ("ok", None)
    assert finished.output.endswith(" this")
    assert provider.requests[1].tool_outputs["it"] == finished.output
    assert worker.say("more").output == "again"
    assert provider.problems == []


@pytest.mark.parametrize("kind", KINDS)
def test_its_exception_is_an_error_although_the_model_gets_an_output(
    kind: ToolKind, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[call(kind, "break")]), Answer("sorry"))
    worker = work(AGENT, provider)
    assert worker.say("go").output == "sorry"
    (finished,) = worker.all(ToolFinished)
    assert finished.outcome == "error"
    assert finished.problem is not None
    assert finished.problem.kind == "tool"
    assert finished.problem.message.startswith("no such ")
    assert "Error running tool" in finished.problem.detail
    assert provider.problems == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_cancelled_call_gets_an_output_of_its_own_type(
    kind: ToolKind, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[call(kind, "hang")]), Answer("as you like"))
    worker = work(AGENT, provider)
    run = worker.start("go")
    worker.until(ToolStarted)
    assert worker.cancel(run).outcome == "cancelled"
    (finished,) = worker.all(ToolFinished)
    assert finished.outcome == "unknown"
    assert worker.say("go on").output == "as you like"
    (output,) = (
        item for item in provider.requests[1].items if str(item.get("type")).endswith("_output")
    )
    assert INTERRUPTED_OUTPUT in str(output["output"])
    assert provider.problems == []


@pytest.mark.parametrize("kind", KINDS)
def test_it_can_be_cancelled_alone_and_the_run_continues(
    kind: ToolKind, provide: StartProvider, work: StartWorker
) -> None:
    calls = [call(kind, "hang"), dataclasses.replace(call(kind, "this"), id="next")]
    provider = provide(Answer(tool_calls=calls), Answer("as you like"), Answer("again"))
    worker = work(AGENT, provider)
    run = worker.start("go")
    worker.until(ToolStarted)
    worker.send(CancelTool(tool_call="it"))
    assert worker.finished(run).output == "as you like"
    ends = {done.tool_call: (done.outcome, done.output) for done in worker.all(ToolFinished)}
    assert ends["it"] == ("cancelled", CANCELLED_BY_USER)
    assert ends["next"][0] == "ok"
    outputs = provider.requests[1].tool_outputs
    assert outputs["it"] == CANCELLED_BY_USER
    assert outputs["next"] == ends["next"][1]
    assert worker.say("more").output == "again"
    assert provider.problems == []


@pytest.mark.parametrize("kind", KINDS)
def test_its_output_is_kept_when_a_cancel_comes_too_late(
    kind: ToolKind, provide: StartProvider, work: StartWorker, gate: ToolGate
) -> None:
    provider = provide(Answer(tool_calls=[call(kind, "this")]), Answer("done"))
    worker = work("lingering", provider, env={GATE: str(gate.path)})
    run = worker.start("go")
    ended = worker.until(ToolFinished)
    worker.send(CancelTool(tool_call="it"))
    assert worker.until(Noticed).text.startswith("nothing to interrupt")
    gate.open()
    assert worker.finished(run).output == "done"
    assert (ended.outcome, provider.requests[1].tool_outputs["it"]) == ("ok", ended.output)
    assert provider.problems == []


@pytest.mark.parametrize("kind", KINDS)
def test_it_waits_for_an_approval_and_starts_after_it(
    kind: ToolKind, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[call(kind, "ask")]), Answer("done"))
    worker = work(AGENT, provider)
    run = worker.start("go")
    asked = worker.until(ApprovalRequested)
    assert (asked.name, "ask" in asked.arguments) == (call(kind, "").name, True)
    assert worker.all(ToolStarted) == []
    worker.send(Approve(tool_call=asked.tool_call))
    assert worker.finished(run).output == "done"
    (finished,) = worker.all(ToolFinished)
    assert (finished.outcome, finished.output.endswith(" ask")) == ("ok", True)
    assert provider.problems == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_rejected_call_never_starts_and_the_model_gets_the_reason(
    kind: ToolKind, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[call(kind, "ask")]), Answer("as you like"))
    worker = work(AGENT, provider)
    run = worker.start("go")
    asked = worker.until(ApprovalRequested)
    worker.send(Reject(tool_call=asked.tool_call, reason="too dangerous"))
    assert worker.finished(run).output == "as you like"
    assert worker.all(ToolStarted) == []
    assert "too dangerous" in provider.requests[1].tool_outputs["it"]
    assert provider.problems == []


@pytest.mark.parametrize("kind", KINDS)
def test_its_output_is_kept_when_another_tool_is_cancelled(
    kind: ToolKind, provide: StartProvider, work: StartWorker
) -> None:
    hanging = ToolCall("wait_forever", id="other")
    provider = provide(Answer(tool_calls=[hanging, call(kind, "this")]), Answer("well"))
    worker = work(AGENT, provider)
    run = worker.start("go")
    done = worker.until(ToolFinished)
    assert done.tool_call == "it"
    worker.cancel(run)
    worker.say("go on")
    (kept,) = (
        item
        for item in provider.requests[1].items
        if str(item.get("type")).endswith("_output") and item["call_id"] == "it"
    )
    assert done.output in str(kept["output"])
    assert provider.problems == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_that_waits_for_approval_is_not_confused_with_the_next_one(
    kind: ToolKind, provide: StartProvider, work: StartWorker
) -> None:
    asking = dataclasses.replace(call(kind, "ask"), id="asking")
    provider = provide(Answer(tool_calls=[asking, call(kind, "this")]), Answer("done"))
    worker = work(AGENT, provider)
    run = worker.start("go")
    asked = worker.until(ApprovalRequested)
    assert asked.tool_call == "asking"
    assert [(done.tool_call, done.outcome) for done in worker.all(ToolFinished)] == [("it", "ok")]
    worker.send(Approve(tool_call="asking"))
    assert worker.finished(run).output == "done"
    assert [started.tool_call for started in worker.all(ToolStarted)] == ["it", "asking"]
    assert worker.all(ToolFinished)[-1].output.endswith(" ask")
    assert provider.problems == []


def test_the_input_of_a_custom_tool_grows_as_it_streams(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work(AGENT, provide(Answer(tool_calls=[call("custom", "for you")]), Answer("done")))
    worker.say("go")
    pieces = [one.text for one in worker.all(ToolArgumentsDelta)]
    assert len(pieces) == 4
    assert "".join(pieces) == "for you"


def test_a_shell_with_another_name_is_reported_too(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[call("shell", "this")]), Answer("done"))
    worker = work("bash", provider)
    assert worker.say("go").output == "done"
    assert [one.tool_call for one in worker.all(ToolStarted)] == ["it"]
    assert [one.output for one in worker.all(ToolFinished)] == ["ran this"]


def test_a_patch_that_the_editor_reports_as_failed_is_an_error(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[call("apply_patch", "conflict")]), Answer("sorry"))
    worker = work(AGENT, provider)
    assert worker.say("go").output == "sorry"
    (finished,) = worker.all(ToolFinished)
    assert finished.problem is not None
    assert (finished.outcome, finished.problem.message) == ("error", "does not apply")


def test_its_error_is_reported_when_traces_are_redacted(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[call("shell", "break")]), Answer("sorry"))
    redacted = {"OPENAI_AGENTS_TRACE_INCLUDE_SENSITIVE_DATA": "0"}
    worker = work(AGENT, provider, env=redacted)
    assert worker.say("go").output == "sorry"
    (finished,) = worker.all(ToolFinished)
    assert finished.problem is not None
    assert finished.problem.message == "no such command"
