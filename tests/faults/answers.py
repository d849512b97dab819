"""The answer that most rows interrupt, and settings that keep a row short."""

from tests.support.provider import Answer
from tests.support.provider.faults import Fault

PIECES = ["one", " two", " three", " four"]
CUT = 2
"""Deltas that arrive before the fault."""
SAID, REST = "one two", " three four"
WHOLE = SAID + REST
QUICK = {"retries_base": 0.01}
"""Retries follow at once; what they leave on the screen shows them."""
SLOW = {"retries_base": 100_000, "retries_cap": 100_000}
"""The countdown stays on the screen until the retry key is pressed."""


def cut(fault: Fault, pieces: list[str] = PIECES, **more: object) -> Answer:
    return Answer(deltas=pieces, fault=fault, **more)  # type: ignore[arg-type]
