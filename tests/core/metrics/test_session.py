"""The session's tables, counters, thresholds and crossings."""

from collections.abc import Sequence

import pytest

from tests.core.metrics.story import MS, Story, about, eventful_turn, simple_turn
from tui.core.metrics import Figures, SessionFigures
from tui.protocol import events
from tui.protocol.events import Problem


def session_of(*stories: Story) -> SessionFigures:
    return figures_of(*stories).session


def figures_of(*stories: Story) -> Figures:
    return Story().adds(*(event for story in stories for event in story.events)).figures()


def turns_with_ttft(*ttfts: int) -> list[Story]:
    return [
        Story(f"r{number}", start=10_000 * number)
        .begins(0)
        .calls(0, f"c{number}")
        .tries(0, f"c{number}")
        .streams((ttft, ttft + 20), call=f"c{number}")
        .uses(ttft + 20, output=2, call=f"c{number}")
        .ends(ttft + 20, f"c{number}")
        .finishes(ttft + 100)
        for number, ttft in enumerate(ttfts)
    ]


def test_tables_show_mean_percentiles_max_and_n() -> None:
    ttft = session_of(*turns_with_ttft(*range(100, 1100, 100))).ttft
    assert ttft.n == 10
    assert ttft.mean == about(0.550)
    assert ttft.p50 == about(0.550)
    assert ttft.p90 == about(0.910)
    assert ttft.p95 == about(0.955)
    assert ttft.max == about(1.0)


def test_p99_is_hidden_below_twenty_values() -> None:
    assert session_of(*turns_with_ttft(*[100] * 19)).ttft.p99 is None
    assert session_of(*turns_with_ttft(*[100] * 20)).ttft.p99 == about(0.100)


def test_each_figure_has_its_row() -> None:
    session = session_of(simple_turn())
    rows = (session.ttft, session.ttfo, session.turn_ttfo, session.tpot, session.e2e)
    assert [row.mean for row in rows] == [about(v) for v in (0.4, 0.4, 0.42, 0.02, 0.7)]
    assert session.rate.mean == about(50)
    assert (session.icl.n, session.icl.p95) == (10, about(0.020))


def test_only_ok_attempts_enter_percentiles_and_all_are_counted() -> None:
    failed = Story("f", start=2000).begins(0).calls(0, "f").tries(0, "f").says(900, call="f")
    failed.fails(1000, "network", "f").finishes(1010, "failed", "network")
    session = session_of(simple_turn(), failed)
    assert (session.attempts, session.failed) == (2, 1)
    assert (session.ttft.n, session.ttft.max) == (1, about(0.4))
    assert session.error_rate.value == about(0.5)


def test_groups_are_by_model_and_by_agent() -> None:
    session = session_of(eventful_turn())
    models = {row.name: (row.attempts, row.failed, row.ttft.n) for row in session.models}
    assert models == {"gpt-5-mini": (3, 1, 2), "gpt-5-nano": (1, 0, 1)}
    assert {row.name: row.attempts for row in session.agents} == {"Game Master": 3, "Oracle": 1}


def test_tools_have_calls_errors_and_durations() -> None:
    story = Story().begins(0).runs_tool(0, "a").tool_ends(100, "a").runs_tool(100, "b")
    story.tool_ends(400, "b", "error").runs_tool(400, "c").tool_ends(900, "c", "cancelled")
    [tool] = session_of(story.finishes(1000)).tools
    assert (tool.name, tool.calls, tool.failed, tool.cancelled) == ("roll_dice", 3, 1, 1)
    assert (tool.duration.n, tool.duration.p50, tool.duration.max) == (2, about(0.2), about(0.3))


def test_a_rejected_call_is_not_a_cancelled_one() -> None:
    story = Story().begins(0)
    for number, outcome in enumerate(("rejected", "rejected", "cancelled", "unknown")):
        story.runs_tool(number, f"t{number}").tool_ends(number + 1, f"t{number}", outcome)
    [tool] = session_of(story.finishes(1000)).tools
    assert (tool.calls, tool.failed, tool.cancelled, tool.rejected) == (4, 0, 2, 2)
    assert (tool.quality, tool.duration.n, tool.duration.quality) == (
        "unavailable", 0, "unavailable",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hosted", "quality"),
    [((False, False), "measured"), ((False, True), "estimated"), ((True, True), "estimated")],
)
def test_durations_of_calls_that_the_provider_runs_are_estimated(
    hosted: tuple[bool, bool], quality: str
) -> None:
    story = Story().begins(0).runs_tool(0, "a", hosted=hosted[0]).tool_ends(100, "a")
    story.runs_tool(100, "b", hosted=hosted[1]).tool_ends(400, "b")
    [tool] = session_of(story.finishes(1000)).tools
    assert (tool.quality, tool.duration.n) == (quality, 2)


