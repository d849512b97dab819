"""The items and the state that events lead to."""

import msgspec
import pytest

from tests.support.conversations import Folding
from tui.core.conversation import (
    ENDED_HERE,
    Change,
    Conversation,
    Failure,
    Item,
    MessageSent,
    Notice,
    OutputLine,
    RetrySent,
    Speech,
    ToolCall,
    UserMessage,
    fold,
)
from tui.protocol import events
from tui.protocol.events import Problem

STARTED = events.RunStarted(at=10, run="r1", prompt="hi", entered_at=9, wall=100.0, agent="Ann")
CALL = events.ModelCallStarted(at=11, run="r1", call="c1", agent="Ann", model="m")
ATTEMPT = events.AttemptStarted(at=12, run="r1", call="c1")


def said(text: str, call: str = "c1", at: int = 13, part: int = 0) -> events.TextDelta:
    return events.TextDelta(at=at, run="r1", call=call, text=text, part=part)


def called(key: str, at: int = 14, **more: object) -> events.ToolCalled:
    return events.ToolCalled(at=at, run="r1", tool_call=key, name=key, arguments="{}", **more)  # type: ignore[arg-type]


def started(key: str, at: int = 15) -> events.ToolStarted:
    return events.ToolStarted(at=at, run="r1", tool_call=key)


def finished(outcome: str = "ok", at: int = 20, **more: object) -> events.RunFinished:
    return events.RunFinished(at=at, run="r1", outcome=outcome, **more)  # type: ignore[arg-type]


def last_of(changes: tuple[Change, ...]) -> dict[str, Item]:
    """The last version of each item."""
    return {change.item.key: change.item for change in changes}


@pytest.fixture
def it() -> Folding:
    return Folding()


def test_a_message_is_one_item_whether_it_was_sent_here_or_not(it: Folding) -> None:
    here = it.feed(MessageSent(run="r1", text="hi", at=9), STARTED)
    assert [change.item.key for change in here if isinstance(change.item, UserMessage)] == [
        "user r1"
    ]
    elsewhere = Folding().feed(STARTED)
    assert [type(change.item) for change in elsewhere] == [UserMessage]


def test_a_message_is_shown_masked_and_returned_to_the_prompt_as_typed(it: Folding) -> None:
    changes = it.feed(MessageSent(run="r1", text="key sk-1", shown="key •••"))
    assert isinstance(changes[0].item, UserMessage)
    assert changes[0].item.text == "key •••"
    it.feed(STARTED, finished("failed", kept=False))
    assert it.state.returned_prompt == "key sk-1"


def test_each_part_of_an_answer_is_one_speech(it: Folding) -> None:
    it.feed(STARTED, CALL, ATTEMPT)
    changes = it.feed(said("a"), said("b"), said("c", part=1))
    assert [(change.kind, change.item.key, change.text) for change in changes] == [
        ("began", "c1 1 0", ""),
        ("grew", "c1 1 0", "a"),
        ("grew", "c1 1 0", "b"),
        ("began", "c1 1 1", ""),
        ("grew", "c1 1 1", "c"),
    ]
    assert it.state.writing


def test_an_answer_ends_the_reasoning_before_it(it: Folding) -> None:
    thought = events.ReasoningDelta(at=12, run="r1", call="c1", text="hm")
    changes = it.feed(STARTED, CALL, ATTEMPT, thought, said("so", at=30))
    (speech,) = (
        change.item
        for change in changes
        if isinstance(change.item, Speech) and change.kind == "ended"
    )
    assert (speech.kind, speech.state, speech.ended) == ("reasoning", "done", 30)


def test_a_failed_attempt_interrupts_its_speech_with_the_cause(it: Folding) -> None:
    reset = Problem(kind="network", message="reset")
    failed = events.AttemptFailed(at=14, run="r1", call="c1", problem=reset)
    items = last_of(it.feed(STARTED, CALL, ATTEMPT, said("half"), failed))
    speech = items["c1 1 0"]
    assert isinstance(speech, Speech)
    assert (speech.state, speech.note) == ("interrupted", "attempt 1: reset")
    assert it.state.run is not None
    assert it.state.run.failure == "reset"


def test_nested_calls_have_their_depth(it: Folding) -> None:
    items = last_of(
        it.feed(STARTED, called("t1"), called("t2", parent="t1"), called("t3", parent="t2"))
    )
    depths = {key: item.depth for key, item in items.items() if isinstance(item, ToolCall)}
    assert depths == {"t1": 0, "t2": 1, "t3": 2}


