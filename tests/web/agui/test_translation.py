"""What each kind of event becomes in AG-UI."""

from typing import Any

import msgspec
import pytest

from tests.web.agui.agui_client import custom, of_type, outcome, texts
from tests.web.agui.stream_rules import check_stream
from tests.web.agui.translating import as_sent, found_by_validator, steps_of, translated
from tui.protocol import events
from tui.protocol.agui.agui_messages import ReasoningMessage, UserMessage
from tui.protocol.events import Attachment, Event, Problem, ToolSource
from tui.web.dialects.agui.run_terms import Terms
from tui.web.dialects.agui.run_translation import RunTranslation

RESET = Problem(kind="network", message="The connection was reset.", detail="/secret/path.py")


def run_of(*between: Event, **end: Any) -> list[Event]:
    """A run with these events, in their order."""
    start = events.RunStarted(at=0, prompt="hi", entered_at=0, wall=1.0, agent="Ann")
    finish = events.RunFinished(at=0, **{"outcome": "ok", "agent": "Ann", **end})
    session = [start, events.AgentChanged(at=0, agent="Ann"), *between, finish]
    return [msgspec.structs.replace(one, at=at, run="r1") for at, one in enumerate(session, 1)]


def sent_for(*between: Event, end: dict[str, Any] | None = None, **terms: Any) -> list[Any]:
    _, sent = translated(run_of(*between, **(end or {})), **terms)
    check_stream(sent)
    assert found_by_validator(sent) == []
    return sent


def call(number: int = 1, parent: str = "", agent: str = "Ann") -> events.ModelCallStarted:
    return events.ModelCallStarted(
        at=0, call=f"c{number}", agent=agent, model="m", provider="p", parent=parent
    )


def attempt(number: int = 1, *, of: int = 1, continues: bool = False) -> events.AttemptStarted:
    return events.AttemptStarted(at=0, call=f"c{of}", attempt=number, continues=continues)


def text(words: str, *, of: int = 1, number: int = 1, part: int = 0) -> events.TextDelta:
    return events.TextDelta(at=0, call=f"c{of}", attempt=number, part=part, text=words)


def called(
    key: str, name: str = "dig", arguments: str = "{}", parent: str = "", **more: Any
) -> events.ToolCalled:
    return events.ToolCalled(
        at=0, tool_call=key, name=name, arguments=arguments, call="c1", parent=parent, **more
    )


def done(key: str, output: str = "", outcome: Any = "ok", **more: Any) -> events.ToolFinished:
    return events.ToolFinished(at=0, tool_call=key, outcome=outcome, output=output, **more)


def snapshot(sent: list[Any]) -> list[Any]:
    return list(of_type(sent, "MESSAGES_SNAPSHOT")[-1]["messages"])


def test_an_agent_that_takes_over_is_the_next_step() -> None:
    over = events.AgentChanged(at=0, agent="Bo", previous="Ann", reason="handoff")
    sent = sent_for(
        call(),
        called("over", "transfer_to_bo", handoff=True),
        done("over", "Bo"),
        over,
        call(2, agent="Bo"),
        text("Hello", of=2),
    )
    steps = [(s["type"], s["stepName"]) for s in of_type(sent, "STEP_STARTED", "STEP_FINISHED")]
    assert steps == [
        ("STEP_STARTED", "Ann"), ("STEP_FINISHED", "Ann"),
        ("STEP_STARTED", "Bo"), ("STEP_FINISHED", "Bo"),
    ]  # fmt: skip
    deltas = [one for event in of_type(sent, "STATE_DELTA") for one in event["delta"]]
    assert {"op": "replace", "path": "/streamtui/agent", "value": "Bo"} in deltas


NESTED: list[Event] = [
    call(),
    called("ask", "ask_helper", source=ToolSource(agent="Helper")),
    events.ToolStarted(at=0, tool_call="ask"),
    events.AgentChanged(at=0, agent="Helper", parent="ask"),
    call(2, parent="ask", agent="Helper"),
    text("thinking", of=2),
    events.ToolCalled(
        at=0, tool_call="inner", name="dig", arguments="{}", call="c2", agent="Helper", parent="ask"
    ),
    done("inner", "gold"),
    done("ask", "It is gold."),
    call(3),
    text("Gold!", of=3),
]


def test_a_nested_agent_is_a_subagent_with_all_that_it_does() -> None:
    sent = sent_for(*NESTED)
    (started,) = of_type(sent, "SUBAGENT_STARTED")
    assert (started["name"], started["parentToolCallId"]) == ("Helper", "ask")
    inside = [event["type"] for event in sent if event.get("subagentRunId") == "ask"]
    assert inside[0] == "SUBAGENT_STARTED"
    assert inside[-1] == "SUBAGENT_FINISHED"
    assert {"TEXT_MESSAGE_CONTENT", "TOOL_CALL_START", "TOOL_CALL_RESULT"} <= {*inside}
    owners = [message.get("subagentRunId") for message in snapshot(sent)]
    assert owners == [None, None, "ask", "ask", None]


