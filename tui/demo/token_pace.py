"""The time between the tokens of a scripted answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

TOKENS_PER_SECOND = (40.0, 90.0)
EVENNESS = 3.0
"""Shape of the gamma distribution of gaps: 1 is pure chance, a high value a metronome."""


@dataclass
class Pace:
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    random: Random = field(default_factory=Random)

    async def pause(self, shortest: float, longest: float) -> None:
        await self.sleep(self.random.uniform(shortest, longest))


def no_waiting(seed: int = 0) -> Pace:
    """Return a pace that never waits, for tests and for tools beside a real model."""
    return Pace(lambda _seconds: asyncio.sleep(0), lambda: 0.0, Random(seed))  # noqa: S311 -- jitter


class StreamPace:
    """One response, at a rate of its own.

    Sleeps towards due times, so that slow readers and coarse timers do not lower the rate.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._gap = 1 / pace.random.uniform(*TOKENS_PER_SECOND)
        self._due = 0.0

    async def silence(self, seconds: float) -> None:
        """Stop for a while; later tokens do not come faster to make up for it."""
        await self._pace.sleep(seconds)
        self._due = self._pace.clock()

    async def token(self) -> None:
        self._due += self._pace.random.gammavariate(EVENNESS, self._gap / EVENNESS)
        await self._pace.sleep(max(0.0, self._due - self._pace.clock()))