def test_everything_open_is_settled_when_a_run_ends_well(it: Folding) -> None:
    it.feed(STARTED, CALL, ATTEMPT, called("hosted", hosted=True), called("never"), said("x"))
    items = last_of(it.feed(finished()))
    assert it.state.open_things == ()
    hosted, never = items["hosted"], items["never"]
    assert isinstance(hosted, ToolCall)
    assert isinstance(never, ToolCall)
    assert (hosted.state, never.state) == ("unknown", "cancelled")
    assert hosted.note == never.note == "no end was reported"
    speech = items["c1 1 0"]
    assert isinstance(speech, Speech)
    assert speech.state == "done"


def test_a_result_with_another_id_leaves_no_tool_running(it: Folding) -> None:
    other = events.ToolFinished(at=16, run="r1", tool_call="other", outcome="ok", name="t1")
    it.feed(STARTED, called("t1"), started("t1"), other, finished())
    assert it.state.open_things == ()
    assert [tool.state for tool in it.state.tools.values()] == ["unknown", "ok"]


def test_a_worker_that_dies_settles_everything_and_is_a_failure(it: Folding) -> None:
    it.feed(STARTED, CALL, ATTEMPT, said("half"), called("t1"), started("t1"), called("t2"))
    items = last_of(it.feed(events.WorkerExited(at=30, code=7)))
    assert it.state.open_things == ()
    t1, t2 = items["t1"], items["t2"]
    assert isinstance(t1, ToolCall)
    assert isinstance(t2, ToolCall)
    assert (t1.state, t2.state, t1.note) == ("unknown", "cancelled", "the agent's process ended")
    (failure,) = (item for item in items.values() if isinstance(item, Failure))
    assert (failure.cause, failure.can_continue) == ("worker", True)
    assert it.state.run is not None
    assert (it.state.run.outcome, it.state.run.kept) == ("failed", True)


@pytest.mark.parametrize("can_continue", [True, False])
def test_a_worker_that_dies_idle_offers_a_retry_if_the_last_run_can_be_resumed(
    it: Folding, can_continue: bool
) -> None:
    it.feed(STARTED, finished("cancelled", can_continue=can_continue))
    items = last_of(it.feed(events.WorkerExited(at=30, code=7)))
    (failure,) = (item for item in items.values() if isinstance(item, Failure))
    assert failure.can_continue is can_continue


@pytest.mark.parametrize("final", [False, True])
def test_nothing_can_be_continued_without_another_process(it: Folding, final: bool) -> None:
    changes = it.feed(
        STARTED,
        events.HistoryChanged(at=3, run="r1", keep=0, items=()),
        events.WorkerExited(at=30, code=7, final=final),
    )
    (failure,) = (change.item for change in changes if isinstance(change.item, Failure))
    assert failure.can_continue is not final


def test_an_expected_exit_is_not_a_failure(it: Folding) -> None:
    changes = it.feed(STARTED, finished(), events.WorkerExited(at=30, code=0, expected=True))
    assert not [change for change in changes if isinstance(change.item, Failure)]


def test_events_after_the_end_of_their_run_are_shown_and_settled_at_once(it: Folding) -> None:
    it.feed(STARTED, CALL, finished())
    changes = it.feed(said("late"), called("late"))
    assert {change.kind for change in changes} >= {"began", "grew", "ended"}
    assert it.state.open_things == ()
    assert not it.state.running


def test_a_run_without_its_start_is_opened_by_its_first_event(it: Folding) -> None:
    it.feed(said("the beginning was lost"))
    assert it.state.running == "r1"
    it.feed(finished())
    assert not it.state.running


def test_a_new_run_ends_one_that_a_killed_dashboard_left_open(it: Folding) -> None:
    it.feed(STARTED, CALL, said("half"), called("t1"), started("t1"))
    changes = it.feed(events.RunStarted(at=99, run="r2", prompt="again", entered_at=99, wall=1.0))
    notices = [change.item for change in changes if isinstance(change.item, Notice)]
    assert [notice.text for notice in notices] == [ENDED_HERE.message]
    tool = last_of(changes)["t1"]
    assert isinstance(tool, ToolCall)
    assert (tool.state, tool.ended) == ("unknown", 15)
    assert it.state.running == "r2"


def test_a_sent_message_is_still_open_after_a_worker_has_started(it: Folding) -> None:
    it.feed(MessageSent(run="r1", text="hi"))
    it.feed(events.WorkerStarted(at=5, pid=1, python="3", wall=1.0))
    assert it.state.running == "r1"


def test_an_input_guardrail_also_withdraws_complete_answers(it: Folding) -> None:
    done = events.AttemptFinished(at=14, run="r1", call="c1")
    it.feed(STARTED, CALL, ATTEMPT, said("one"), done, said("two", call="c2"))
    tripped = events.GuardrailTripped(at=15, run="r1", guardrail="g", stage="input")
    states = [item.state for item in last_of(it.feed(tripped)).values() if isinstance(item, Speech)]
    assert states == ["withdrawn", "withdrawn"]