def test_clients_that_know_no_subagents_see_a_step() -> None:
    sent = sent_for(*NESTED, modern=False)
    assert not any("subagentRunId" in event for event in sent)
    assert "Helper (ask)" in [step["stepName"] for step in of_type(sent, "STEP_STARTED")]
    assert list(texts(sent).values()) == ["Gold!"]
    assert [one["toolCallId"] for one in of_type(sent, "TOOL_CALL_RESULT")] == ["ask"]


def test_a_nested_agent_that_fails_is_a_failed_subagent() -> None:
    problem = Problem(kind="tool", message="no shovel")
    sent = sent_for(*NESTED[:5], done("ask", "error", "error", problem=problem))
    (failed,) = of_type(sent, "SUBAGENT_ERROR")
    assert failed["message"] == "no shovel"


def test_reasoning_is_a_span_with_a_message() -> None:
    thought = events.ReasoningDelta(at=0, call="c1", text="Hm.")
    sent = sent_for(call(), attempt(), thought, text("Yes", part=1))
    types = [event["type"] for event in sent if "REASONING" in event["type"]]
    assert types == [
        "REASONING_START", "REASONING_MESSAGE_START", "REASONING_MESSAGE_CONTENT",
        "REASONING_MESSAGE_END", "REASONING_END",
    ]  # fmt: skip


def test_reasoning_without_words_is_an_empty_span() -> None:
    sent = sent_for(call(), events.ReasoningGiven(at=0, call="c1", encrypted=40))
    types = [event["type"] for event in sent if "REASONING" in event["type"]]
    assert types == ["REASONING_START", "REASONING_END"]


def test_text_that_was_reasoning_leaves_the_conversation() -> None:
    recast = events.ReasoningReplaced(at=0, call="c1", text="Hm. Well.", said=True)
    sent = sent_for(call(), attempt(), text("Hm."), recast, text("Yes", part=1))
    assert [one["delta"] for one in of_type(sent, "REASONING_MESSAGE_CONTENT")] == ["Hm. Well."]
    assert len(custom(sent, "was_reasoning")) == 1
    assert [message["content"] for message in snapshot(sent)] == ["Yes"]


def test_a_refusal_is_a_message() -> None:
    sent = sent_for(call(), events.RefusalDelta(at=0, call="c1", text="I will not."))
    assert list(texts(sent).values()) == ["I will not."]


FAILED = events.AttemptFailed(at=0, call="c1", problem=RESET)
RETRY = events.RetryScheduled(at=0, call="c1", attempt=2, most=4, delay=1.0, until=9)


def test_an_answer_that_starts_over_is_a_new_message_and_the_old_one_is_gone_at_the_end() -> None:
    sent = sent_for(
        call(), attempt(), text("Wro"), FAILED, RETRY, attempt(2), text("Right", number=2)
    )
    assert list(texts(sent).values()) == ["Wro", "Right"]
    assert custom(sent, "retry") == [{"attempt": 2, "most": 4, "delay": 1.0}]
    assert custom(sent, "attempt_failed")[0]["message"] == "The connection was reset."
    assert "/secret" not in str(sent)
    assert [message["content"] for message in snapshot(sent)] == ["Right"]


def test_a_call_that_was_cut_off_ends_as_json_and_says_that_it_never_ran() -> None:
    piece = events.ToolArgumentsDelta(at=0, call="c1", tool_call="t", name="dig", text='{"a": "b')
    sent = sent_for(
        call(), attempt(), piece, FAILED, done("t", outcome="cancelled"), attempt(2),
        text("Never mind.", number=2),
    )  # fmt: skip
    arguments = "".join(one["delta"] for one in of_type(sent, "TOOL_CALL_ARGS"))
    assert msgspec.json.decode(arguments) == {"a": "b"}
    assert [one["content"] for one in of_type(sent, "TOOL_CALL_RESULT")] == ["cancelled"]
    assert [message["role"] for message in snapshot(sent)] == ["assistant"]


def test_parallel_calls_belong_to_the_message_before_them() -> None:
    sent = sent_for(
        call(), attempt(), text("Both."), called("a"), called("b"), done("b"), done("a")
    )
    parents = {start["parentMessageId"] for start in of_type(sent, "TOOL_CALL_START")}
    (message,) = of_type(sent, "TEXT_MESSAGE_START")
    assert parents == {message["messageId"]}
    assert [one["role"] for one in snapshot(sent)] == ["assistant", "tool", "tool"]


def test_a_hosted_tool_has_its_arguments_when_they_come() -> None:
    query = '{"query": "tides"}'
    progress = events.ToolProgressed(at=0, tool_call="web", status="searching")
    sent = sent_for(
        call(), called("web", "web_search", "", hosted=True), progress,
        called("web", "web_search", query, hosted=True), done("web", "3 hits"),
    )  # fmt: skip
    assert "".join(one["delta"] for one in of_type(sent, "TOOL_CALL_ARGS")) == query
    assert custom(sent, "tool_progress") == [{"toolCallId": "web", "status": "searching"}]


