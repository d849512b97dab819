"""The bars of the sparklines: what arrived in each half-second, by model."""

from collections.abc import Iterable, Mapping

import msgspec

from tui.core.metrics.attempt import BUCKET, Bucket
from tui.core.metrics.figure import SECOND
from tui.core.metrics.tokens import Packing, estimate

MAX_BARS = 240
BAR_BUCKETS = 5
"""Buckets (tenths of a second) per bar."""

BAR = BAR_BUCKETS * BUCKET
"""Nanoseconds per bar."""

Share = tuple[str, int, int]
"""A model, its deltas, and their UTF-8 bytes."""


class PaceBar(msgspec.Struct, frozen=True):
    """The deltas of a half-second; ``index`` is that half-second on the worker's clock."""

    index: int
    shares: tuple[Share, ...]
    """By model: what its deltas are worth is known only when its provider has counted."""
    gap: int
    """The longest gap before one of them, in ns."""

    def rate(self, packings: Mapping[str, Packing]) -> float:
        """tok/s, estimated from the deltas."""
        tokens = sum(
            estimate(deltas, size, packings[model].per_delta if model in packings else None)
            for model, deltas, size in self.shares
        )
        return tokens * SECOND / BAR


def with_bars(
    bars: tuple[PaceBar, ...], added: Iterable[Bucket], model: str
) -> tuple[PaceBar, ...]:
    """The bars with these buckets of a model's answer, in order of time, at most `MAX_BARS`."""
    changed: dict[int, PaceBar] = {}
    for bucket in added:
        index = bucket.index // BAR_BUCKETS
        old = changed.get(index)
        shares = () if old is None else old.shares
        gap = bucket.gap if old is None else max(old.gap, bucket.gap)
        changed[index] = PaceBar(
            index, _joined((*shares, (model, bucket.deltas, bucket.size))), gap
        )
    if not changed:
        return bars
    first = min(changed)
    keep = len(bars)
    while keep and bars[keep - 1].index >= first:
        keep -= 1
    for bar in bars[keep:]:
        new = changed.get(bar.index)
        changed[bar.index] = (
            bar
            if new is None
            else PaceBar(bar.index, _joined((*bar.shares, *new.shares)), max(bar.gap, new.gap))
        )
    return (*bars[:keep], *(changed[index] for index in sorted(changed)))[-MAX_BARS:]


def _joined(shares: Iterable[Share]) -> tuple[Share, ...]:
    sums: dict[str, tuple[int, int]] = {}
    for model, deltas, size in shares:
        old = sums.get(model, (0, 0))
        sums[model] = old[0] + deltas, old[1] + size
    return tuple((model, *sums[model]) for model in sums)