def test_a_handoff_is_not_a_tool() -> None:
    called = events.ToolCalled(
        at=MS, run="run", tool_call="h", name="transfer_to_bard", arguments="", handoff=True
    )
    assert session_of(Story().begins(0).adds(called).tool_ends(2, "h")).tools == ()


def test_errors_are_counted_by_kind() -> None:
    story = Story().begins(0).calls(0).tries(0).fails(10, "server").waits(10, 20)
    story.tries(20, attempt=2).fails(30, "rate_limit", attempt=2).waits(30, 40, attempt=3)
    story.tries(40, attempt=3).fails(50, "server", attempt=3)
    session = session_of(story.finishes(60, "failed", "server"))
    assert session.errors == (("server", 2), ("rate_limit", 1))
    assert (session.error_count, session.retries) == (3, 2)


def test_an_attempt_that_the_deadline_cuts_off_is_one_time_out() -> None:
    """Also if its own end comes after that of its turn."""
    deadline = Problem(kind="timeout", message="too late", code="turn_deadline")
    story = Story().begins(0).calls(0).tries(0)
    story.adds(
        events.RunFinished(at=50 * MS, run="run", outcome="failed", problem=deadline),
        events.AttemptFailed(at=60 * MS, run="run", call="c1", problem=deadline),
    )
    session = session_of(story)
    assert (session.attempts, session.failed, session.error_rate.value) == (1, 1, 1.0)
    assert session.errors == (("timeout", 1),)


def test_an_attempt_that_a_person_cancels_is_no_error() -> None:
    story = Story().begins(0).calls(0).tries(0).is_cancelled(40).finishes(50, "cancelled")
    session = session_of(story)
    assert (session.attempts, session.failed, session.error_rate.value) == (1, 0, 0.0)
    assert session.errors == ()


def test_a_failed_tool_and_the_run_it_fails_are_one_error() -> None:
    story = Story().begins(0).runs_tool(0).tool_ends(10, outcome="error")
    assert session_of(story.finishes(20, "failed", "tool")).errors == (("tool", 1),)


def test_a_run_that_fails_without_a_failed_attempt_is_an_error() -> None:
    story = simple_turn().adds()
    story.events.pop()
    assert session_of(story.finishes(700, "failed", "max_turns")).errors == (("max_turns", 1),)


def test_a_guardrail_and_the_run_it_fails_are_one_error() -> None:
    tripped = events.GuardrailTripped(at=MS, run="run", guardrail="g", stage="input")
    story = Story().begins(0).adds(tripped).finishes(10, "failed", "guardrail")
    assert session_of(story).errors == (("guardrail", 1),)


def test_a_dead_worker_is_one_error_and_ends_what_ran() -> None:
    story = Story().loaded().begins(0).calls(0).tries(0).says(100).runs_tool(110)
    exited = events.WorkerExited(at=story.ns(200), code=None, signal="SIGKILL")
    figures = story.adds(exited).figures(now=9000)
    assert figures.session.errors == (("worker", 1),)
    assert figures.turn is not None
    assert (figures.turn.outcome, figures.turn.e2e.value) == ("failed", about(0.2))
    assert figures.attempt is not None
    assert (figures.attempt.outcome, figures.attempt.kind) == ("error", "worker")


def test_every_death_of_a_worker_is_an_error() -> None:
    stories: list[Story] = []
    for number in range(3):
        story = Story(f"r{number}", start=1000 * number).loaded().begins(0).runs_tool(10)
        stories.append(story.adds(events.WorkerExited(at=story.ns(200), code=3)))
    session = session_of(*stories)
    assert (session.errors, session.issues) == ((("worker", 3),), 3)


def test_a_worker_that_never_starts_is_an_error_each_time() -> None:
    exits = [events.WorkerExited(at=MS * at, code=None) for at in (1, 2)]
    assert session_of(Story().adds(*exits)).errors == (("worker", 2),)


def test_runs_that_one_death_ends_are_one_error_and_each_notes_it() -> None:
    one, other = Story("a").loaded().begins(0), Story("b").begins(1)
    shown = figures_of(one, other.adds(events.WorkerExited(at=9 * MS, code=3)))
    assert shown.session.errors == (("worker", 1),)
    assert [(turn.errors, turn.kinds) for turn in shown.turns] == [(1, ("worker",))] * 2


