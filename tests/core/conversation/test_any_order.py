"""For any order of events: nothing stays open, and a stored session gives the same items."""

from collections.abc import Sequence
from functools import reduce

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.conversations import assert_shown_again
from tui.core.conversation import Conversation, fold, missing_ends
from tui.protocol import events
from tui.protocol.events import Event, Problem

RUNS = st.sampled_from(["r1", "r2", "r3", ""])
CALLS = st.sampled_from(["c1", "c2", "c3"])
TOOLS = st.sampled_from(["t1", "t2", "t3", ""])
PARENTS = st.sampled_from(["", "", "t1", "t2"])
ATTEMPTS = st.integers(1, 3)
WORDS = st.sampled_from(["", "a", "bc", "\n"])
FOLLOW_UPS = st.sampled_from(["m1", "m2", "m3"])
PICTURE = events.Attachment(media_type="image/png", data=b"png", partial=True)
PROBLEM = Problem(kind="network", message="reset")


def of(
    kind: type[Event], /, **fields: st.SearchStrategy[object] | object
) -> st.SearchStrategy[Event]:
    """Events of one kind; `timed` sets their times."""
    drawn = {
        name: field if isinstance(field, st.SearchStrategy) else st.just(field)
        for name, field in fields.items()
    }
    return st.builds(kind, at=st.just(1), **drawn)


