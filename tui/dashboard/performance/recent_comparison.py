"""Compares this session's models with their last days."""

from tui.core.formatting import NOT_KNOWN
from tui.core.metrics import GroupFigures, SessionFigures, Summary
from tui.core.metrics.figure_text import of_summary, rate_text, sign, time_text
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
        of_summary(now.ttft, now.ttft.p50, time_text),
        of_summary(before.ttft, before.ttft.p50, time_text),
        _change_text(now.ttft, before.ttft),
        of_summary(now.rate, now.rate.p50, rate_text),
        of_summary(before.rate, before.rate.p50, rate_text),
        _change_text(now.rate, before.rate),
    )


def _change_text(now: Summary, before: Summary) -> str:
    change = _change(now, before)
    if change is None:
        return NOT_KNOWN
    quality = now.quality if now.quality == "estimated" else before.quality
    return f"{sign(quality)}{change * 100:+.0f} %"
