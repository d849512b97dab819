"""The text of crossed thresholds, and which crossings are new."""

from collections.abc import Iterator

from tui.core.formatting import SECOND
from tui.core.metrics import Crossing, Figures, TurnFigures
from tui.core.metrics.figure_text import rate_text, share_text, sign, time_text

RECENT = 10 * SECOND
"""Older crossings are those of a resumed session, which are not notified again."""


def crossing_text(crossing: Crossing) -> str:
    """The value and the limit."""
    value, limit = crossing.value, crossing.limit
    match crossing.name:
        case "ttft":
            return f"TTFT {time_text(value)} > {time_text(limit)}"
        case "rate":
            return f"{sign(crossing.quality)}{rate_text(value)} tok/s < {rate_text(limit)}"
        case "errors":
            return f"session error rate {share_text(value)} > {share_text(limit)}"


def notice_text(crossing: Crossing, turn: TurnFigures | None) -> str:
    """The same below the figures of ``turn``: if another one has the value, it is named."""
    elsewhere = crossing.turn and (turn is None or turn.number != crossing.turn)
    return f"{f'turn {crossing.turn}: ' if elsewhere else ''}{crossing_text(crossing)}"


def new_crossings(figures: Figures, notified: int) -> Iterator[Crossing]:
    """The recent crossings with a number above ``notified``."""
    for crossing in figures.crossings:
        if crossing.number > notified and figures.now - crossing.at <= RECENT:
            yield crossing
