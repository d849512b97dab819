"""Reading a stored session back."""

from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tui.core.conversation import OutputLine, Request, ToolCall
from tui.core.metrics import Thresholds, figures
from tui.core.sanitize.characters import clean_event
from tui.journal.resume import Now, Resumed, read_back
from tui.protocol import events
from tui.protocol.events import Event

SECOND = 1_000_000_000
NOW = Now(at=1000 * SECOND, wall=5000.0)


def back(*session: Event) -> Resumed:
    return read_back([session], clean=clean_event, thresholds=Thresholds(), now=NOW)


def shown(resumed: Resumed) -> list[Event | Request]:
    return [step.event for step in resumed.steps]


def turn(number: int, at: int, wall: float, words: tuple[str, ...]) -> list[Event]:
    run, call = f"r{number}", f"c{number}"
    return [
        events.RunStarted(
            at=at, run=run, prompt=f"prompt {number}", entered_at=at, wall=wall, agent="Ann"
        ),
        events.HistoryChanged(at=at, run=run, keep=number - 1, items=(msgspec.Raw(b"{}"),)),
        events.ModelCallStarted(at=at, run=run, call=call, agent="Ann", model="m"),
        events.AttemptStarted(at=at, run=run, call=call),
        *(events.TextDelta(at=at + n, run=run, call=call, text=w) for n, w in enumerate(words, 1)),
        events.UsageReported(at=at + 50, run=run, call=call, input=7, output=3),
    ]


def ended(number: int, at: int) -> Event:
    return events.RunFinished(at=at, run=f"r{number}", outcome="ok")


def test_deltas_of_an_answer_are_joined_and_events_without_changes_left_out() -> None:
    resumed = back(
        *turn(1, at=SECOND, wall=4001.0, words=("a ", "b\x1b ", "c")), ended(1, 2 * SECOND)
    )
    assert [type(event).__name__ for event in shown(resumed)] == [
        "RunStarted", "AttemptStarted", "TextDelta", "RunFinished",
    ]  # fmt: skip
    assert [event.text for event in shown(resumed) if isinstance(event, events.TextDelta)] == [
        "a b␛ c"
    ]
    assert resumed.prompts == ("prompt 1",)


def test_figures_are_those_of_the_session_without_a_worker() -> None:
    resumed = back(*turn(1, at=SECOND, wall=4001.0, words=("a", "b")), ended(1, 2 * SECOND))
    found = figures(resumed.metrics, NOW.at)
    session = found.session
    assert (session.turns, session.tokens.input.value, session.errors) == (1, 7, ())
    assert found.state.kind == "starting"


def test_times_of_another_clock_are_converted_with_the_wall_clock() -> None:
    later = turn(2, at=9_000_000 * SECOND, wall=4990.0, words=("x",))
    resumed = back(
        *turn(1, at=5 * SECOND, wall=4500.0, words=("a",)),
        ended(1, 6 * SECOND),
        *later,
        ended(2, 9_000_002 * SECOND),
    )
    times = [event.at / SECOND for event in shown(resumed) if isinstance(event, events.RunStarted)]
    assert times == [500.0, 990.0]
    whole = [turn.e2e.value for turn in figures(resumed.metrics, NOW.at).turns]
    assert whole == [1.0, 2.0]


def test_what_took_time_took_as_long_on_another_clock() -> None:
    began, at = 5 * SECOND, 6 * SECOND
    resumed = back(
        *turn(1, at=began, wall=4500.0, words=("a",)),
        events.GuardrailPassed(at=at, run="r1", guardrail="g", began=began),
        events.SpanEnded(at=at, run="r1", kind="custom", name="plan", began=began),
        ended(1, at),
    )
    lines = [
        change.item.text
        for step in resumed.steps
        for change in step.changes
        if isinstance(change.item, OutputLine)
    ]
    assert lines == ["guardrail g passed · 1.00 s", "span plan · 1.00 s"]
    (figured,) = figures(resumed.metrics, NOW.at).turns
    bars = [span for span in figured.spans if span.part == "span"]
    assert [(span.start, span.end) for span in bars] == [(500 * SECOND, 501 * SECOND)] * 2


def test_a_resumed_session_shows_the_figures_of_the_answer_that_an_undone_retry_brought_back() -> (
    None
):
    first, again = (
        turn(number, at=number * 10 * SECOND, wall=4000.0 + number * 10, words=("a", "b"))
        for number in (1, 2)
    )
    again[0] = replace(again[0], mode="rewind")
    undone = events.RetryUndone(at=60 * SECOND, run="r2", restored="r1")
    resumed = back(*first, ended(1, 16 * SECOND), *again, ended(2, 22 * SECOND), undone)
    shown_now = figures(resumed.metrics, NOW.at)
    assert shown_now.turn is not None
    assert shown_now.attempt is not None
    assert (shown_now.turn.number, shown_now.turn.e2e.value) == (1, 6.0)
    assert shown_now.attempt.call == "c1"
    assert (shown_now.session.turns, shown_now.session.tokens.output.value) == (2, 6)


