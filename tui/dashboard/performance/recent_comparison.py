"""Compares this session's models with their last days."""

from tui.core.formatting import NOT_KNOWN
from tui.core.metrics import GroupFigures, SessionFigures, Summary
from tui.core.metrics.figure_text import rate_text, time_text
from tui.dashboard.performance.figure_tables import table
from tui.dashboard.performance.styled_lines import Line

TITLE = "against your last 7 days"

ENOUGH_NOW, ENOUGH_BEFORE = 3, 10
"""Attempts: with fewer in either period, worse figures are shown but not marked."""

SLOWER, FEWER = 0.25, 0.2
"""Shares: this much more time to the first token, or fewer tok/s, is a regression."""


def comparison(now: SessionFigures, before: SessionFigures | None, width: int) -> list[Line]:
    """Median TTFT and tok/s of each model measured in both periods; nothing for scripts."""
    if before is None or now.scripted or before.scripted:
        return []
    known = {group.name: group for group in before.models if group.ttft.n}
    rows = [
        (group.name, is_regression(group, known[group.name]), _cells(group, known[group.name]))
        for group in now.models
        if group.ttft.n and group.name in known
    ]
    columns = ("TTFT p50", "before", "change", "tok/s", "before", "change")
    return table(TITLE, columns, rows, width, None)


def is_regression(now: GroupFigures, before: GroupFigures) -> bool:
    """Whether a model is worse by more than chance explains."""
    slower = _change(now.ttft, before.ttft)
    faster = _change(now.rate, before.rate)
    return (slower is not None and _enough(now.ttft, before.ttft) and slower >= SLOWER) or (
        faster is not None and _enough(now.rate, before.rate) and faster <= -FEWER
    )


def _enough(now: Summary, before: Summary) -> bool:
    return now.n >= ENOUGH_NOW and before.n >= ENOUGH_BEFORE


def _change(now: Summary, before: Summary) -> float | None:
    if not now.n or not before.n or not before.p50:
        return None
    return now.p50 / before.p50 - 1


def _cells(now: GroupFigures, before: GroupFigures) -> tuple[str, ...]:
    return (
        time_text(now.ttft.p50),
        time_text(before.ttft.p50),
        _change_text(now.ttft, before.ttft),
        rate_text(now.rate.p50) if now.rate.n else NOT_KNOWN,
        rate_text(before.rate.p50) if before.rate.n else NOT_KNOWN,
        _change_text(now.rate, before.rate),
    )


def _change_text(now: Summary, before: Summary) -> str:
    change = _change(now, before)
    return NOT_KNOWN if change is None else f"{change * 100:+.0f} %"
