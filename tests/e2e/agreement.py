"""When two measurements agree: within 5 % or 10 ms, whichever is more."""

from tests.e2e.screen import Shown

SHARE, SECONDS = 0.05, 0.010


def agrees(ours: float, theirs: float, rounding: float = 0.0) -> bool:
    """Two durations in seconds."""
    return abs(ours - theirs) <= max(SHARE * theirs, SECONDS) + rounding


def rate_agrees(ours: Shown, tokens: int, seconds: float) -> bool:
    """A rate in tokens per second: it agrees when the decoding time that it implies does."""
    slowest = (tokens - 1) / (ours.value + ours.rounding)
    fastest = (tokens - 1) / (ours.value - ours.rounding)
    within = max(SHARE * seconds, SECONDS)
    return slowest - within <= seconds <= fastest + within
