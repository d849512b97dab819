"""Tools: true times, errors, nested agents, approvals, guardrails."""

import pytest

from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider, StartWorker, ToolGate
from tests.worker.driver import WorkerProcess
from tests.worker.sample_agents import GATE
from tui.protocol.commands import Approve, CancelTool, Reject
from tui.protocol.events import (
    AgentChanged,
    ApprovalAnswered,
    ApprovalRequested,
    GuardrailPassed,
    GuardrailTripped,
    HistoryChanged,
    ModelCallStarted,
    RunFinished,
    TextDelta,
    ToolCalled,
    ToolFinished,
    ToolStarted,
)


def test_a_fast_tool_ends_before_the_slow_one_beside_it(
    provide: StartProvider, work: StartWorker, gate: ToolGate
) -> None:
    calls = [ToolCall("gated", id="slow"), ToolCall("add", {"a": 1, "b": 2}, id="fast")]
    provider = provide(Answer(tool_calls=calls), Answer("done"))
    worker = work("parallel", provider, env={GATE: str(gate.path)})
    run = worker.start("both")
    fast = worker.until(ToolFinished)
    assert fast.tool_call == "fast"
    assert len(worker.all(ToolStarted)) == 2
    gate.open()
    assert worker.finished(run).outcome == "ok"
    slow = worker.all(ToolFinished)[-1]
    assert (slow.tool_call, slow.output) == ("slow", "opened")
    assert slow.at > fast.at


def test_a_handled_error_is_reported_with_its_type_and_the_run_continues(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("raise_value_error")]), Answer("sorry"))
    worker = work("faulty", provider, api=api)
    assert worker.say("go").output == "sorry"
    (done,) = worker.all(ToolFinished)
    assert done.outcome == "error"
    assert done.problem is not None
    assert (done.problem.kind, done.problem.code) == ("tool", "ValueError")
    assert "no such thing" in done.problem.message
    assert "raise_value_error" in done.problem.detail
    assert "do-not-show-me" not in str(worker.events)


def test_an_unhandled_error_fails_the_run_but_the_conversation_continues(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("raise_unhandled")]), Answer("better now"))
    worker = work("faulty", provider, api=api)
    finished = worker.say("go")
    assert finished.outcome == "failed"
    assert finished.problem is not None
    assert (finished.problem.kind, finished.problem.code) == ("tool", "KeyError")
    assert [done.outcome for done in worker.all(ToolFinished)] == ["error"]
    assert worker.say("and now?").output == "better now"
    assert provider.problems == []


def test_arguments_that_are_not_json_fail_the_call_and_not_the_run(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("add", "{broken")]), Answer("I see"))
    worker = work("adder", provider, api=api)
    assert worker.say("go").output == "I see"
    assert [done.outcome for done in worker.all(ToolFinished)] == ["error"]


def test_a_tool_that_times_out_is_an_error(provide: StartProvider, work: StartWorker) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("too_slow")]), Answer("too bad"))
    worker = work("slow", provider)
    assert worker.say("go").outcome == "ok"
    (done,) = worker.all(ToolFinished)
    assert done.outcome == "error"
    assert done.problem is not None
    assert done.problem.code == "timeout"


@pytest.mark.parametrize("tool", ["wait_forever", "gated_in_thread"])
def test_tools_without_a_time_out_get_the_workers(
    tool: str, provide: StartProvider, work: StartWorker, gate: ToolGate
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall(tool, id="hanging")]), Answer("too bad"))
    worker = work("slow", provider, tool_timeout=0.05, env={GATE: str(gate.path)})
    assert worker.say("go").output == "too bad"
    (done,) = worker.all(ToolFinished)
    assert done.problem is not None
    assert (done.outcome, done.problem.code) == ("error", "timeout")
    assert "timed out" in provider.requests[1].tool_outputs["hanging"]


def test_the_tool_time_out_does_not_apply_to_agents_used_as_tools(
    provide: StartProvider, work: StartWorker
) -> None:
    asked = Answer(tool_calls=[ToolCall("ask_inner", {"input": "count"}, id="outer_call")])
    provider = provide(asked, Answer("inner", first_after=0.2), Answer("outer"))
    worker = work("outer", provider, tool_timeout=0.05)
    assert worker.say("go").output == "outer"
    assert [done.outcome for done in worker.all(ToolFinished)] == ["ok"]


def start_and_cancel_tool(worker: WorkerProcess) -> str:
    """Start a run and cancel its tool; returns the run's id."""
    run = worker.start("go")
    worker.send(CancelTool(tool_call=worker.until(ToolStarted).tool_call))
    return run


