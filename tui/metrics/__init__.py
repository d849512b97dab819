"""What was measured: events in, figures out. Pure; the names are those of docs/metrics.

``fold(metrics, event)`` takes one event; ``figures(metrics, now)`` gives everything that the
screen shows, as of ``now`` (ns of the worker's clock).
"""

from tui.metrics.across import Sums
from tui.metrics.figure import Figure
from tui.metrics.figures import (
    AttemptFigures,
    Figures,
    GroupFigures,
    PhaseFigures,
    SessionFigures,
    ToolFigures,
)
from tui.metrics.fold import Metrics, fold, fold_deltas, with_thresholds
from tui.metrics.report import figures
from tui.metrics.series import Summary
from tui.metrics.state import State, StateKind
from tui.metrics.thresholds import Crossing, ThresholdName, Thresholds
from tui.metrics.tokens import TokenFigures
from tui.metrics.turn import TurnFigures
from tui.metrics.waterfall import PARTS, Part, Parts, Span

__all__ = [
    "PARTS",
    "AttemptFigures",
    "Crossing",
    "Figure",
    "Figures",
    "GroupFigures",
    "Metrics",
    "Part",
    "Parts",
    "PhaseFigures",
    "SessionFigures",
    "Span",
    "State",
    "StateKind",
    "Summary",
    "Sums",
    "ThresholdName",
    "Thresholds",
    "TokenFigures",
    "ToolFigures",
    "TurnFigures",
    "figures",
    "fold",
    "fold_deltas",
    "with_thresholds",
]
