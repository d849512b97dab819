"""The lines of the pane, from top to bottom, for a given size."""

from tui.core.metrics import Figures, SessionFigures, TurnFigures
from tui.dashboard.performance.figure_tables import distributions, groups, reliability, tools, usage
from tui.dashboard.performance.key_figures import details, gap_line, key_figures
from tui.dashboard.performance.recent_comparison import comparison
from tui.dashboard.performance.styled_lines import Line, side_by_side
from tui.dashboard.performance.view_choices import View
from tui.dashboard.performance.waterfall_chart import waterfall

DETAILED_HEIGHT = 14
"""Rows from which the pane has tables, and scrolls."""

NARROWEST = 20

WIDE = 153
"""Columns from which the tables are side by side, with all their columns."""

_LEFT, _GAP = 70, 3
"""Columns of the distributions, and of the gap between them and the other tables."""

_BLANK: Line = (" ",)


def pane_lines(
    figures: Figures, width: int, height: int, view: View, past: SessionFigures | None = None
) -> list[Line]:
    """The key figures and, where there is room, the waterfall and the session's tables.

    A pane with fewer than `DETAILED_HEIGHT` rows gets as many lines as fit, but all key figures.
    ``past``: the figures to compare the session with.
    """
    width = max(width, NARROWEST)
    key = key_figures(figures, width)
    lines = [*key, gap_line(figures, width), *details(figures, width)]
    if height < DETAILED_HEIGHT:
        return lines[: max(height, len(key))]
    turn = _chosen(figures, view)
    if turn is not None:
        lines += [_BLANK, *waterfall(turn, figures.turns[-1].number, width)]
    if width < WIDE:
        return lines + _sums(figures, past, width) + _tables(figures, past, width, view)
    right = width - _LEFT - _GAP
    return lines + side_by_side(
        _sums(figures, past, _LEFT), _tables(figures, past, right, view), _LEFT, _GAP
    )


def _sums(figures: Figures, past: SessionFigures | None, width: int) -> list[Line]:
    session = figures.session
    return _spaced(
        distributions(session, width),
        comparison(session, past, width),
        reliability(session, width, alert="errors" in figures.crossed),
        usage(session, width),
    )


def _tables(figures: Figures, past: SessionFigures | None, width: int, view: View) -> list[Line]:
    session = figures.session
    # Scripted and real sessions are not compared.
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