ANY_EVENT: st.SearchStrategy[Event] = st.one_of(
    of(events.WorkerStarted, pid=1, python="3", wall=1.0),
    of(events.WorkerExited, code=st.sampled_from([0, 7]), expected=st.booleans()),
    of(events.AgentLoaded, agent="Ann", model="m", output_json=st.booleans()),
    of(events.McpToolsListed, server=st.sampled_from([0, 1])),
    of(events.AgentLoadFailed, problem=PROBLEM),
    of(events.CodeChanged, files=("agent.py",)),
    of(events.OutputPrinted, text=WORDS),
    of(events.RunStarted, run=RUNS, prompt="hi", entered_at=1, wall=st.sampled_from([0.0, 1.0]),
       mode=st.sampled_from(["send", "continue", "rewind"]), agent="Ann"),
    of(events.RunFinished, run=RUNS, outcome=st.sampled_from(["ok", "failed", "cancelled"]),
       problem=st.sampled_from([None, PROBLEM]), kept=st.booleans()),
    of(events.HistoryChanged, keep=0),
    of(events.AgentChanged, run=RUNS, agent="Bob", reason=st.sampled_from(["start", "handoff"]),
       parent=PARENTS),
    of(events.GuardrailTripped, run=RUNS, guardrail="g",
       stage=st.sampled_from(["input", "output", "tool_input"])),
    of(events.ModelCallStarted, run=RUNS, call=CALLS, agent="Ann", model="m", parent=PARENTS),
    of(events.AttemptStarted, run=RUNS, call=CALLS, attempt=ATTEMPTS),
    of(events.AttemptFinished, run=RUNS, call=CALLS, attempt=ATTEMPTS),
    of(events.AttemptFailed, run=RUNS, call=CALLS, attempt=ATTEMPTS, problem=PROBLEM),
    of(events.AttemptCancelled, run=RUNS, call=CALLS, attempt=ATTEMPTS),
    of(events.RetryScheduled, run=RUNS, call=CALLS, attempt=ATTEMPTS, most=4, delay=1.0, until=9),
    of(events.TextDelta, run=RUNS, call=CALLS, attempt=ATTEMPTS, text=WORDS),
    of(events.ReasoningDelta, run=RUNS, call=CALLS, attempt=ATTEMPTS, text=WORDS),
    of(events.RefusalDelta, run=RUNS, call=CALLS, attempt=ATTEMPTS, text=WORDS),
    of(events.ToolArgumentsDelta, run=RUNS, call=CALLS, tool_call=TOOLS, name="dig", text=WORDS,
       parent=PARENTS),
    of(events.ReasoningReplaced, run=RUNS, call=CALLS, attempt=ATTEMPTS, text=WORDS),
    of(events.TextReplaced, run=RUNS, call=CALLS, attempt=ATTEMPTS, text=WORDS),
    of(events.MediaReceived, run=RUNS, call=CALLS, attempt=ATTEMPTS, name="audio", text=WORDS),
    of(events.ReasoningGiven, run=RUNS, call=CALLS, attempt=ATTEMPTS, text=WORDS,
       encrypted=st.integers(0, 1)),
    of(events.MessagePhase, run=RUNS, call=CALLS, attempt=ATTEMPTS, phase="commentary"),
    of(events.HistoryCompacted, run=RUNS, before=5, after=1, parent=PARENTS),
    of(events.SourcesCited, run=RUNS, call=CALLS, attempt=ATTEMPTS, part=st.integers(0, 2),
       sources=st.just((events.Source(kind="url", url="https://a.b"),))),
    of(events.ToolCalled, run=RUNS, tool_call=TOOLS, name="dig", arguments="{}", parent=PARENTS,
       hosted=st.booleans(), handoff=st.booleans()),
    of(events.ToolStarted, run=RUNS, tool_call=TOOLS),
    of(events.ToolProgressed, run=RUNS, tool_call=TOOLS, status=WORDS,
       attachments=st.sampled_from([(), (PICTURE,)])),
    of(events.ToolFinished, run=RUNS, tool_call=TOOLS,
       outcome=st.sampled_from(["ok", "error", "cancelled", "rejected", "unknown"]),
       output=WORDS, more=st.sampled_from([0, 0, 5])),
    of(events.ToolOutputContinued, run=RUNS, tool_call=TOOLS, text=WORDS, last=st.booleans()),
    of(events.SpanEnded, run=RUNS, kind=st.sampled_from(["custom", "sandbox", "mcp_tools"]),
       name=WORDS, began=0, parent=PARENTS, about=WORDS, error=st.sampled_from(["", "no ink"]),
       again=st.booleans()),
    of(events.GuardrailPassed, run=RUNS, tool_call=TOOLS, guardrail="g", began=0, tool="dig",
       stage=st.sampled_from(["tool_input", "tool_output"]), instead=st.sampled_from([None, "x"])),
    of(events.ApprovalRequested, run=RUNS, tool_call=TOOLS, name="dig", arguments="{}",
       by_rule=st.booleans()),
    of(events.ApprovalAnswered, run=RUNS, tool_call=TOOLS, approved=st.booleans(),
       always=st.booleans()),
    of(events.FollowUpQueued, key=FOLLOW_UPS, text=WORDS, place=st.integers(-1, 3),
       message=st.just(msgspec.Raw(b'{"text": "later"}')), steers=st.booleans()),
    of(events.FollowUpMoved, key=FOLLOW_UPS, place=st.integers(-1, 3)),
    of(events.FollowUpTaken, key=FOLLOW_UPS, sent=st.booleans()),
    of(events.RetryUndone, run=RUNS),
    of(events.UndoRefused, run=RUNS, reason="no"),
    of(events.LoopBlocked, run=RUNS, since=1, tool_call=TOOLS),
    of(events.LoopFreed, run=RUNS),
)  # fmt: skip


def timed(session: Sequence[Event]) -> list[Event]:
    """The same events, each a nanosecond later than the one before."""
    return [msgspec.structs.replace(event, at=at) for at, event in enumerate(session, 1)]


@settings(max_examples=300)
@given(st.lists(ANY_EVENT, max_size=40))
def test_nothing_is_open_when_no_run_is(session: list[Event]) -> None:
    state = Conversation()
    for event in timed(session):
        state = fold(state, event)
        if not state.running:
            assert state.open_things == ()
    assert not reduce(fold, [*missing_ends(state)], state).open_things


@settings(max_examples=300)
@given(st.lists(ANY_EVENT, max_size=40))
def test_a_stored_session_gives_the_same_items_as_the_live_one(session: list[Event]) -> None:
    assert_shown_again(timed(session))
