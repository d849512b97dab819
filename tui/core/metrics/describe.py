"""Describes a list of values exactly, as benchmarks of model servers report them."""

import math
from collections.abc import Sequence

import msgspec

from tui.core.metrics.figure import Quality
from tui.core.metrics.series import ENOUGH_FOR_P99

PERCENTILES = (50, 90, 95, 99)


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """Of ``n`` values in ``unit``; everything but ``n`` is None without values.

    Percentiles are interpolated linearly between the closest ranks; ``std`` is the standard
    deviation of the values themselves (divided by n).
    """

    unit: str
    n: int = 0
    mean: float | None = None
    min: float | None = None
    max: float | None = None
    std: float | None = None
    p50: float | None = None
    p90: float | None = None
    p95: float | None = None
    p99: float | None = None
    """None below `ENOUGH_FOR_P99` values, as everywhere."""
    quality: Quality = "measured"
    """One value that is estimated makes all of this an estimate."""


def described(values: Sequence[float], unit: str, *, estimated: bool = False) -> Description:
    """The description of these values, in any order; ``estimated``: some of them are."""
    if not values:
        return Description(unit=unit)
    ordered = sorted(values)
    mean = math.fsum(ordered) / len(ordered)
    variance = math.fsum((value - mean) ** 2 for value in ordered) / len(ordered)
    p50, p90, p95, p99 = (percentile(ordered, share) for share in PERCENTILES)
    return Description(
        unit=unit,
        n=len(ordered),
        mean=mean,
        min=ordered[0],
        max=ordered[-1],
        std=math.sqrt(variance),
        p50=p50,
        p90=p90,
        p95=p95,
        p99=p99 if len(ordered) >= ENOUGH_FOR_P99 else None,
        quality="estimated" if estimated else "measured",
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value at ``share`` percent (0 to 100) of ordered values, at least one."""
    place = (len(ordered) - 1) * share / 100
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
