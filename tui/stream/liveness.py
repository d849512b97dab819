"""Whether a worker still gives signs of life, and how far its clock is from ours.

A process that ends is told by the system. One that was stopped, or that is at the far end of a
connection that no longer carries anything, is told by nobody: it is asked, and does not answer.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

SECOND = 1_000_000_000

REMEMBERED = 8
"""Readings of the clock: long enough for a quick one, short enough to follow two quartzes apart."""


DRIFT = SECOND // 100
"""What two clocks may drift apart while that many readings are taken: some 400 ppm."""


class Reading(NamedTuple):
    """One question about the time, in ns: how long it took, and their clock less ours."""

    round_trip: int
    offset: int


def clock_offset(readings: "deque[Reading]") -> int:
    """What to add to our clock to get theirs, in ns; 0 when they may well be the same one.

    Of the last few readings the quickest one errs least, by at most half of its round trip
    (Cristian's algorithm).
    """
    best = min(readings, default=Reading(0, 0))
    return best.offset if abs(best.offset) > best.round_trip // 2 else 0


def _fit(one: Reading, other: Reading) -> bool:
    errors = (one.round_trip + other.round_trip) // 2
    return abs(one.offset - other.offset) <= errors + DRIFT


@dataclass
class Pulse:
    """Pure but for what it remembers; every moment is one of our clock, in ns.

    ``limit``: how long an answer may take before the worker counts as silent. It may be changed: a
    worker that imports what is large cannot answer for seconds.
    """

    limit: int
    silent_since: int | None = None
    """When it was asked for what has not come; None while it is heard."""
    readings: deque[Reading] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _asked: int | None = None
    _begun: bool = False

    def heard(self) -> bool:
        """Something came, whatever it is. True when nothing was to be heard before."""
        was_silent = self.silent_since is not None
        self._begun = True
        self._asked = self.silent_since = None
        return was_silent

    def should_ask(self, now: int) -> bool:
        """Whether to ask for a sign of life, which is then owed.

        Nothing is owed by a worker that has not begun (a connection may take its time), and
        nothing is asked twice: what does not come through would only pile up.
        """
        if not self._begun or self._asked is not None:
            return False
        self._asked = now
        return True

    def falls_silent(self, now: int) -> bool:
        """True once, when what was asked for has not come in time."""
        if self._asked is None or self.silent_since is not None or now - self._asked < self.limit:
            return False
        self.silent_since = self._asked
        return True

    def excuse(self, now: int) -> None:
        """We ourselves were held up until now: what is owed is owed from here on."""
        if self._asked is not None and self.silent_since is None:
            self._asked = now

    def read_clock(self, *, sent: int, received: int, theirs: int) -> None:
        """The answer to a question that was sent at ``sent``: their clock said ``theirs``.

        Readings that cannot be true together with it are forgotten: one of the clocks has stood
        still, as that of a machine that slept.
        """
        new = Reading(received - sent, theirs - (sent + received) // 2)
        fitting = [one for one in self.readings if _fit(one, new)]
        self.readings.clear()
        self.readings.extend([*fitting, new])
