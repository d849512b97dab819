"""What the pane shows, from top to bottom, by how much room there is."""

from tui.metrics import Figures, TurnFigures
from tui.widgets.performance.glance import details, gap_line, glance
from tui.widgets.performance.lines import Line
from tui.widgets.performance.tables import distributions, groups, reliability, tools, usage
from tui.widgets.performance.view import View
from tui.widgets.performance.waterfall import waterfall

ROOMY = 14
"""Rows from which on there is more than the glance."""

NARROWEST = 20

_BLANK: Line = (" ",)


def body(figures: Figures, width: int, view: View, *, roomy: bool) -> list[Line]:
    """The glance, and below it, where there is room, the waterfall and the session's tables."""
    width = max(width, NARROWEST)
    lines = glance(figures, width)
    if not roomy:
        return lines
    session = figures.session
    turn = _chosen(figures, view)
    sections = [
        [gap_line(figures, width), *details(figures, width)],
        waterfall(turn, figures.turns[-1].number, width) if turn else [],
        distributions(figures, width),
        reliability(session, width),
        usage(session, width),
        tools(session.tools, width, view.order),
        groups("by model", session.models, width, view.order),
        groups("by agent", session.agents, width, view.order),
    ]
    lines += sections[0]
    for section in filter(None, sections[1:]):
        lines += [_BLANK, *section]
    return lines


def _chosen(figures: Figures, view: View) -> TurnFigures | None:
    for turn in figures.turns:
        if turn.number == view.turn:
            return turn
    return figures.turn
