"""Whole turns, over real HTTP, with both APIs."""

import json

import msgspec
import pytest

from tests.support.provider import Answer, Provider, ToolCall, Usage, Wire
from tests.support.provider.conversation import items_of
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.events import (
    AgentChanged,
    AttemptConnected,
    AttemptFinished,
    AttemptStarted,
    Event,
    HistoryChanged,
    ModelCallStarted,
    ReasoningDelta,
    RefusalDelta,
    RunStarted,
    TextDelta,
    TextReplaced,
    ToolArgumentsDelta,
    ToolCalled,
    ToolFinished,
    ToolStarted,
    UsageReported,
    WorkerStarted,
)
from tui.protocol.worker_settings import RunData


def test_a_turn_streams_its_text_and_reports_usage(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    usage = Usage(input=7, output=3, cached=2, reasoning=1)
    answer = Answer(deltas=["Hello", ", ", "world"], reasoning=["let me see"], usage=usage)
    worker = work("plain", provide(answer), api=api)
    finished = worker.say("hi")
    assert finished.outcome == "ok"
    assert finished.output == "Hello, world"
    assert [delta.text for delta in worker.all(TextDelta)] == ["Hello", ", ", "world"]
    assert [delta.text for delta in worker.all(ReasoningDelta)] == ["let me see"]
    (reported,) = worker.all(UsageReported)
    assert (reported.input, reported.output) == (7, 3)
    assert (reported.cached, reported.reasoning) == (2, 1)


def test_counts_that_a_chat_server_leaves_out_are_unknown(
    provide: StartProvider, work: StartWorker
) -> None:
    usage = Usage(input=7, output=3)
    provider = provide(Answer("Hello.", usage=usage, wire=Wire(sparse=True)))
    worker = work("plain", provider, api="chat")
    worker.say("hi")
    (reported,) = worker.all(UsageReported)
    assert (reported.input, reported.output) == (7, 3)
    assert (reported.cached, reported.reasoning) == (None, None)


def test_events_come_in_order_and_are_numbered_without_gaps(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    worker = work("plain", provide(Answer("fine")), api=api)
    worker.say("how are you?")
    assert [event.seq for event in worker.events] == list(range(1, len(worker.events) + 1))
    assert isinstance(worker.events[0], WorkerStarted)
    order: list[type[Event]] = [
        RunStarted, ModelCallStarted, AttemptStarted, AttemptConnected, TextDelta, AttemptFinished,
    ]  # fmt: skip
    seen = [worker.events.index(worker.all(kind)[0]) for kind in order]
    assert seen == sorted(seen)
    times = [event.at for event in worker.events]
    assert times == sorted(times)


def test_missing_usage_is_not_zero(api: str, provide: StartProvider, work: StartWorker) -> None:
    worker = work("plain", provide(Answer("fine", usage=None)), api=api)
    worker.say("hi")
    (reported,) = worker.all(UsageReported)
    assert reported.input is None
    assert reported.output is None


def test_later_turns_send_the_earlier_ones_over_the_same_connection(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(*[Answer(f"answer {number}") for number in range(10)])
    worker = work("plain", provider, api=api)
    for number in range(10):
        assert worker.say(f"question {number}").output == f"answer {number}"
    assert len(provider.connections) == 1
    said = [str(item.get("content")) for item in items_of(provider.requests[1].body)]
    assert "question 0" in said[0]
    assert "answer 0" in said[1]
    assert "question 1" in said[2]
    assert provider.problems == []


def test_the_events_of_a_tool_call_come_in_order(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    call = ToolCall("add", {"a": 1, "b": 2}, id="call_add")
    provider = provide(Answer(tool_calls=[call]), Answer("three"))
    worker = work("adder", provider, api=api)
    assert worker.say("1+2?").output == "three"
    deltas = worker.all(ToolArgumentsDelta)
    assert deltas[0].text == ""
    assert "".join(delta.text for delta in deltas) == call.arguments_text
    steps: list[Event] = [
        deltas[0],
        *worker.all(ToolCalled),
        *worker.all(ToolStarted),
        *worker.all(ToolFinished),
    ]
    assert [type(step) for step in steps] == [
        ToolArgumentsDelta, ToolCalled, ToolStarted, ToolFinished,
    ]  # fmt: skip
    assert [step.seq for step in steps] == sorted(step.seq for step in steps)
    assert {getattr(step, "tool_call", "") for step in steps} == {"call_add"}
    (done,) = worker.all(ToolFinished)
    assert (done.outcome, done.output) == ("ok", "3")


def test_a_repeated_call_id_is_made_unique(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    again = [Answer(tool_calls=[ToolCall("add", {"a": n, "b": n}, id="call_0")]) for n in (1, 2)]
    provider = provide(*again, Answer("done"))
    worker = work("adder", provider, api=api)
    assert worker.say("add twice").outcome == "ok"
    assert [done.output for done in worker.all(ToolFinished)] == ["2", "4"]
    assert len({called.tool_call for called in worker.all(ToolCalled)}) == 2
    assert provider.problems == []


def test_a_refusal_is_not_text(api: str, provide: StartProvider, work: StartWorker) -> None:
    worker = work("plain", provide(Answer(refusal="I cannot")), api=api)
    worker.say("do it")
    assert "".join(delta.text for delta in worker.all(RefusalDelta)) == "I cannot"
    assert worker.all(TextDelta) == []


def test_parts_are_counted_when_a_server_leaves_out_indexes(
    provide: StartProvider, work: StartWorker
) -> None:
    answer = Answer("said", reasoning=["thought"], wire=Wire(sparse=True))
    worker = work("plain", provide(answer), api="responses")
    assert worker.say("hi").output == "said"
    assert {delta.part for delta in worker.all(ReasoningDelta)} == {0}
    assert {delta.part for delta in worker.all(TextDelta)} == {1}


def test_final_text_replaces_deltas_that_came_twice(
    provide: StartProvider, work: StartWorker
) -> None:
    answer = Answer(deltas=["one ", "two"], sent_order=[0, 0, 1])
    worker = work("plain", provide(answer), api="responses")
    assert worker.say("count").output == "one two"
    assert [replaced.text for replaced in worker.all(TextReplaced)] == ["one two"]


def test_model_names_with_slashes_reach_the_server_unchanged(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    for model in ("meta-llama/Llama-3", "openai/gpt-oss-20b"):
        provider = provide(Answer("hi"))
        worker = work("plain", provider, api=api, model=model)
        worker.say("hi")
        assert provider.requests[0].body["model"] == model
        assert worker.all(ModelCallStarted)[0].model == model


def test_the_host_of_the_provider_is_reported(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("hi"))
    worker = work("plain", provider, api=api)
    worker.say("hi")
    host = f"127.0.0.1:{provider.port}"
    loaded = worker.loaded()
    (call,) = worker.all(ModelCallStarted)
    assert loaded.host == call.host == call.provider == host
    assert loaded.api == call.api == api


def test_the_output_of_an_output_type_is_json(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer('{"city": "Hue", "degrees": 31}'))
    worker = work("forecaster", provider, api=api)
    assert worker.loaded().output_json
    finished = worker.say("weather?")
    assert finished.output_json
    assert msgspec.json.decode(finished.output) == {"city": "Hue", "degrees": 31}


def test_a_final_output_that_code_made_is_marked_as_not_spoken(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("figures")]), strict=True)
    finished = work("concluder", provider, api=api).say("add it up")
    assert (finished.output, finished.spoken) == ("concluded from 40 and 2", False)
    assert work("plain", provide(Answer("hi")), api=api).say("hello").spoken


def test_a_handoff_changes_the_agent_of_this_turn_and_the_next(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("transfer_to_poet")]), Answer("a verse"), Answer("another")
    )
    worker = work("triage", provider, api=api)
    assert worker.loaded().agents == ("Triage", "Poet")
    assert worker.say("a poem").agent == "Poet"
    start, handoff = worker.all(AgentChanged)
    assert (start.agent, start.reason) == ("Triage", "start")
    assert (handoff.agent, handoff.previous, handoff.reason) == ("Poet", "Triage", "handoff")
    (called,) = worker.all(ToolCalled)
    assert called.handoff
    assert [done.outcome for done in worker.all(ToolFinished)] == ["ok"]
    assert worker.all(HistoryChanged)[-1].agent == "Poet"
    worker.say("one more")
    assert [call.agent for call in worker.all(ModelCallStarted)] == ["Triage", "Poet", "Poet"]
    assert provider.problems == []


def test_of_two_handoffs_the_second_is_refused_in_the_words_of_the_sdk(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    both = [ToolCall("transfer_to_poet"), ToolCall("transfer_to_judge")]
    worker = work("router", provide(Answer(tool_calls=both), Answer("roses")), api=api)
    assert worker.say("route").outcome == "ok"
    first, second = sorted(worker.all(ToolFinished), key=lambda done: done.name, reverse=True)
    assert (first.name, first.outcome) == ("transfer_to_poet", "ok")
    assert (second.name, second.outcome) == ("transfer_to_judge", "rejected")
    assert "ignoring this one" in second.output


@pytest.mark.parametrize("arguments", ['{"a": "cut in the mid', "[1]", ""])
def test_arguments_that_are_no_json_object_are_kept_and_never_sent(
    api: str, arguments: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("add", arguments)]), Answer("I see."), Answer("again")
    )
    worker = work("adder", provider, api=api)
    assert worker.say("add").outcome == "ok"
    assert worker.say("and again").outcome == "ok"
    (called,) = worker.all(ToolCalled)
    assert called.arguments == arguments
    assert provider.problems == []
    assert '"{}"' in json.dumps(items_of(provider.requests[-1].body))


def test_max_turns_ends_the_run_and_keeps_the_tools(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    call = Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 1})])
    provider = provide(call, Answer("two"))
    worker = work("adder", provider, api=api, run=RunData(max_turns=1))
    finished = worker.say("add")
    assert finished.outcome == "failed"
    assert finished.problem is not None
    assert finished.problem.kind == "max_turns"
    assert finished.can_continue
    assert worker.history()[-1]["output"] == "2"
    assert worker.retry("continue").output == "two"
    assert provider.problems == []


def test_a_rewind_takes_exactly_one_turn_back(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(*map(Answer, ("first", "second", "second again")))
    worker = work("plain", provider, api=api)
    worker.say("one")
    worker.say("two")
    assert worker.retry("rewind").output == "second again"
    assert worker.all(RunStarted)[-1].prompt == "two"
    contents = [str(item.get("content")) for item in items_of(provider.requests[2].body)]
    assert len(contents) == 3
    assert "first" in contents[1]
    assert "two" in contents[2]
    assert [item.get("role") for item in worker.history()] == ["user", "assistant"] * 2


def test_the_named_context_and_run_configuration_are_used(
    provide: StartProvider, work: StartWorker
) -> None:
    provider: Provider = provide(Answer(tool_calls=[ToolCall("who_am_i")]), Answer("ok"))
    worker = work(
        "aware",
        provider,
        model=None,
        context="sample_agents:make_context",
        run_config="sample_agents:run_config",
    )
    worker.say("who?")
    assert [done.output for done in worker.all(ToolFinished)] == ["the context"]
    assert provider.requests[0].body["model"] == "from-run-config"
