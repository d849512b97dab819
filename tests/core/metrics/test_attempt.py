"""Every row of the table "per attempt": hand-made events, exact numbers."""

from collections.abc import Iterable

import pytest

from tests.core.metrics.story import Story, about, simple_turn
from tui.core.metrics import AttemptFigures, Figure
from tui.protocol import events

UNAVAILABLE = Figure(0.0, "unavailable")


def measured(value: float) -> Figure:
    return Figure(about(value), "measured")


def estimated(value: float) -> Figure:
    return Figure(about(value), "estimated")


def attempt_of(story: Story, now: float | None = None) -> AttemptFigures:
    attempt = story.figures(now).attempt
    assert attempt is not None
    return attempt


def opened(at: float = 20) -> Story:
    return Story().begins(10).calls(at).tries(at)


def test_a_running_attempt_has_neither_tpot_nor_tok_s_yet() -> None:
    running = Story().begins(0).calls(0).tries(0).streams(range(100, 400, 20))
    shown = running.figures().attempt
    assert shown is not None
    assert (shown.tpot, shown.rate) == (UNAVAILABLE, UNAVAILABLE)
    ended = running.ends(400).figures().attempt
    assert ended is not None
    assert (ended.tpot.value, ended.rate.value) == (about(0.02), about(50))


def test_ttft_is_from_the_attempts_start_to_the_first_delta() -> None:
    assert attempt_of(opened().says(432)).ttft == measured(0.412)


def test_times_count_from_the_sending_of_the_request() -> None:
    story = (
        opened().sends_request(70).connects(80).streams((470, 570)).uses(570, output=11).ends(570)
    )
    attempt = attempt_of(story)
    assert (attempt.ttft, attempt.ttfo) == (measured(0.4), measured(0.4))
    assert attempt.end_to_end_rate == measured(22)


def test_a_request_of_another_attempt_does_not_count() -> None:
    assert attempt_of(opened().sends_request(70, attempt=2).says(432)).ttft == measured(0.412)


def test_ttft_ignores_empty_deltas() -> None:
    assert attempt_of(opened().says(100, "").says(432)).ttft == measured(0.412)


def test_ttft_is_unavailable_before_the_first_delta() -> None:
    assert attempt_of(opened().connects(60)).ttft == UNAVAILABLE


def test_ttft_counts_reasoning_and_ttfo_does_not() -> None:
    attempt = attempt_of(opened().thinks(220).says(1020))
    assert (attempt.ttft, attempt.ttfo) == (measured(0.2), measured(1.0))


@pytest.mark.parametrize(
    "delta",
    [
        events.RefusalDelta(at=220_000_000, run="run", call="c1", text="I cannot"),
        events.ToolArgumentsDelta(
            at=220_000_000, run="run", call="c1", text="{", tool_call="t", name="dice"
        ),
    ],
)
def test_ttft_counts_refusals_and_tool_arguments_and_ttfo_does_not(delta: events.Event) -> None:
    attempt = attempt_of(opened().adds(delta))
    assert (attempt.ttft, attempt.ttfo) == (measured(0.2), UNAVAILABLE)


def test_ttft_ignores_the_empty_delta_that_announces_a_tool_call() -> None:
    announced = events.ToolArgumentsDelta(
        at=100_000_000, run="run", call="c1", text="", tool_call="t", name="dice"
    )
    assert attempt_of(opened().adds(announced).says(220)).ttft == measured(0.2)


def test_icl_is_the_gap_between_non_empty_deltas_of_any_kind() -> None:
    attempt = attempt_of(opened().says(100).thinks(110).says(115, "").says(130).says(160))
    assert attempt.icl_p50 == measured(0.020)
    assert attempt.icl_max == measured(0.030)


def test_icl_percentiles_of_few_gaps_are_exact() -> None:
    gaps = range(1, 101)
    ats = [1000 + sum(range(1, n + 1)) for n in range(101)]
    attempt = attempt_of(opened().streams(ats))
    assert len(gaps) == 100
    assert attempt.icl_p50 == measured(0.0505)
    assert attempt.icl_p95 == measured(0.09505)
    assert attempt.icl_p99 == measured(0.09901)
    assert attempt.icl_max == measured(0.100)


def test_icl_is_unavailable_with_one_delta() -> None:
    attempt = attempt_of(opened().says(100))
    assert (attempt.icl_p50, attempt.icl_max) == (UNAVAILABLE, UNAVAILABLE)


def test_tpot_divides_the_decoding_time_by_the_tokens_after_the_first() -> None:
    attempt = attempt_of(simple_turn(tokens=11))
    assert attempt.tpot == measured(0.020)
    assert attempt.rate == measured(50)


@pytest.mark.parametrize(
    "ats",
    [
        [100],
        range(100, 800, 100),  # seven deltas
        range(100, 149),  # 48 ms
    ],
)
def test_rates_are_unavailable_with_few_deltas_or_a_burst(ats: Iterable[float]) -> None:
    figures = opened().streams(ats).uses(900, output=50).ends(900).figures()
    assert figures.attempt is not None
    assert (figures.attempt.tpot, figures.attempt.rate) == (UNAVAILABLE, UNAVAILABLE)
    assert figures.crossed == set()


@pytest.mark.parametrize("ats", [range(100, 900, 100), range(100, 151)])
def test_rates_need_eight_deltas_and_fifty_milliseconds(ats: Iterable[float]) -> None:
    attempt = attempt_of(opened().streams(ats).uses(900, output=50).ends(900))
    assert attempt.tpot.known
    assert attempt.rate.known