@pytest.mark.parametrize(
    ("agent", "tool"), [("slow", "wait_forever"), ("stubborn", "keep_waiting")]
)
def test_one_tool_can_be_cancelled_and_the_run_continues(
    agent: str, tool: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall(tool, id="hanging")]), Answer("as you like"))
    worker = work(agent, provider)
    run = start_and_cancel_tool(worker)
    if agent == "stubborn":
        # It has caught its cancellation: cancel it again.
        worker.until_printed(b"not now")
        worker.send(CancelTool(tool_call="hanging"))
    assert worker.finished(run).output == "as you like"
    assert [done.outcome for done in worker.all(ToolFinished)] == ["cancelled"]
    assert provider.requests[1].tool_outputs == {"hanging": "cancelled by the user"}


def test_a_tool_that_catches_its_cancellation_ends_with_its_run(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("keep_waiting")]))
    worker = work("stubborn", provider)
    run = start_and_cancel_tool(worker)
    worker.until_printed(b"not now")
    assert worker.cancel(run).outcome == "cancelled"
    assert len(provider.requests) == 1


def test_the_output_of_a_tool_that_finishes_in_spite_of_its_cancellation_is_kept(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("finish_anyway", id="it")]), Answer("thanks"))
    worker = work("stubborn", provider)
    assert worker.finished(start_and_cancel_tool(worker)).output == "thanks"
    (done,) = worker.all(ToolFinished)
    assert (done.outcome, done.output) == ("ok", "finished anyway")
    assert provider.requests[1].tool_outputs == {"it": "finished anyway"}


def test_an_unknown_tool_fails_the_run_and_its_call_is_closed(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("no_such_tool")]), Answer("fine"))
    worker = work("plain", provider, api=api)
    finished = worker.say("go")
    assert finished.problem is not None
    assert finished.problem.kind == "agent"
    assert "no_such_tool" in finished.problem.message
    assert [done.outcome for done in worker.all(ToolFinished)] == ["error"]
    assert worker.say("again").outcome == "ok"
    assert provider.problems == []


def test_a_nested_agent_without_on_stream_has_its_call_as_parent(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("ask_inner", {"input": "1+2"}, id="outer_call")]),
        Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2}, id="inner_call")]),
        Answer(deltas=["in", "ner"]),
        Answer("outer"),
    )
    worker = work("outer", provider, api=api)
    assert worker.say("go").output == "outer"
    calls = [(call.agent, call.parent) for call in worker.all(ModelCallStarted)]
    assert calls == [
        ("Outer", ""), ("Inner", "outer_call"), ("Inner", "outer_call"), ("Outer", ""),
    ]  # fmt: skip
    assert [(called.tool_call, called.parent) for called in worker.all(ToolCalled)] == [
        ("outer_call", ""),
        ("inner_call", "outer_call"),
    ]
    nested = [call.call for call in worker.all(ModelCallStarted) if call.parent]
    assert [delta.text for delta in worker.all(TextDelta) if delta.call in nested] == ["in", "ner"]
    assert [done.tool_call for done in worker.all(ToolFinished)] == ["inner_call", "outer_call"]
    assert ("Inner", "outer_call") in [(c.agent, c.parent) for c in worker.all(AgentChanged)]
    assert "inner" in str(worker.history()[2])
    assert len(worker.history()) == 4


def test_a_nested_agent_with_its_own_run_config_is_tapped_too(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("ask_inner", {"input": "hi"}, id="outer_call")]),
        Answer("inner"),
        Answer("outer"),
    )
    worker = work("apart", provider)
    assert worker.say("go").output == "outer"
    nested = worker.all(ModelCallStarted)[1]
    assert (nested.model, nested.parent) == ("own-config", "outer_call")


def test_an_approved_tool_runs(api: str, provide: StartProvider, work: StartWorker) -> None:
    call = ToolCall("launch", {"target": "Mars"}, id="to_mars")
    provider = provide(Answer(tool_calls=[call]), Answer("off we go"))
    worker = work("careful", provider, api=api)
    run = worker.start("go")
    asked = worker.until(ApprovalRequested)
    assert (asked.tool_call, asked.name, asked.agent) == ("to_mars", "launch", "Careful")
    assert "Mars" in asked.arguments
    assert worker.all(ToolStarted) == []
    worker.send(Approve(tool_call="to_mars"))
    assert worker.finished(run).output == "off we go"
    assert [answer.approved for answer in worker.all(ApprovalAnswered)] == [True]
    assert [done.output for done in worker.all(ToolFinished)] == ["launched at Mars"]
    assert len(worker.history()) == 4
    assert provider.problems == []


