"""Estimates how far the worker's clock is from ours."""

from collections import deque
from typing import NamedTuple

MAX_READINGS = 8
"""Enough to include a quick one, few enough to follow clocks that drift apart."""

DRIFT = 10_000_000
"""Nanoseconds that two clocks may drift apart over that many readings: some 400 ppm."""


class Reading(NamedTuple):
    """One exchange, in ns: its round trip, and the worker's clock minus ours."""

    round_trip: int
    offset: int


class ClockSync:
    """Collects readings of the worker's clock; all times in ns."""

    def __init__(self) -> None:
        self._readings: deque[Reading] = deque(maxlen=MAX_READINGS)

    @property
    def offset(self) -> int:
        """What to add to our clock to get the worker's; 0 if they may be the same clock.

        The reading with the shortest round trip has the smallest error, at most half of that
        round trip (Cristian's algorithm).
        """
        best = min(self._readings, default=Reading(0, 0))
        return best.offset if abs(best.offset) > best.round_trip // 2 else 0

    def add(self, *, sent: int, received: int, theirs: int) -> None:
        """Add an exchange: when it was sent and received, and the worker's clock in between.

        Older readings that contradict it are dropped: one of the clocks stood still, as that of a
        sleeping machine does.
        """
        new = Reading(received - sent, theirs - (sent + received) // 2)
        consistent = [one for one in self._readings if _agree(one, new)]
        self._readings.clear()
        self._readings.extend([*consistent, new])


def _agree(one: Reading, other: Reading) -> bool:
    errors = (one.round_trip + other.round_trip) // 2
    return abs(one.offset - other.offset) <= errors + DRIFT