def test_pictures_in_a_result_are_parts_of_it() -> None:
    picture = Attachment(media_type="image/png", data=b"png", name="dot.png")
    sent = sent_for(call(), called("t"), done("t", "a dot", attachments=(picture,)))
    (result,) = of_type(sent, "TOOL_CALL_RESULT")
    source = {"type": "data", "value": "cG5n", "mimeType": "image/png"}
    assert result["content"] == [
        {"type": "text", "text": "a dot"},
        {"type": "image", "source": source},
    ]
    old = sent_for(call(), called("t"), done("t", "a dot", attachments=(picture,)), modern=False)
    assert of_type(old, "TOOL_CALL_RESULT")[0]["content"] == "a dot\n[dot.png]"


def test_an_answer_that_a_guardrail_withdrew_is_not_in_the_snapshot() -> None:
    tripped = events.GuardrailTripped(at=0, guardrail="polite", stage="output")
    problem = Problem(kind="guardrail", message="The guardrail polite stopped the run.")
    end = {"outcome": "failed", "problem": problem}
    sent = sent_for(call(), attempt(), text("Rude."), tripped, end=end)
    assert outcome(sent) == "GUARDRAIL"
    assert custom(sent, "guardrail") == [{"guardrail": "polite", "stage": "output"}]
    assert snapshot(sent) == []


def test_a_cancelled_run_says_so() -> None:
    sent = sent_for(call(), attempt(), text("Ha"), end={"outcome": "cancelled"})
    assert outcome(sent) == {"type": "cancelled"}
    old = sent_for(call(), attempt(), text("Ha"), end={"outcome": "cancelled"}, modern=False)
    assert "outcome" not in old[-1]


def test_usage_is_summed_for_each_model() -> None:
    usage = [
        events.UsageReported(at=0, call="c1", input=5, output=2, cached=1),
        events.UsageReported(at=0, call="c1", input=6, output=3),
    ]
    sent = sent_for(call(), *usage)
    assert sent[-1]["usage"] == [
        {
            "provider": "p", "model": "m", "inputTokens": 11, "outputTokens": 5, "totalTokens": 16,
            "cachedInputTokens": 1,
        }
    ]  # fmt: skip


def test_a_structured_answer_is_the_result() -> None:
    end = {"output": '{"city": "Hue"}', "output_json": True}
    sent = sent_for(call(), attempt(), text('{"city": "Hue"}'), end=end)
    assert sent[-1]["result"] == {"city": "Hue"}


def test_the_end_of_the_worker_ends_the_run_without_its_prints() -> None:
    session = run_of(call(), attempt(), text("Ha"), called("t"))[:-1]
    gone = events.WorkerExited(at=99, code=7, stderr="Traceback: /secret/path.py")
    _, sent = translated([*session, gone])
    check_stream(sent)
    assert outcome(sent) == "WORKER"
    assert "/secret" not in str(sent)


@pytest.mark.parametrize("modern", [True, False])
def test_a_nested_question_suspends_its_agent(modern: bool) -> None:
    asked = events.ApprovalRequested(
        at=0, tool_call="inner", name="dig", arguments="{}", agent="Helper", parent="ask"
    )
    session = run_of(*NESTED[:7], asked)[:-1]
    translation, sent = translated(session, modern=modern)
    check_stream(sent)
    assert translation.end == "interrupt"
    (interrupt,) = outcome(sent)["interrupts"]
    assert interrupt.get("subagentRunId") == ("ask" if modern else None)
    if modern:
        (suspended,) = of_type(sent, "SUBAGENT_FINISHED")
        assert suspended["outcome"] == {"type": "suspended", "interruptIds": [interrupt["id"]]}
    # The resumed run knows what was before.
    steps = steps_of(run_of(*NESTED[:7], asked, done("inner", "gold"), *NESTED[8:]))
    resumed = RunTranslation(
        Terms(
            thread="t", run="run2", ours="r1", messages=translation.snapshot, modern=modern,
            resumes=True,
        )
    )  # fmt: skip
    more = resumed.begin(agent="Ann")
    for step in steps[: len(session)]:
        resumed.remember(step)
    more += resumed.take(steps[len(session) :])
    told = as_sent(more)
    check_stream(told)
    assert found_by_validator(told) == []
    results = [one["toolCallId"] for one in of_type(told, "TOOL_CALL_RESULT")]
    assert results == (["inner", "ask"] if modern else ["ask"])
    assert [one["name"] for one in of_type(told, "SUBAGENT_STARTED")] == ["Helper"] * modern


def test_the_users_messages_stay_in_the_snapshot() -> None:
    mine = UserMessage(id="mine", content="hi")
    thought = ReasoningMessage(id="thought", content="only the client keeps it")
    sent = sent_for(call(), attempt(), text("Hello"), messages=(mine, thought))
    assert [message["id"] for message in snapshot(sent)] == ["mine", "r1-c1-1-0"]
