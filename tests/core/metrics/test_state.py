"""The current state, in one word."""

import pytest

from tests.core.metrics.story import MS, Story, about
from tui.core.metrics import Metrics, State, Thresholds, figures, with_thresholds
from tui.protocol import events


def state_of(story: Story, now: float | None = None) -> State:
    return story.figures(now).state


def loaded() -> Story:
    return Story().loaded()


def asked() -> Story:
    return loaded().begins(10).calls(20).tries(20)


def test_before_its_first_event_the_worker_is_starting() -> None:
    assert figures(Metrics(), 0).state.kind == "starting"


def test_a_worker_that_runs_but_has_no_agent_is_loading() -> None:
    started = events.WorkerStarted(at=MS, pid=1, python="", wall=0)
    assert state_of(Story().adds(started), now=501) == State(
        kind="loading", since=MS, seconds=about(0.5)
    )


def test_a_loaded_agent_is_idle() -> None:
    assert state_of(loaded()).kind == "idle"


def test_a_turn_goes_from_connecting_to_idle() -> None:
    story = loaded().begins(10)
    kinds = [state_of(story).kind]
    for add in (
        lambda: story.calls(20).tries(20),
        lambda: story.connects(50),
        lambda: story.says(400),
        lambda: story.uses(500, output=1).ends(500),
        lambda: story.runs_tool(510),
        lambda: story.tool_ends(600),
        lambda: story.finishes(610),
    ):
        add()  # type: ignore[no-untyped-call]
        kinds.append(state_of(story).kind)
    assert kinds == [
        "connecting", "connecting", "waiting", "streaming", "working", "tool", "working", "idle",
    ]  # fmt: skip


def test_the_runner_works_since_the_end_of_the_last_span() -> None:
    story = asked().connects(50).says(400).ends(3000)
    state = state_of(story, now=5000)
    assert (state.kind, state.seconds, state.busy) == ("working", about(2.0), True)
    story.runs_tool(5100).tool_ends(6000)
    assert state_of(story, now=6500).seconds == about(0.5)


def test_waiting_has_a_duration() -> None:
    state = state_of(asked().connects(50), now=3020)
    assert (state.kind, state.seconds, state.busy) == ("waiting", about(3.0), True)


def test_a_running_tool_is_named() -> None:
    state = state_of(loaded().begins(0).runs_tool(100, "a", "search").runs_tool(200, "b", "dice"))
    assert (state.kind, state.tools) == ("tool", ("search", "dice"))


def test_an_approval_comes_before_a_running_tool() -> None:
    story = loaded().begins(0).runs_tool(100, "a", "search").asks(200, "b", "delete_all")
    state = state_of(story, now=1200)
    assert (state.kind, state.tools, state.seconds) == ("approval", ("delete_all",), about(1.0))


def test_retrying_counts_down() -> None:
    state = state_of(asked().fails(100).waits(100, 2500), now=1000)
    assert (state.kind, state.seconds, state.attempt, state.most) == ("retrying", about(1.5), 2, 4)


def test_a_stream_without_events_is_stalled_after_the_limit() -> None:
    story = asked().says(1000)
    assert state_of(story, now=16_000).kind == "streaming"
    state = state_of(story, now=16_001)
    assert (state.kind, state.seconds) == ("stalled", about(15.001))


def test_the_limit_of_a_stall_is_configurable() -> None:
    story = asked().says(1000)
    metrics = story.metrics(with_thresholds(Thresholds(stall=2)))
    assert figures(metrics, story.ns(3100)).state.kind == "stalled"


def test_an_empty_delta_does_not_end_a_stall() -> None:
    assert state_of(asked().says(1000).says(16_500, ""), now=16_600).kind == "stalled"


@pytest.mark.parametrize(("outcome", "kind"), [("failed", "failed"), ("cancelled", "cancelled")])
def test_the_outcome_of_the_last_turn_shows_until_the_next(outcome: str, kind: str) -> None:
    story = asked().finishes(100, outcome, "network" if outcome == "failed" else None)
    assert state_of(story, now=900).kind == kind
    story.adds(*Story("next", start=1000).begins(0).events)
    assert state_of(story).kind == "connecting"


def test_a_turn_that_nobody_saw_end_is_lost_until_the_next() -> None:
    story = asked().adds(events.RunFinished(at=MS, run="run", outcome="cancelled", lost=True))
    state = state_of(story, now=900)
    assert (state.kind, state.lost) == ("cancelled", True)
    story.adds(*Story("next", start=1000).begins(0).finishes(10, "cancelled").events)
    assert not state_of(story).lost


def test_a_dead_worker_has_its_exit_code() -> None:
    state = state_of(asked().adds(events.WorkerExited(at=200 * MS, code=7)))
    assert (state.kind, state.exit_code, state.busy) == ("dead", 7, False)


def test_a_new_worker_replaces_a_dead_one() -> None:
    story = loaded().adds(events.WorkerExited(at=200 * MS, code=7))
    story.adds(events.WorkerStarted(at=300 * MS, pid=2, python="", wall=0))
    assert state_of(story).kind == "loading"


def test_a_nested_stream_inside_a_tool_is_streaming_and_names_the_tool() -> None:
    story = loaded().begins(0).runs_tool(100, "a", "oracle")
    story.calls(110, agent="Oracle", parent="a").tries(110).says(200)
    state = state_of(story)
    assert (state.kind, state.agent, state.tools) == ("streaming", "Oracle", ("oracle",))


def test_a_blocked_loop_comes_first_and_lasts_until_it_is_freed() -> None:
    story = asked().connects(50).says(400).ends(500).runs_tool(510)
    story.adds(events.LoopBlocked(at=2600 * MS, since=600 * MS, tool="dig", place="mine.py:5"))
    state = state_of(story, now=3600)
    assert (state.kind, state.tools, state.place, state.busy) == (
        "blocked", ("dig",), "mine.py:5", True,
    )  # fmt: skip
    assert state.seconds == about(3)
    story.adds(events.LoopFreed(at=3700 * MS))
    assert state_of(story, now=3701).kind == "tool"


def test_the_death_of_the_worker_ends_a_blocked_loop() -> None:
    story = asked().adds(events.LoopBlocked(at=2600 * MS, since=600 * MS))
    story.adds(events.WorkerExited(at=3000 * MS, code=None, signal="SIGKILL"))
    assert state_of(story, now=3001).kind == "dead"


def test_a_turn_that_waits_for_the_sdk_is_loading_until_its_first_attempt() -> None:
    story = loaded().begins(10)
    run = next(iter(story.metrics().session.open_turns))
    story.adds(events.WarmUpAwaited(at=11 * MS, run=run))
    assert state_of(story, now=500).kind == "loading"
    assert state_of(story.calls(520).tries(520), now=600).kind == "connecting"


def test_an_unresponsive_worker_comes_before_a_blocked_loop() -> None:
    story = asked().adds(events.LoopBlocked(at=2600 * MS, since=600 * MS))
    story.adds(events.WorkerSilent(at=9000 * MS, since=5000 * MS))
    state = state_of(story, now=9000)
    assert (state.kind, state.seconds, state.busy) == ("silent", about(4), True)
    story.adds(events.WorkerHeard(at=9500 * MS))
    assert state_of(story, now=9501).kind == "blocked"


def test_the_death_of_the_worker_ends_unresponsive() -> None:
    story = loaded().adds(events.WorkerSilent(at=9000 * MS, since=5000 * MS))
    story.adds(events.WorkerExited(at=9500 * MS, code=None, signal="SIGKILL"))
    assert state_of(story, now=9501).kind == "dead"