def test_a_rejected_tool_does_not_run_and_the_model_gets_the_reason(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    call = ToolCall("launch", {"target": "Mars"}, id="to_mars")
    provider = provide(Answer(tool_calls=[call]), Answer("understood"))
    worker = work("careful", provider, api=api)
    run = worker.start("go")
    worker.until(ApprovalRequested)
    worker.send(Reject(tool_call="to_mars", reason="bad weather"))
    assert worker.finished(run).output == "understood"
    assert worker.all(ToolStarted) == []
    assert [done.outcome for done in worker.all(ToolFinished)] == ["rejected"]
    assert provider.requests[1].tool_outputs == {"to_mars": "bad weather"}


def test_always_is_remembered_for_later_turns(provide: StartProvider, work: StartWorker) -> None:
    calls = [Answer(tool_calls=[ToolCall("launch", {"target": t})]) for t in ("Mars", "Venus")]
    provider = provide(calls[0], Answer("one"), calls[1], Answer("two"))
    worker = work("careful", provider)
    run = worker.start("go")
    asked = worker.until(ApprovalRequested)
    worker.send(Approve(tool_call=asked.tool_call, always=True))
    worker.finished(run)
    assert worker.say("again").output == "two"
    assert len(worker.all(ApprovalRequested)) == 1
    assert [done.outcome for done in worker.all(ToolFinished)] == ["ok", "ok"]


def test_a_nested_agent_can_ask_for_approval(provide: StartProvider, work: StartWorker) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("ask_careful", {"input": "fly"}, id="outer_call")]),
        Answer(tool_calls=[ToolCall("launch", {"target": "Mars"}, id="to_mars")]),
        Answer("flying"),
        Answer("done"),
    )
    worker = work("careful_outer", provider)
    run = worker.start("go")
    asked = worker.until(ApprovalRequested)
    assert (asked.tool_call, asked.parent) == ("to_mars", "outer_call")
    assert worker.all(ToolFinished) == []
    worker.send(Approve(tool_call="to_mars"))
    assert worker.finished(run).output == "done"
    assert [done.tool_call for done in worker.all(ToolFinished)] == ["to_mars", "outer_call"]
    assert len(worker.all(ToolStarted)) == 2


def test_an_input_guardrail_drops_the_message_and_its_own_model_call_is_aside(
    provide: StartProvider, work: StartWorker
) -> None:
    # The requests of the judge and of the agent come in either order: both get this answer.
    provider = provide(*[Answer("yes")] * 4)
    worker = work("guarded", provider)
    finished = worker.say("build a bomb")
    (tripped,) = worker.all(GuardrailTripped)
    assert (tripped.guardrail, tripped.stage) == ("no_bombs", "input")
    assert tripped.info == "mentions bombs"
    assert finished.problem is not None
    assert finished.problem.kind == "guardrail"
    assert not finished.can_continue
    assert worker.history() == []
    assert worker.say("hello").outcome == "ok"
    assert all("bomb" not in str(request.items) for request in provider.requests[2:])
    judged = [call for call in worker.all(ModelCallStarted) if call.agent == "Judge"]
    assert {call.parent for call in judged} == {"aside"}
    assert len(worker.history()) == 2


def test_guardrails_that_pass_are_reported_with_their_time(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("guarded", provide(*[Answer("yes")] * 2))
    assert worker.say("hello").outcome == "ok"
    passed = worker.all(GuardrailPassed)
    assert {event.guardrail for event in passed} == {"no_bombs", "no_secrets"}
    assert all(0 <= event.began <= event.at for event in passed)
    # The judge is asked inside this one.
    (judged,) = [call for call in worker.all(ModelCallStarted) if call.agent == "Judge"]
    (bombs,) = [event for event in passed if event.guardrail == "no_bombs"]
    assert bombs.began <= judged.at <= bombs.at


def test_an_output_guardrail_withdraws_the_answer(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(*[Answer("the secret")] * 2, *[Answer("nothing")] * 2)
    worker = work("guarded", provider)
    finished = worker.say("tell me")
    assert finished.outcome == "failed"
    (tripped,) = worker.all(GuardrailTripped)
    assert (tripped.guardrail, tripped.stage, tripped.agent) == ("no_secrets", "output", "Guarded")
    assert [item.get("role") for item in worker.history()] == ["user"]
    again: RunFinished = worker.say("and now?")
    assert again.output == "nothing"


def test_a_result_is_in_the_conversation_before_it_is_shown(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    """If the worker dies in between, the call must not run again."""
    provider = provide(Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})]), Answer("three"))
    worker = work("adder", provider, api=api)
    worker.say("add")
    (shown,) = worker.all(ToolFinished)
    changes = worker.all(HistoryChanged)
    told = [change.seq for change in changes if b'"output":"3"' in b"".join(change.items)]
    assert told
    assert told[0] < shown.seq


def test_calls_of_one_answer_that_share_an_id_get_different_ids(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    calls = [ToolCall("add", {"a": number, "b": 0}, id="call_0") for number in (1, 2)]
    provider = provide(Answer(tool_calls=calls), Answer(tool_calls=calls), Answer("done"))
    worker = work("adder", provider, api=api)
    assert worker.say("add").outcome == "ok"
    called = [event.tool_call for event in worker.all(ToolCalled)]
    assert len(set(called)) == 4
    outputs = {done.tool_call: done.output for done in worker.all(ToolFinished)}
    assert [outputs[call] for call in called] == ["1", "2", "1", "2"]
    kept = {item["call_id"]: item["output"] for item in worker.history() if "output" in item}
    assert kept == outputs
    assert provider.problems == []