def test_a_run_that_fails_with_its_worker_and_the_exit_are_one_error() -> None:
    story = Story().loaded().begins(0).finishes(10, "failed", "worker")
    assert session_of(story.adds(events.WorkerExited(at=11 * MS, code=3))).errors == (
        ("worker", 1),
    )


def test_an_expected_exit_is_not_an_error() -> None:
    story = Story().loaded().adds(events.WorkerExited(at=MS, code=0, expected=True))
    assert session_of(story).error_count == 0


def test_a_cancelled_turn_is_an_interruption_and_not_an_error() -> None:
    story = Story().begins(0).calls(0).tries(0).says(100).is_cancelled(200)
    session = session_of(story.finishes(210, "cancelled", "cancelled"))
    assert (session.interruptions, session.error_count, session.failed) == (1, 0, 0)
    assert session.issues == 1


def test_a_turn_that_is_ok_after_a_failed_attempt_is_a_recovery() -> None:
    lost = Story("l", start=9000).begins(0).calls(0, "l").tries(0, "l")
    lost.fails(10, "auth", "l").finishes(20, "failed", "auth")
    session = session_of(eventful_turn(), lost)
    assert (session.recoveries, session.recovery_rate.value) == (1, about(0.5))


def test_continuing_a_failed_turn_is_a_recovery() -> None:
    lost = Story("l").begins(0).calls(0, "l").tries(0, "l")
    lost.fails(10, "auth", "l").finishes(20, "failed", "auth")
    again = Story("a", start=5000).begins(0, prompt="", mode="continue").calls(0, "a")
    again.tries(0, "a").says(100, call="a").ends(200, "a").finishes(210)
    session = session_of(lost, again)
    assert (session.recoveries, session.recovery_rate.value) == (1, about(1.0))
    assert session.prompts == 1


def test_goodput_is_the_share_of_all_attempts_that_met_every_threshold() -> None:
    slow_start = turns_with_ttft(100, 200, 2100)
    session = session_of(*slow_start)
    assert session.goodput.value == about(2 / 3)
    assert session_of().goodput.quality == "unavailable"


def test_slow_decoding_is_not_good() -> None:
    story = Story().begins(0).calls(0).tries(0).streams(range(100, 2400, 300))
    figures = figures_of(story.uses(2400, output=8).ends(2400).finishes(2410))
    assert figures.session.goodput.value == 0
    assert figures.crossed == {"rate"}


def test_tokens_and_cost_are_summed_and_missing_ones_are_not_zero() -> None:
    session = session_of(simple_turn("a"), simple_turn("b", start=2000))
    tokens = session.tokens
    assert (tokens.input.value, tokens.output.value, tokens.cached.value) == (200, 22, 80)
    assert tokens.cost.quality == tokens.reasoning.quality == "unavailable"


def test_a_sum_with_an_unreported_part_is_an_estimate() -> None:
    other = Story("b", start=2000).begins(0).calls(0, "b").tries(0, "b")
    other.streams((100, 120), call="b").uses(130, output=None, call="b").ends(130, "b")
    tokens = session_of(simple_turn("a"), other.finishes(140)).tokens
    assert (tokens.output.value, tokens.output.quality) == (13, "estimated")
    assert (tokens.input.value, tokens.input.quality) == (100, "estimated")


def test_cost_is_shown_when_usage_has_it() -> None:
    story = Story().begins(0).calls(0).tries(0).streams((100, 120))
    story.uses(130, output=2, cost=0.0125).ends(130).finishes(140)
    assert session_of(story).tokens.cost.value == about(0.0125)


def test_the_error_of_the_estimate_is_kept() -> None:
    """Eleven deltas: the first estimate is 11 tokens, and the second what they were then: 10."""
    story = simple_turn("a", tokens=10), simple_turn("b", start=2000, tokens=11)
    assert session_of(*story).tokens.estimate_error.value == about((0.1 + 1 / 11) / 2)


def test_messages_and_their_lengths_are_counted() -> None:
    session = session_of(simple_turn("a"), simple_turn("b", start=2000))
    assert (session.prompts, session.prompt_characters) == (2, 2 * len("I climb."))
    assert (session.answers, session.answer_characters) == (2, 2 * 11 * len("word"))


def test_scripted_answers_stay_out_of_the_percentiles_of_real_models() -> None:
    scripted = Story("s", start=5000).begins(0).calls(0, "s", scripted=True).tries(0, "s")
    scripted.streams((1900, 1990), call="s").ends(2000, "s").finishes(2000)
    figures = figures_of(simple_turn(), scripted)
    assert (figures.session.ttft.n, figures.session.scripted) == (1, False)
    assert figures.scripted


