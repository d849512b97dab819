"""Text for figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.core.metrics.story import MS, Story
from tui.core.formatting import stopwatch
from tui.core.metrics import Figure
from tui.core.metrics.figure_text import (
    TIME,
    cost_text,
    count_text,
    of_summary,
    rate_text,
    share_text,
    shown,
    time_text,
    turn_time,
)
from tui.core.metrics.series import Series
from tui.dashboard.fitted_text import fitted


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.00 ms"),
        (0.000_12, "0.12 ms"),
        (0.0157, "15.7 ms"),
        (0.412, "412 ms"),
        (1.25, "1.25 s"),
        (31.0, "31.0 s"),
        (123, "2 m 03 s"),
        (723, "12.1 m"),
        (3590, "59.8 m"),
        (3599, "1.0 h"),
        (3_900, "1 h 05 m"),
        (36_300, "10.1 h"),
    ],
)
def test_times_have_three_digits(seconds: float, text: str) -> None:
    assert time_text(seconds) == text


@given(st.floats(0, 99 * 3600))
def test_any_time_fits_its_columns(seconds: float) -> None:
    assert len(time_text(seconds)) <= TIME


@given(st.floats(0, 10_000_000))
def test_any_rate_and_any_count_fit_their_columns(number: float) -> None:
    assert len(rate_text(number)) <= 6
    assert len(count_text(number)) <= 7


@pytest.mark.parametrize("took", [1490, 2460, 2449, 5190, 61_960])
def test_the_time_of_an_ended_turn_is_its_e2e_and_of_a_running_one_a_clock(took: int) -> None:
    running = Story().begins(0)
    turn = running.figures(now=took).turn
    assert turn is not None
    assert turn_time(turn) == stopwatch(took * MS)
    ended = running.finishes(took).figures().turn
    assert ended is not None
    assert turn_time(ended) == time_text(took / 1000)


def test_small_shares_have_a_decimal() -> None:
    assert [share_text(share) for share in (0, 0.034, 0.05, 0.2, 1)] == [
        "0 %", "3.4 %", "5.0 %", "20 %", "100 %",
    ]  # fmt: skip


def test_small_costs_keep_four_decimals() -> None:
    assert [cost_text(cost) for cost in (0.00123, 12.5)] == ["$0.0012", "$12.50"]


def test_the_three_qualities_look_different() -> None:
    figures = [Figure(5, "measured"), Figure(5, "estimated"), Figure(0, "unavailable")]
    assert [shown(figure, rate_text) for figure in figures] == ["5.0", "~5.0", "—"]


def test_one_estimate_makes_a_median_an_estimate() -> None:
    series = Series().add([40.0, 42.0])
    assert of_summary(series.summary(), series.summary().p50, rate_text) == "41.0"
    mixed = Series().add([44.0], estimated=True).merge(series)
    assert of_summary(mixed.summary(), mixed.summary().p50, rate_text) == "~42.0"
    assert of_summary(mixed.summary(), mixed.summary().p99, rate_text) == "—"
    assert of_summary(Series().summary(), 0.0, rate_text) == "—"


@given(st.text(), st.integers(1, 40))
def test_a_fitted_name_has_exactly_the_given_width(name: str, width: int) -> None:
    assert cell_len(fitted(name, width)) == width
    assert "\n" not in fitted(name, width)