def test_tpot_leaves_hidden_reasoning_tokens_out() -> None:
    story = opened().streams(range(420, 621, 20)).uses(640, output=111, reasoning=100).ends(650)
    assert attempt_of(story).tpot == measured(0.020)
    assert attempt_of(story).output == measured(111)
    assert attempt_of(story).reasoning == measured(100)


def test_tpot_counts_reasoning_tokens_whose_deltas_were_streamed() -> None:
    story = opened().thinks(120).streams(range(220, 421, 20)).uses(440, output=21, reasoning=10)
    assert attempt_of(story.ends(450)).tpot == measured(0.300 / 20)


def test_tpot_is_an_estimate_without_usage() -> None:
    story = opened().streams(range(420, 621, 20)).ends(650)
    assert attempt_of(story).tpot == estimated(0.020)


def test_end_to_end_rate_divides_all_tokens_by_the_whole_attempt() -> None:
    assert attempt_of(simple_turn(tokens=63)).end_to_end_rate == measured(63 / 0.630)


def test_events_rate_counts_raw_events_over_the_attempt() -> None:
    assert attempt_of(simple_turn()).events_rate == measured(15 / 0.630)


def test_events_rate_is_estimated_from_deltas_while_the_attempt_runs() -> None:
    assert attempt_of(opened(20).streams([100, 200]), now=520).events_rate == estimated(4)


def test_output_tokens_are_the_providers_count_once_it_reports_one() -> None:
    story = opened().streams(range(100, 200, 10))
    assert attempt_of(story).output == estimated(10)
    assert attempt_of(story.uses(210, output=12)).output == measured(12)


def test_missing_usage_is_unavailable_and_never_zero() -> None:
    attempt = attempt_of(opened().uses(100, output=None).ends(110))
    assert attempt.input == attempt.output == attempt.cached == attempt.reasoning == UNAVAILABLE


def test_input_and_cached_tokens_come_from_usage() -> None:
    attempt = attempt_of(simple_turn())
    assert (attempt.input, attempt.cached) == (measured(100), measured(40))


def test_usage_may_come_after_the_attempts_end() -> None:
    story = opened().streams(range(420, 621, 20)).ends(650).uses(660, output=21).finishes(700)
    figures = story.figures()
    assert figures.attempt is not None
    assert figures.attempt.tpot == measured(0.010)
    assert figures.session.tpot.n == 1
    assert figures.session.tpot.mean == pytest.approx(0.010)


@pytest.mark.parametrize("ending", ["ok", "error", "cancelled"])
def test_outcome_says_how_the_attempt_ended(ending: str) -> None:
    story = opened().says(100)
    match ending:
        case "ok":
            story.uses(110, output=1).ends(120)
        case "error":
            story.fails(120, "server")
        case _:
            story.is_cancelled(120)
    attempt = attempt_of(story)
    assert attempt.outcome == ending
    assert attempt.kind == ("server" if ending == "error" else None)


def test_parallel_calls_do_not_mix() -> None:
    story = opened(20).calls(20, "c2", parent="t1").tries(30, "c2")
    story.says(100, "one", "c1").says(110, "two", "c2").says(200, "one", "c1").says(215, "", "c2")
    first = attempt_of(story)
    assert (first.call, first.ttft, first.icl_max) == ("c1", measured(0.080), measured(0.100))
    nested = attempt_of(story.uses(220, output=2).ends(220, "c1"))
    assert (nested.call, nested.ttft, nested.icl_max) == ("c2", measured(0.080), UNAVAILABLE)


def test_a_second_attempt_starts_its_own_clock() -> None:
    story = opened(20).says(100).fails(200).waits(200, 1200).tries(1200, attempt=2)
    attempt = attempt_of(story.says(1500, attempt=2))
    assert (attempt.number, attempt.ttft, attempt.icl_max) == (2, measured(0.300), UNAVAILABLE)


def test_live_rate_looks_at_the_last_five_seconds() -> None:
    fast = [1000 + 10 * n for n in range(100)]
    slow = [2000 + 100 * n for n in range(80)]
    figures = opened().streams([*fast, *slow]).figures(now=9900)
    assert figures.live.quality == "estimated"
    assert figures.live.value == pytest.approx(10, rel=0.05)


def test_live_rate_of_a_young_stream_is_over_its_own_age() -> None:
    figures = opened().streams(range(1000, 2000, 20)).figures(now=2000)
    assert figures.live == estimated(50)


def test_live_rate_is_unavailable_when_idle_and_before_the_first_token() -> None:
    assert opened().figures(now=300).live == UNAVAILABLE
    assert simple_turn().figures(now=800).live == UNAVAILABLE


def test_live_rate_is_frozen_while_a_tool_runs() -> None:
    story = opened().streams(range(1000, 2000, 20)).uses(1990, output=50).ends(1990)
    story.runs_tool(2000)
    first, later = story.figures(now=2010).live, story.figures(now=9000).live
    assert first == later
    assert first == estimated(50 / 0.98)
    assert story.tool_ends(9100).figures(now=9110).live == UNAVAILABLE


def test_rates_of_parallel_streams_add_up() -> None:
    story = opened().calls(20, "c2", parent="t").tries(20, "c2")
    story.streams(range(1000, 2000, 20)).streams(range(1000, 2000, 20), call="c2")
    assert story.figures(now=2000).live == estimated(100)