def test_a_final_output_that_no_model_said_is_an_answer(it: Folding) -> None:
    it.feed(STARTED, CALL, called("t1"))
    changes = it.feed(finished(output="the total is 42", spoken=False, agent="Ann"))
    speech = [change for change in changes if isinstance(change.item, Speech)]
    assert [(change.kind, change.text) for change in speech] == [
        ("began", ""),
        ("grew", "the total is 42"),
        ("ended", ""),
    ]
    assert it.state.open_things == ()
    said_by_a_model = Folding().feed(STARTED, CALL, said("42"), finished(output="42"))
    assert len([one for one in said_by_a_model if one.kind == "grew"]) == 1


def test_a_guardrail_that_passes_is_a_line_in_the_log(it: Folding) -> None:
    passed = events.GuardrailPassed(at=20_000_000, run="r1", guardrail="g", began=8_000_000)
    (change,) = it.feed(STARTED, passed)[1:]
    assert isinstance(change.item, OutputLine)
    assert (change.item.text, change.item.level) == ("guardrail g passed · 12 ms", "info")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"stage": "input", "agent": "Ann"}, "input guardrail g passed on Ann · 12 ms"),
        ({"stage": "tool_input", "tool": "add", "instead": "no"},
         "tool input guardrail g refused add · 12 ms\nthe model gets: no"),
        ({"stage": "tool_output", "tool": "add", "instead": "-"},
         "tool output guardrail g replaced the result of add · 12 ms\nthe model gets: -"),
    ],
)  # fmt: skip
def test_a_guardrail_says_what_it_checked_and_what_the_model_gets(
    it: Folding, fields: dict[str, str], text: str
) -> None:
    passed = events.GuardrailPassed(
        at=20_000_000,
        run="r1",
        guardrail="g",
        began=8_000_000,
        **fields,  # type: ignore[arg-type]
    )
    (change,) = it.feed(STARTED, passed)[1:]
    assert isinstance(change.item, OutputLine)
    assert change.item.text == text


def span(**fields: object) -> events.SpanEnded:
    return events.SpanEnded(at=20_000_000, run="r1", began=8_000_000, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"kind": "custom", "name": "plan"}, "span plan · 12 ms"),
        ({"kind": "custom", "name": "plan", "about": '{"a": 1}'}, 'span plan · 12 ms\n{"a": 1}'),
        ({"kind": "custom", "name": "plan", "error": "no ink"}, "span plan failed: no ink · 12 ms"),
        ({"kind": "mcp_tools", "name": "files", "about": "ls, cat"},
         "MCP tools of files: ls, cat · 12 ms"),
        ({"kind": "sandbox", "name": "exec", "about": "test -d x"},
         "sandbox command: test -d x · 12 ms"),
        ({"kind": "sandbox", "name": "start"}, "sandbox started · 12 ms"),
        ({"kind": "guardrail", "name": "g", "about": "input of Ann", "error": "tripped"},
         "guardrail g tripped · 12 ms\ninput of Ann"),
        ({"kind": "transcription", "name": "whisper"}, "transcription whisper · 12 ms"),
    ],
)  # fmt: skip
def test_a_span_is_a_line_in_the_log(it: Folding, fields: dict[str, str], text: str) -> None:
    (change,) = it.feed(STARTED, span(**fields))[1:]
    assert isinstance(change.item, OutputLine)
    assert change.item.text == text
    assert change.item.level == ("warning" if "error" in fields else "info")


@pytest.mark.parametrize(
    "quiet",
    [
        span(kind="handoff", name="a → b"),
        span(kind="sandbox", name="prepare_agent"),
        span(kind="mcp_tools", name="files", about="ls", again=True),
    ],
)
def test_a_span_that_other_rows_tell_of_has_no_line(it: Folding, quiet: events.SpanEnded) -> None:
    assert it.feed(STARTED, quiet)[1:] == ()


def test_a_rewind_removes_the_message_and_shows_it_again(it: Folding) -> None:
    it.feed(STARTED, finished())
    it.feed(RetrySent(run="r2", mode="rewind"))
    again = events.RunStarted(at=30, run="r2", prompt="hi", entered_at=30, wall=1.0, mode="rewind")
    changes = it.feed(again)
    assert [(change.kind, change.item.key) for change in changes] == [
        ("removed", "user r1"),
        ("began", "user r2"),
    ]


