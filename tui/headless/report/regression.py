"""Compares a batch with an earlier one: which figures became worse, and is that more than noise.

The change is that of the median, with a 95 % interval from a percentile bootstrap (B. Efron, 1979):
both batches are resampled with replacement, each time the change of the medians is taken. A figure
has regressed if the whole interval is beyond the limit, so noise alone does not fail a build.
"""

import random
from collections.abc import Sequence

import msgspec

from tui.core.metrics.describe import percentile
from tui.headless.report.samples import KINDS, FigureKind
from tui.headless.report.summary import Summary, values_in

RESAMPLES = 2_000
SEED = 20_260_101
"""The same two batches always get the same verdict."""

FEWEST = 3
"""Values in each batch; with fewer, nothing is said about a figure."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """How a figure's median changed: 0.2 is 20 % more. ``low`` and ``high``: 95 % interval."""

    figure: str
    unit: str
    before: float
    after: float
    n_before: int
    n_after: int
    change: float
    low: float
    high: float
    worse: float
    """The least worsening that the interval allows; at most 0 if it may not be worse at all."""

    def regressed(self, limit: float) -> bool:
        """Whether it is worse by more than ``limit``, noise allowed for."""
        return self.worse > limit


def changes_between(before: Summary, after: Summary) -> list[Change]:
    """Of every figure of which lower or higher is better, and that both have values of."""
    found = (_change(kind, before, after) for kind in KINDS.values() if kind.lower is not None)
    return [change for change in found if change is not None]


def _change(kind: FigureKind, before: Summary, after: Summary) -> Change | None:
    old, new = values_in(before, kind.name), values_in(after, kind.name)
    if min(len(old), len(new)) < FEWEST or not (base := _median(old)):
        return None
    low, high = _interval(old, new)
    return Change(
        figure=kind.name,
        unit=kind.unit,
        before=base,
        after=_median(new),
        n_before=len(old),
        n_after=len(new),
        change=_median(new) / base - 1,
        low=low,
        high=high,
        worse=low if kind.lower else -high,
    )


def _interval(old: Sequence[float], new: Sequence[float]) -> tuple[float, float]:
    chance = random.Random(SEED)  # noqa: S311 - statistics, no secret
    changes = []
    for _ in range(RESAMPLES):
        base = _median(chance.choices(old, k=len(old)))
        if base:
            changes.append(_median(chance.choices(new, k=len(new))) / base - 1)
    changes.sort()
    return percentile(changes, 2.5), percentile(changes, 97.5)


def _median(values: Sequence[float]) -> float:
    return percentile(sorted(values), 50)