def test_scripted_answers_alone_are_shown_and_labelled() -> None:
    scripted = Story("s").loaded(scripted=True).begins(0).calls(0, "s", scripted=True)
    scripted.tries(0, "s").streams((100, 120), call="s").ends(130, "s").finishes(140)
    figures = scripted.figures()
    assert (figures.session.ttft.n, figures.session.scripted, figures.scripted) == (1, True, True)


def crossings(ttfts: Sequence[int]) -> list[tuple[int, str]]:
    figures = figures_of(*turns_with_ttft(*ttfts))
    return [(crossing.number, crossing.name) for crossing in figures.crossings]


@pytest.mark.parametrize(
    ("ttfts", "expected"),
    [
        ([1900, 2000], []),
        ([2100], [(1, "ttft")]),
        ([2100, 2200, 2300], [(1, "ttft")]),
        ([2100, 100, 2100], [(1, "ttft"), (2, "ttft")]),
    ],
)
def test_a_new_crossing_needs_a_good_value_in_between(
    ttfts: list[int], expected: list[tuple[int, str]]
) -> None:
    assert crossings(ttfts) == expected


def test_a_crossing_marks_every_turn_it_happens_in() -> None:
    figures = figures_of(*turns_with_ttft(2100, 2200, 100))
    assert [turn.crossed for turn in figures.turns] == [("ttft",), ("ttft",), ()]


def attempt(run: str, start: float, *, scripted: bool, ok: bool = True) -> Story:
    story = Story(run, start=start).begins(0).calls(0, run, scripted=scripted).tries(0, run)
    ended = story.ends(60, run) if ok else story.fails(60, "network", run)
    return ended.finishes(70, "ok" if ok else "failed")


def test_thresholds_apply_to_scripted_answers_while_there_are_no_others() -> None:
    figures = figures_of(attempt("a", 0, scripted=True, ok=False))
    assert figures.crossed == {"errors"}
    assert figures.crossings[0].scripted


def test_a_real_attempt_clears_crossings_by_a_script() -> None:
    figures = figures_of(
        attempt("a", 0, scripted=True, ok=False),
        attempt("b", 1000, scripted=False),
        attempt("c", 2000, scripted=True, ok=False),
    )
    assert figures.crossed == set()
    assert len(figures.crossings) == 1
    assert figures.session.error_rate.value == 0
    assert [turn.crossed for turn in figures.turns] == [("errors",), (), ()]


def test_a_scripted_attempt_does_not_clear_crossings_by_a_real_one() -> None:
    figures = figures_of(
        attempt("a", 0, scripted=False, ok=False),
        attempt("b", 1000, scripted=True),
        attempt("c", 2000, scripted=False, ok=False),
    )
    assert figures.crossed == {"errors"}
    assert [one.scripted for one in figures.crossings] == [False]


def test_error_rate_above_the_limit_is_a_crossing() -> None:
    story = Story().begins(0).calls(0).tries(0).fails(10, "auth").finishes(20, "failed", "auth")
    figures = figures_of(story)
    assert [(c.name, c.value, c.limit) for c in figures.crossings] == [("errors", 1.0, 0.05)]


def test_a_current_crossing_has_the_current_value() -> None:
    figures = figures_of(*turns_with_ttft(2100, 2200, 2300))
    assert [(c.number, c.name, c.value) for c in figures.current_crossings] == [
        (1, "ttft", about(2.3))
    ]
    assert [c.value for c in figures.crossings] == [about(2.1)]


def test_a_crossed_error_rate_falls_with_each_good_attempt() -> None:
    failed = Story("f").begins(0).calls(0, "f").tries(0, "f").fails(10, "auth", "f")
    stories = [failed.finishes(20, "failed", "auth")]
    assert [c.value for c in figures_of(*stories).current_crossings] == [1.0]
    stories += [simple_turn(f"{number}", start=1000 * (number + 1)) for number in range(19)]
    assert [c.value for c in figures_of(*stories[:4]).current_crossings] == [about(1 / 4)]
    assert figures_of(*stories).current_crossings == ()


def test_the_beginning_of_each_prompt_is_kept_for_the_history() -> None:
    figures = figures_of(
        simple_turn("a"), Story("b", start=2000).begins(0, prompt="and\nthen " * 99)
    )
    assert [(turn.number, turn.outcome) for turn in figures.turns] == [(1, "ok"), (2, "open")]
    assert figures.turns[1].prompt.startswith("and then and then")
    assert len(figures.turns[1].prompt) <= 120


def test_an_agent_that_cannot_be_loaded_is_an_error() -> None:
    failed = events.AgentLoadFailed(at=MS, problem=Problem(kind="agent", message="no module"))
    assert session_of(Story().adds(failed)).errors == (("agent", 1),)
