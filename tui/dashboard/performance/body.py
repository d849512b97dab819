"""What the pane shows, from top to bottom, by how much room there is."""

from tui.core.metrics import Figures, SessionFigures, TurnFigures
from tui.dashboard.performance.choices import View
from tui.dashboard.performance.comparison import comparison
from tui.dashboard.performance.figure_tables import distributions, groups, reliability, tools, usage
from tui.dashboard.performance.glance import details, gap_line, glance
from tui.dashboard.performance.styled_lines import Line, beside
from tui.dashboard.performance.waterfall_chart import waterfall

ROOMY = 14
"""Rows from which on there is more than the glance."""

NARROWEST = 20

WIDE = 153
"""Columns from which on the tables stand beside each other, all their columns shown."""

_LEFT, _GAP = 70, 3
"""Columns of the block of distributions, and between it and the other tables."""

_BLANK: Line = (" ",)


def body(
    figures: Figures, width: int, view: View, *, roomy: bool, past: SessionFigures | None = None
) -> list[Line]:
    """The glance, and below it, where there is room, the waterfall and the session's tables.

    ``past`` is what the session's figures are compared with.
    """
    width = max(width, NARROWEST)
    lines = glance(figures, width)
    if not roomy:
        return lines
    lines += [gap_line(figures, width), *details(figures, width)]
    turn = _chosen(figures, view)
    if turn is not None:
        lines += [_BLANK, *waterfall(turn, figures.turns[-1].number, width)]
    if width < WIDE:
        return lines + _sums(figures.session, past, width) + _tables(figures, past, width, view)
    right = width - _LEFT - _GAP
    return lines + beside(
        _sums(figures.session, past, _LEFT), _tables(figures, past, right, view), _LEFT, _GAP
    )


def _sums(session: SessionFigures, past: SessionFigures | None, width: int) -> list[Line]:
    return _spaced(
        distributions(session, width),
        comparison(session, past, width),
        reliability(session, width),
        usage(session, width),
    )


def _tables(figures: Figures, past: SessionFigures | None, width: int, view: View) -> list[Line]:
    session = figures.session
    # What a script did says nothing about a model's days.
    days = past.days if past and past.scripted == session.scripted else ()
    return _spaced(
        tools(session.tools, width, view.order),
        groups("by model", session.models, width, view.order),
        groups("by agent", session.agents, width, view.order),
        groups("your last 7 days, before this session", days, width, None),
    )


def _spaced(*sections: list[Line]) -> list[Line]:
    return [line for section in sections if section for line in (_BLANK, *section)]


def _chosen(figures: Figures, view: View) -> TurnFigures | None:
    for turn in figures.turns:
        if turn.number == view.turn:
            return turn
    return figures.turn
