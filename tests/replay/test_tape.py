"""The time line of a recording."""

from tests.dashboard.replay.replay_desk import SECOND, failed_tool, turn, two_turns, worker
from tui.core.metrics import Thresholds, figures
from tui.journal.resume import Now, read_back
from tui.protocol import events
from tui.protocol.events import Event
from tui.replay.refolding import Refolding
from tui.replay.tape import recorded_positions, tape_of


def seconds(times: list[int]) -> list[float]:
    return [round(time / SECOND, 3) for time in times]


def test_positions_are_the_recorded_times_with_short_waits_between_turns() -> None:
    tape = tape_of([two_turns()])
    assert seconds(tape.positions) == [
        0, 0, 1, 1, 1, 2, 3, 4, 4.5, 4.5, 4.5, 5, 5, 8, 8, 8, 9, 10, 11, 12, 12,
    ]  # fmt: skip
    assert tape.clock[-1] == 3604 * SECOND
    assert tape_of([two_turns()], most_idle=10_000).total == 3604 * SECOND
    assert recorded_positions(two_turns()) == tape.positions


def test_a_long_wait_within_a_turn_stays() -> None:
    tape = tape_of([[*worker(), *turn(1, 1)[:5], events.RunFinished(at=99 * SECOND, run="r1",
                                                                   outcome="ok")]])  # fmt: skip
    assert tape.total == 99 * SECOND


def test_an_event_that_arrives_late_does_not_turn_the_clock_back() -> None:
    late = events.OutputPrinted(at=0, text="late")
    recorded = turn(1, 1)
    recorded.insert(5, late)
    tape = tape_of([recorded])
    assert tape.positions == sorted(tape.positions)
    assert tape.clock == sorted(tape.clock)


def test_times_of_another_clock_are_moved_to_the_first() -> None:
    there = 9_000_000
    other = [
        event
        for event in (*worker(there), *turn(2, there + 1))
        if not isinstance(event, events.RunStarted)
    ]
    started = turn(2, there + 1)[0]
    assert isinstance(started, events.RunStarted)
    on_their_wall = [
        events.WorkerStarted(at=there * SECOND, pid=2, python="3.11", wall=1_000_000 + 100),
        events.RunStarted(at=(there + 1) * SECOND, run="r2", prompt="q",
                          entered_at=(there + 1) * SECOND, wall=1_000_000 + 101),
        *other[2:],
    ]  # fmt: skip
    tape = tape_of([[*worker(), *turn(1, 1), *on_their_wall]])
    assert tape.clock[-1] == 105 * SECOND
    assert all(event.at <= 105 * SECOND for event in tape.events)


def test_a_run_whose_dashboard_was_killed_ends_before_the_next_worker() -> None:
    recorded = [*worker(), *turn(1, 1)[:5], *worker(50), *turn(2, 51)]
    tape = tape_of([recorded])
    (added,) = (event for event in tape.events if event not in recorded)
    assert isinstance(added, events.RunFinished)
    assert (added.run, added.lost, added.outcome) == ("r1", True, "cancelled")
    assert tape.events.index(added) == 7


def test_the_last_run_gets_an_end_only_when_asked_for() -> None:
    recorded = [*worker(), *turn(1, 1), *turn(2, 6)[:5]]
    assert tape_of([recorded]).events == recorded
    tape = tape_of([recorded], end_last=True)
    assert tape.is_cut
    *before, added = tape.events
    assert before == recorded
    assert isinstance(added, events.RunFinished)
    assert (added.run, added.lost, added.outcome) == ("r2", True, "cancelled")
    assert tape.total == tape.positions[-2]
    whole = [*worker(), *turn(1, 1)]
    assert tape_of([whole], end_last=True).events == whole
    assert not tape_of([whole], end_last=True).is_cut


def test_a_killed_recording_ends_with_the_items_and_figures_of_the_resumed_session() -> None:
    recorded = [*worker(), *turn(1, 1), *turn(2, 6)[:5]]
    at = recorded[-1].at
    now = Now(at=at, wall=1_000_000 + at / SECOND)
    resumed = read_back([recorded], clean=lambda event: event, thresholds=Thresholds(), now=now)
    tape = tape_of([recorded], end_last=True)
    played = Refolding(tape.events, lambda event: event, Thresholds()).after(len(tape))
    assert [step.changes for step in played.steps] == [step.changes for step in resumed.steps]
    assert not played.conversation.running
    assert played.conversation.returned_prompt == resumed.conversation.returned_prompt
    turns = [figures(one, at).turn for one in (played.metrics, resumed.metrics)]
    assert turns[0] == turns[1]


def test_the_marks_are_turns_calls_and_errors() -> None:
    problem = events.Problem(kind="network", message="reset")
    failed: list[Event] = [
        events.AttemptFailed(at=7 * SECOND, run="r3", call="c3", problem=problem),
        events.RunFinished(at=8 * SECOND, run="r3", outcome="failed", problem=problem),
        events.WorkerExited(at=9 * SECOND, code=1),
        events.WorkerExited(at=9 * SECOND, code=0, expected=True),
    ]  # fmt: skip
    tape = tape_of([[*worker(), *turn(1, 1, *failed_tool(4)), *turn(3, 6)[:3], *failed]])
    found = {
        kind: [type(tape.events[number]).__name__ for number in tape.marks[kind]]
        for kind in ("turn", "call", "error")
    }
    assert found == {
        "turn": ["RunStarted"] * 2,
        "call": ["ModelCallStarted"] * 2,
        "error": ["ToolFinished", "AttemptFailed", "WorkerExited"],
    }


def test_marks_are_found_from_any_place() -> None:
    tape = tape_of([two_turns()])
    first, second = tape.marks["turn"]
    assert tape.next_mark("turn", 0) == first
    assert tape.next_mark("turn", first + 1) == second
    assert tape.next_mark("turn", second + 1) is None
    assert tape.previous_mark("turn", second + 1, None) == first
    assert tape.previous_mark("turn", second + 2, None) == second
    assert tape.previous_mark("turn", second + 2, tape.positions[second] - 1) == first
    assert tape.previous_mark("turn", first + 1, None) is None


def test_runs_that_overlap_are_played_one_after_the_other() -> None:
    one, two = turn(1, 1), turn(2, 2)
    mixed = sorted([*one, *two], key=lambda event: event.at)
    tape = tape_of([[*worker(), *mixed]])
    assert [event.run for event in tape.events] == ["", "", *["r1"] * 8, *["r2"] * 8]
    assert seconds(tape.positions)[-8:] == [6, 6, 6, 7, 8, 9, 10, 10]


def test_what_arrives_after_the_end_of_its_run_is_no_overlap() -> None:
    late = events.ToolFinished(at=8 * SECOND, run="r1", tool_call="t", outcome="ok")
    recorded = [*worker(), *turn(1, 1), *turn(2, 6)[:4], late, *turn(2, 6)[4:]]
    assert tape_of([recorded]).events == recorded
