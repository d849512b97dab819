"""The limits of good figures, and the moments when one was crossed."""

from typing import Literal

import msgspec

from tui.core.metrics.figure import Quality

ThresholdName = Literal["ttft", "rate", "errors"]


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Configurable limits; docs/metrics.md has the defaults."""

    ttft: float = 2.0
    """Seconds to the first token, at most."""
    rate: float = 10.0
    """Decoded tokens per second, at least."""
    errors: float = 0.05
    """Failed attempts ÷ attempts, at most."""
    stall: float = 15.0
    """Seconds without a non-empty delta after which a stream counts as stalled."""


class Crossing(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold was crossed, from good to bad; the next crossing needs a good value between."""

    number: int
    """Numbers the session's crossings from 1, so that each is notified once."""
    name: ThresholdName
    value: float
    quality: Quality = "measured"
    limit: float
    at: int
    run: str = ""
    turn: int = 0
    """The number of the turn that has this value; 0: the session has it."""
    scripted: bool = False
