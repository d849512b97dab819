"""The comparison with an earlier batch."""

import random

from tests.headless.report.results import timed
from tui.headless.report.regression import Change, changes_between
from tui.headless.report.summary import Summary


def noisy(median: float, *, spread: float, n: int, seed: int) -> Summary:
    chance = random.Random(seed)
    return timed(*(median * chance.uniform(1 - spread, 1 + spread) for _ in range(n)))


def ttft(before: Summary, after: Summary) -> Change:
    (found,) = (one for one in changes_between(before, after) if one.figure == "ttft")
    return found


def test_a_clear_worsening_is_one() -> None:
    change = ttft(noisy(1.0, spread=0.1, n=30, seed=1), noisy(1.5, spread=0.1, n=30, seed=2))
    assert change.low < change.change < change.high
    assert 0.4 < change.change < 0.6
    assert change.regressed(0.2)


def test_noise_alone_is_none() -> None:
    change = ttft(noisy(1.0, spread=0.8, n=8, seed=3), noisy(1.25, spread=0.8, n=8, seed=4))
    assert not change.regressed(0.2)


def test_getting_better_is_none() -> None:
    change = ttft(noisy(1.0, spread=0.1, n=30, seed=5), noisy(0.5, spread=0.1, n=30, seed=6))
    assert change.worse < 0
    assert not change.regressed(0.0)


def test_for_rates_less_is_worse() -> None:
    before, after = timed(*[0.5] * 5), timed(*[0.5] * 5)
    (rate,) = (one for one in changes_between(before, after) if one.figure == "tok/s")
    assert rate.change == 0
    assert rate.worse == 0


def test_the_same_batches_get_the_same_verdict() -> None:
    before, after = noisy(1, spread=0.3, n=9, seed=7), noisy(1, spread=0.3, n=9, seed=8)
    assert changes_between(before, after) == changes_between(before, after)


def test_too_few_values_say_nothing() -> None:
    assert changes_between(timed(1.0, 1.0), timed(9.0, 9.0, 9.0)) == []
