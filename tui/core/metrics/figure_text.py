"""Text for figures, of bounded width so that columns do not move."""

from collections.abc import Callable

from tui.core.formatting import MILLISECOND, NOT_KNOWN, SECOND, duration, stopwatch
from tui.core.metrics.figure import Figure, Quality
from tui.core.metrics.series import Summary
from tui.core.metrics.turn import TurnFigures

TIME = 8
"""Columns that any duration fits into."""


def time_text(seconds: float) -> str:
    """A duration in at most `TIME` columns; below 100 ms with one or two decimals."""
    milliseconds = seconds * SECOND / MILLISECOND
    if milliseconds < 9.995:
        return f"{max(milliseconds, 0):.2f} ms"
    if milliseconds < 99.95:
        return f"{milliseconds:.1f} ms"
    text = duration(round(seconds * SECOND))
    if len(text) <= TIME:
        return text
    minutes = seconds / 60
    return f"{minutes:.1f} m" if minutes < 59.95 else f"{minutes / 60:.1f} h"


def rate_text(rate: float) -> str:
    """A rate per second, in at most six columns."""
    if rate < 99.95:
        return f"{rate:.1f}"
    return f"{rate:.0f}" if rate < 99_999.5 else f"{rate / 1000:.0f}k"


def count_text(count: float) -> str:
    """A count, in at most seven columns."""
    if count < 999_999.5:
        return f"{count:,.0f}"
    return f"{count / 1e6:.2f}M" if count < 99.995e6 else f"{count / 1e6:.0f}M"


def share_text(share: float) -> str:
    """A share from 0 to 1 in per cent."""
    return f"{share * 100:.1f} %" if 0 < share < 0.0995 else f"{share * 100:.0f} %"


def cost_text(dollars: float) -> str:
    return f"${dollars:.4f}" if dollars < 1 else f"${dollars:,.2f}"


def sign(quality: Quality) -> str:
    """What stands before an estimate; "" before anything else."""
    return "~" if quality == "estimated" else ""


def shown(figure: Figure, write: Callable[[float], str]) -> str:
    """A figure as it is shown everywhere: "41", "~41" for an estimate, "—" if it is not known."""
    return sign(figure.quality) + write(figure.value) if figure.known else NOT_KNOWN


def turn_time(turn: TurnFigures) -> str:
    """The E2E of a turn that has ended; of a running one, the time so far."""
    if turn.outcome == "open":
        return stopwatch(turn.end - turn.start)
    return shown(turn.e2e, time_text)


def of_summary(summary: Summary, value: float | None, write: Callable[[float], str]) -> str:
    """One of a summary's values, as `shown` does; None: there is no such value."""
    return NOT_KNOWN if value is None or not summary.n else sign(summary.quality) + write(value)
