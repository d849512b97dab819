"""The bars of the sparklines against the figures of the attempts that they are made of."""

from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.core.metrics.story import S, Story, about
from tui.core.metrics import Figures, figures, fold
from tui.core.metrics.bars import BAR


def attempt(
    ats: list[float], output: int | None = None, call: str = "c1", *, start: float = 0
) -> Story:
    """A turn with deltas at these milliseconds."""
    story = Story(call, start=start).begins(0).calls(0, call).tries(0, call).streams(ats, call=call)
    if output is not None:
        story.uses(ats[-1], output=output, call=call)
    return story.ends(ats[-1], call).finishes(ats[-1] + 1)


def rate_of(shown: Figures) -> float:
    assert shown.attempt is not None
    assert shown.attempt.rate.known
    return shown.attempt.rate.value


@pytest.mark.parametrize("first", [0, 5, 100, 310, 480, 495, 499])
@pytest.mark.parametrize("output", [None, 20, 57])
def test_no_part_of_a_steady_stream_is_faster_or_slower_than_the_whole(
    first: int, output: int | None
) -> None:
    shown = attempt([first + 20 * number for number in range(20)], output).figures()
    rates = [rate for rate in shown.rates if rate]
    assert rates == [about(rate_of(shown))] * (2 if first == 310 else 1)


@given(st.lists(st.integers(5, 1500), min_size=10, max_size=60), st.integers(0, 600))
@example([1] * 7 + [1400] * 3, 495)
@example([300] * 9 + [1400] + [1] * 8, 0)
def test_the_peak_is_never_below_the_rate_of_the_attempt(gaps: list[int], first: int) -> None:
    story = attempt([float(at) for at in accumulate(gaps, initial=first)], 90)
    shown = story.figures()
    assert max(shown.rates) >= rate_of(shown) * 0.999
    assert max(shown.gaps) == about(max(gaps) / 1000)


def nested(own: list[float], inner: list[float], ended: str) -> Story:
    """A call of an agent, and one of an agent in one of its tools, cancelled while it streams."""
    story = Story().begins(0).calls(0, "own").tries(0, "own").streams(own, call="own")
    if ended == "reported":
        story.uses(own[-1], output=round(len(own) * 1.4), call="own")
    story.ends(own[-1], "own").runs_tool(own[-1]).runs_tool(own[-1], "t2")
    story.calls(own[-1], "inner", parent="t1").tries(own[-1], "inner").streams(inner, call="inner")
    if ended == "running":
        return story
    return story.is_cancelled(inner[-1], "inner").finishes(inner[-1] + 1, "cancelled")


@given(
    own=st.lists(st.integers(1, 200), min_size=9, max_size=40),
    inner=st.lists(st.integers(1, 200), min_size=9, max_size=40),
    first=st.integers(0, 500),
    pause=st.integers(0, 600),
    ended=st.sampled_from(("reported", "estimated", "running")),
)
@example(own=[12] * 10, inner=[40] * 30, first=20, pause=30, ended="reported")
@example(own=[7] * 9, inner=[600] * 2 + [1] * 8, first=470, pause=0, ended="running")
def test_the_peak_is_never_below_the_rate_of_an_attempt_beside_or_before_another(
    own: list[int], inner: list[int], first: int, pause: int, ended: str
) -> None:
    told = [float(at) for at in accumulate(own, initial=first)]
    answered = [float(at) for at in accumulate(inner, initial=told[-1] + pause)]
    story = nested(told, answered, ended)
    now = max(event.at for event in story.events) + BAR
    session = story.metrics().settled()
    rates = [one.rate.value for one in (session.last_attempt, *session.unreported.values()) if one]
    assert max(figures(story.metrics(), now).rates) >= max(rates) * 0.999


def test_a_slower_stream_in_the_same_half_second_does_not_hide_a_faster_one() -> None:
    told = [20.0 + 10 * number for number in range(13)]
    answered = [150.0 + 40 * number for number in range(30)]
    shown = nested(told, answered, "reported").figures()
    assert shown.rates[0] == about((round(13 * 1.4) - 1) / 0.12)


@given(st.lists(st.integers(1, 700), min_size=20, max_size=40), st.integers(1, 30))
def test_the_bars_are_the_same_however_often_the_screen_is_drawn(gaps: list[int], at: int) -> None:
    story = attempt([float(at) for at in accumulate(gaps, initial=130)], 77)
    metrics = story.metrics()
    read = Story().metrics()
    for number, event in enumerate(story.events):
        read = fold(read, event)
        if number % at == 0:
            # As a structural event does: the deltas so far are applied.
            read = type(read)(read.settled())
    now = 100 * S
    assert figures(read, now).rates == pytest.approx(figures(metrics, now).rates)


def test_a_burst_at_the_end_of_a_half_second_is_no_peak() -> None:
    shown = attempt([499.0 + number / 10 for number in range(8)] + [900, 1400, 1900], 11).figures()
    assert max(shown.rates) < 40


def test_an_answer_in_few_deltas_has_gaps_and_no_rate_here_either() -> None:
    shown = attempt([100, 101, 102], 3).figures()
    assert (shown.rates, shown.gaps) == ((0.0,), (about(0.001),))


def test_two_streams_at_once_add_up_and_one_after_the_other_do_not() -> None:
    ats = [20.0 * number for number in range(10)]
    one = attempt(ats, call="a")
    together = Story().adds(*one.events[:-2])
    both = together.adds(*attempt(ats, call="b").events, *one.events[-2:]).figures()
    assert both.rates == (about(100),)
    after = Story().adds(*one.events, *attempt(ats, call="b", start=200).events).figures()
    assert after.rates == (about(50),)


def test_the_measured_count_of_an_attempt_changes_the_bars_of_that_attempt_only() -> None:
    ats = [20.0 * number for number in range(20)]
    story = Story().adds(*attempt(ats, 77, "a").events, *attempt(ats, None, "b", start=1000).events)
    own, other = (77 - 1) / 0.38, (77 / 20 * 20 - 1) / 0.38
    assert story.figures().rates == (about(own), 0.0, about(other))
