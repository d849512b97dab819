"""Distributions in bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.metrics.story import about
from tui.core.metrics.series import CENTROIDS, Series

values = st.lists(st.floats(0, 1e12), min_size=1, max_size=CENTROIDS)


def test_an_empty_series_has_no_values() -> None:
    assert Series().summary().n == 0


def test_one_value_is_every_percentile() -> None:
    row = Series().add([7.0]).summary()
    assert (row.mean, row.p50, row.p95, row.max, row.p99) == (7, 7, 7, 7, None)


def test_adding_does_not_change_the_old_series() -> None:
    old = Series().add([1.0, 2.0, 3.0])
    before = old.summary()
    old.add([100.0])
    old.merge(Series().add([200.0]))
    assert old.summary() == before


@given(values, st.integers(0, CENTROIDS))
def test_few_values_are_kept_exactly_in_any_grouping(values: list[float], cut: int) -> None:
    whole = Series().add(values).summary()
    parts = Series().add(values[:cut]).merge(Series().add(values[cut:])).summary()
    assert parts.n == whole.n == len(values)
    assert parts.max == whole.max == max(values)
    assert parts.p50 == about(whole.p50)
    assert parts.p95 == about(whole.p95)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95, 0.99])
def test_many_values_stay_small_and_within_two_per_cent(share: float) -> None:
    series = Series()
    many = [float((number * 7919) % 100_000 + 1) for number in range(100_000)]
    for start in range(0, len(many), 1000):
        series = series.add(many[start : start + 1000])
    assert series.digest is not None
    assert series.digest.n_centroids <= CENTROIDS
    assert series.quantile(share) == pytest.approx(share * 100_000, rel=0.02)
