"""What is good enough, and the moments when it was not any more."""

from typing import Literal

import msgspec

ThresholdName = Literal["ttft", "rate", "errors"]


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Configurable limits; the defaults are those of docs/metrics."""

    ttft: float = 2.0
    """Seconds to the first token, at most."""
    rate: float = 10.0
    """Decoded tokens per second, at least."""
    errors: float = 0.05
    """Failed attempts ÷ attempts, at most."""
    stall: float = 15.0
    """Seconds without a semantic event after which a stream counts as stalled."""


class Crossing(msgspec.Struct, frozen=True, kw_only=True):
    """One crossing of one threshold: from good to not good, told once until it is good again."""

    number: int
    """Counts the session's crossings from 1, so that each is notified once."""
    name: ThresholdName
    value: float
    limit: float
    at: int
    run: str = ""
    scripted: bool = False
