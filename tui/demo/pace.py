"""How time passes while a scripted model speaks."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

CONNECTING = (0.03, 0.08)
"""Seconds until the response begins."""
READING = (0.22, 0.5)
"""Seconds that a model then reads before it says anything."""
TOKENS_PER_SECOND = (40.0, 90.0)
EVENNESS = 3.0
"""Shape of the gamma distribution of gaps: 1 is pure chance, high is a metronome."""


@dataclass
class Pace:
    """Sleeps towards due times, so that slow readers and coarse timers do not lower the rate."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    random: Random = field(default_factory=Random)

    def stream(self) -> "StreamPace":
        """Give the pace of one response, with a rate of its own."""
        return StreamPace(self, gap=1 / self.random.uniform(*TOKENS_PER_SECOND))

    async def pause(self, shortest: float, longest: float) -> None:
        """Let some time pass, in seconds."""
        await self.sleep(self.random.uniform(shortest, longest))


@dataclass
class StreamPace:
    """One response: a connection, a first token that takes its time, then a rate with jitter."""

    pace: Pace
    gap: float
    """Mean seconds between two tokens."""
    _due: float | None = None

    async def connection(self) -> None:
        await self.pace.pause(*CONNECTING)

    async def first_token(self) -> None:
        self._due = self.pace.clock() + self.pace.random.uniform(*READING)
        await self._until_due()

    async def token(self) -> None:
        due = self.pace.clock() if self._due is None else self._due
        self._due = due + self.pace.random.gammavariate(EVENNESS, self.gap / EVENNESS)
        await self._until_due()

    async def silence(self, seconds: float) -> None:
        """Stop for a while; what comes after is not hurried to make up for it."""
        await self.pace.sleep(seconds)
        self._due = None

    async def _until_due(self) -> None:
        assert self._due is not None
        await self.pace.sleep(max(0.0, self._due - self.pace.clock()))


def no_waiting(seed: int = 0) -> Pace:
    """Give a pace that never waits, for tests and benchmarks."""
    return Pace(sleep=_at_once, clock=lambda: 0.0, random=Random(seed))  # noqa: S311 -- jitter


async def _at_once(_seconds: float) -> None:
    await asyncio.sleep(0)