def test_a_message_without_an_agent_is_removed_with_one_failure(it: Folding) -> None:
    problem = Problem(kind="agent", message="SyntaxError")
    it.feed(MessageSent(run="r1", text="hi"))
    changes = it.feed(
        events.AgentLoadFailed(at=5, problem=problem),
        events.AgentLoadFailed(at=6, problem=problem),
        finished("failed", problem=problem, kept=False),
    )
    assert [(change.kind, type(change.item)) for change in changes] == [
        ("removed", UserMessage),
        ("began", Failure),
    ]
    assert it.state.returned_prompt == "hi"


def test_a_reloaded_agent_is_announced_with_the_files_that_changed(it: Folding) -> None:
    loaded = events.AgentLoaded(at=4, agent="Ann", model="m")
    assert it.feed(loaded) == ()
    it.feed(
        events.CodeChanged(at=5, files=("agent.py",)), events.CodeChanged(at=6, files=("agent.py",))
    )
    assert it.state.changed_files == ("agent.py",)
    it.feed(events.WorkerStarted(at=7, pid=1, python="3", wall=1.0))
    (change,) = it.feed(loaded)
    assert isinstance(change.item, Notice)
    assert change.item.text == "agent.py changed: the agent was reloaded"
    assert not it.state.changed_files


def test_what_to_know_about_an_agent_is_said_once(it: Folding) -> None:
    loaded = events.AgentLoaded(at=4, agent="Ann", model="m", notices=("a helper", "no context"))
    changes = it.feed(loaded)
    assert [change.item.text for change in changes if isinstance(change.item, Notice)] == [
        "a helper",
        "no context",
    ]
    assert len({change.item.key for change in changes}) == 2
    assert it.feed(loaded) == ()


def test_an_mcp_server_gets_the_tools_that_it_lists(it: Folding) -> None:
    servers = (events.McpServerInfo(name="a"), events.McpServerInfo(name="b"))
    it.feed(events.AgentLoaded(at=4, agent="Ann", model="m", mcp_servers=servers))
    tools = (events.ToolInfo(name="add"),)
    assert it.feed(events.McpToolsListed(at=5, server=1, tools=tools)) == ()
    it.feed(events.McpToolsListed(at=6, server=7, problem="no such server"))
    assert it.state.loaded is not None
    assert it.state.loaded.mcp_servers == (
        servers[0],
        events.McpServerInfo(name="b", tools=tools, listed=True),
    )


def test_folding_never_changes_an_earlier_state() -> None:
    state = Conversation()
    states = [state]
    batch: list[events.Event] = [
        STARTED,
        CALL,
        ATTEMPT,
        said("a"),
        called("t1"),
        started("t1"),
        finished(),
    ]
    seen = []
    for event in batch:
        seen.append((state.running, len(state.open_things), len(state.changes)))
        state = fold(state, event)
        states.append(state)
    again = [(s.running, len(s.open_things), len(s.changes)) for s in states[:-1]]
    assert again == seen


def test_a_message_that_a_dead_worker_never_started_with_is_removed(it: Folding) -> None:
    it.feed(MessageSent(run="r1", text="hi"))
    changes = it.feed(events.WorkerExited(at=5, code=7))
    assert [(change.kind, type(change.item)) for change in changes] == [
        ("removed", UserMessage),
        ("began", Failure),
    ]
    assert it.state.returned_prompt == "hi"


def test_the_agent_that_took_over_speaks_and_takes_the_next_turn(it: Folding) -> None:
    loaded = events.AgentLoaded(at=0, agent="Ann", agents=("Ann", "Bo"), model="m", host="h.test")
    it.feed(loaded)
    assert (it.state.agent, it.state.model_and_host) == ("Ann", ("m", "h.test"))
    it.feed(
        events.RunStarted(at=1, run="r1", prompt="hi", entered_at=1, wall=1.0, agent="Ann"),
        events.AgentChanged(at=2, run="r1", agent="Bo", previous="Ann", reason="handoff"),
    )
    assert (it.state.agent, it.state.model_and_host) == ("Bo", ("", ""))
    call = events.ModelCallStarted(at=3, run="r1", call="c", agent="Bo", model="n", host="o.test")
    it.feed(call, events.RunFinished(at=4, run="r1", outcome="ok", agent="Bo"))
    assert (it.state.agent, it.state.model_and_host) == ("Bo", ("n", "o.test"))
    it.feed(msgspec.structs.replace(loaded, at=5))
    assert (it.state.agent, it.state.model_and_host) == ("Bo", ("", ""))
    it.feed(msgspec.structs.replace(loaded, at=6, agents=("Ann", "Cy")))
    assert (it.state.agent, it.state.model_and_host) == ("Ann", ("m", "h.test"))
