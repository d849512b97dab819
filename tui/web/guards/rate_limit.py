"""How often one may ask: a bucket of tokens for each who asks, which fills by itself."""

from collections.abc import Callable

import msgspec

MOST_BUCKETS = 10_000
"""Addresses that are remembered."""


class Rate(msgspec.Struct, frozen=True):
    """``burst`` requests at once, ``per_second`` in the long run."""

    per_second: float = 200.0
    burst: int = 1_000


class RateLimit:
    """``clock`` gives seconds."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        """By who asks: what is left, and when that was so."""

    def wait_of(self, who: str) -> float:
        """Take one; seconds to wait if there is none left, else 0."""
        now = self._clock()
        left, then = self._buckets.pop(who, (float(self._rate.burst), now))
        left = min(self._rate.burst, left + (now - then) * self._rate.per_second)
        if len(self._buckets) >= MOST_BUCKETS:
            # The one that has not asked for the longest time is full again, or soon will be.
            del self._buckets[next(iter(self._buckets))]
        taken = left >= 1
        self._buckets[who] = (left - 1 if taken else left), now
        return 0.0 if taken else (1 - left) / self._rate.per_second
