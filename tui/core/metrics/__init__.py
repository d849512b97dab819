"""Events in, figures out. Pure functions; docs/metrics.md defines every name.

``fold(metrics, event)`` adds one event; ``figures(metrics, now)`` returns everything that the
screen shows, as of ``now`` (ns of the worker's clock).

Formulas: of one attempt (TTFT, TPOT, rates) in `attempt.py`, of a turn in `turn_report.py` and
`waterfall.py`, of the session in `session_report.py`, percentiles in `series.py`. What each event
changes: `run_handlers.py`, `call_handlers.py`, `tool_handlers.py`.
"""

from tui.core.metrics.figure import Figure
from tui.core.metrics.figures import (
    AttemptFigures,
    Figures,
    GroupFigures,
    PhaseFigures,
    SavedFigures,
    SessionFigures,
    ToolFigures,
)
from tui.core.metrics.metrics_fold import Metrics, fold, fold_deltas, judged_by, with_thresholds
from tui.core.metrics.report import attempt_figures, figures
from tui.core.metrics.series import Summary
from tui.core.metrics.session_sums import Sums
from tui.core.metrics.state import State, StateKind
from tui.core.metrics.thresholds import Crossing, ThresholdName, Thresholds
from tui.core.metrics.tokens import TokenFigures
from tui.core.metrics.turn import TurnFigures
from tui.core.metrics.waterfall import PARTS, Bar, Part, Parts, Span

__all__ = [
    "PARTS",
    "AttemptFigures",
    "Bar",
    "Crossing",
    "Figure",
    "Figures",
    "GroupFigures",
    "Metrics",
    "Part",
    "Parts",
    "PhaseFigures",
    "SavedFigures",
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
    "attempt_figures",
    "figures",
    "fold",
    "fold_deltas",
    "judged_by",
    "with_thresholds",
]