def test_times_of_this_machine_are_not_converted() -> None:
    resumed = back(*turn(1, at=500 * SECOND, wall=4500.2, words=("a",)), ended(1, 501 * SECOND))
    assert shown(resumed)[0].at == 500 * SECOND


def test_an_interrupted_answer_goes_to_the_next_worker_and_its_run_is_cancelled() -> None:
    resumed = back(*turn(1, at=SECOND, wall=4001.0, words=("once ", "upon")))
    restored = resumed.history.take()
    assert (restored.partial, len(restored.items)) == ("once upon", 1)
    end = shown(resumed)[-1]
    assert isinstance(end, events.RunFinished)
    assert (end.outcome, end.can_continue) == ("cancelled", True)
    session = figures(resumed.metrics, NOW.at).session
    assert (session.interruptions, session.errors) == (1, ())


def test_an_interrupted_answer_that_is_in_the_ledger_is_not_partial() -> None:
    cut = turn(1, at=SECOND, wall=4001.0, words=("once ", "upon"))
    worker = events.WorkerStarted(at=3 * SECOND, pid=1, python="3", wall=4003.0)
    settled = events.HistoryChanged(at=4 * SECOND, keep=1, items=(msgspec.Raw(b'"cut"'),))
    resumed = back(*cut, worker, settled)
    restored = resumed.history.take()
    assert (restored.partial, len(restored.items)) == ("", 2)


def left_open() -> list[Event]:
    """A turn whose tool runs while another one waits, when the dashboard is killed."""
    run, at = "r1", 2 * SECOND
    return [
        *turn(1, at=SECOND, wall=4001.0, words=("a", "b")),
        *(
            events.ToolCalled(at=at, run=run, tool_call=call, name=call, arguments="{}")
            for call in ("nap", "asks")
        ),
        events.AttemptFinished(at=at, run=run, call="c1"),
        events.ToolStarted(at=at, run=run, tool_call="nap", name="nap"),
        events.Noticed(at=at + SECOND // 4, text="loading"),
    ]


def test_what_nobody_saw_end_has_no_measured_time() -> None:
    resumed = back(*left_open())
    tools = {
        change.item.key: change.item
        for step in resumed.steps
        for change in step.changes
        if isinstance(change.item, ToolCall)
    }
    assert {key: (tool.state, tool.elapsed(NOW.at)) for key, tool in tools.items()} == {
        "nap": ("unknown", None),
        "asks": ("cancelled", None),
    }
    assert resumed.history.take().not_run == ("asks",)
    (figured,) = figures(resumed.metrics, NOW.at).turns
    assert (figured.outcome, figured.e2e.known, figured.longest) == ("cancelled", False, "")
    (nap,) = (span for span in figured.spans if span.part == "tool")
    assert (nap.quality, nap.end - nap.start) == ("unavailable", SECOND // 4)
    assert {span.quality for span in figured.spans if span.part != "tool"} == {"measured"}


def test_an_answer_that_nobody_saw_end_has_no_measured_time() -> None:
    resumed = back(*turn(1, at=SECOND, wall=4001.0, words=("once ", "upon")))
    found = figures(resumed.metrics, NOW.at)
    assert found.attempt is not None
    assert found.attempt.ttft.known
    assert not found.attempt.duration.known
    assert {span.quality for span in found.turns[0].spans} == {"unavailable"}


def busy_turn() -> list[Event]:
    """A turn with two parts of an answer and alternating arguments of two calls."""
    run, call = "r1", "c1"
    head = turn(1, at=SECOND, wall=4001.0, words=("one ", "two ", "three"))
    texts = [
        events.TextDelta(at=3 * SECOND + n, run=run, call=call, text=f"{n} ", part=n // 4)
        for n in range(8)
    ]
    arguments = [
        events.ToolArgumentsDelta(
            at=4 * SECOND + n, run=run, call=call, tool_call=f"t{n // 3 % 2}", name="look", text="x"
        )
        for n in range(9)
    ]
    return [*head, *texts, *arguments, ended(1, 5 * SECOND)]


@settings(max_examples=40)
@given(st.sets(st.integers(1, len(busy_turn()) - 1)))
def test_the_result_does_not_depend_on_how_events_are_split_into_rows(cuts: set[int]) -> None:
    session = busy_turn()
    ends = [0, *sorted(cuts), len(session)]
    rows = [session[start:end] for start, end in pairwise(ends)]
    one_by_one = read_back(
        ([event] for event in session), clean=clean_event, thresholds=Thresholds(), now=NOW
    )
    resumed = read_back(rows, clean=clean_event, thresholds=Thresholds(), now=NOW)
    assert resumed.steps == one_by_one.steps
    assert resumed.history.take() == one_by_one.history.take()
    assert figures(resumed.metrics, NOW.at) == figures(one_by_one.metrics, NOW.at)
    arguments = [e for e in shown(resumed) if isinstance(e, events.ToolArgumentsDelta)]
    assert [event.tool_call for event in arguments] == ["t0", "t1", "t0"]
