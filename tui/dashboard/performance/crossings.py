"""Crossed thresholds: their words, and which of them are news."""

from collections.abc import Iterator

from tui.core.formatting import SECOND
from tui.core.metrics import Crossing, Figures
from tui.dashboard.performance.values import rate_text, share_text, time_text

NEWS = 10 * SECOND
"""Older crossings come from a journal that is read again: nobody is told about them."""


def words(crossing: Crossing) -> str:
    """What was measured, and the limit."""
    value, limit = crossing.value, crossing.limit
    match crossing.name:
        case "ttft":
            return f"TTFT {time_text(value)} > {time_text(limit)}"
        case "rate":
            return f"{rate_text(value)} tok/s < {rate_text(limit)}"
        case "errors":
            return f"errors {share_text(value)} > {share_text(limit)}"


def news(figures: Figures, told: int) -> Iterator[Crossing]:
    """Those after number ``told`` that happened just now."""
    for crossing in figures.crossings:
        if crossing.number > told and figures.now - crossing.at <= NEWS:
            yield crossing
