"""Descriptions of values."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.metrics.describe import described, percentile

VALUES = st.lists(st.floats(0, 1e6), min_size=2, max_size=60)


@given(VALUES)
def test_it_agrees_with_the_standard_library(values: list[float]) -> None:
    found = described(values, "s")
    hundredths = statistics.quantiles(values, n=100, method="inclusive")
    for share, value in ((50, found.p50), (90, found.p90), (95, found.p95)):
        assert value == pytest.approx(hundredths[share - 1], abs=1e-6)
    if len(values) < 20:
        assert found.p99 is None
    else:
        assert found.p99 == pytest.approx(hundredths[98], abs=1e-6)
    assert found.n == len(values)
    assert found.mean == pytest.approx(statistics.fmean(values), abs=1e-6)
    assert found.std == pytest.approx(statistics.pstdev(values), abs=1e-4)
    assert (found.min, found.max) == (min(values), max(values))


def test_nothing_is_known_of_no_values() -> None:
    found = described([], "s")
    assert found.n == 0
    assert (found.mean, found.p50, found.max, found.std) == (None, None, None, None)


def test_p99_needs_twenty_values() -> None:
    """As in the dashboard and in ``streamtui stats``."""
    assert described([1.0] * 19, "s").p99 is None
    assert described([1.0] * 20, "s").p99 == 1.0


def test_a_single_value_is_every_percentile() -> None:
    found = described([0.5], "s")
    assert (found.p50, found.p95, found.p99, found.std) == (0.5, 0.5, None, 0.0)
    assert percentile([3.0], 95) == 3.0
