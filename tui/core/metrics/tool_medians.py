"""How long a tool call took, compared with what calls of its tool usually take."""

from collections.abc import Mapping

from tui.core.metrics.figure import SECOND, Figure
from tui.core.metrics.figures import SessionFigures, ToolFigures

ENOUGH_CALLS = 3
"""Calls that have ended; the median of fewer says little."""


def tool_medians(session: SessionFigures) -> Mapping[str, ToolFigures]:
    """By name: the tools that have a median."""
    return {tool.name: tool for tool in session.tools if tool.duration.n >= ENOUGH_CALLS}


def against_median(elapsed: int, tool: ToolFigures) -> Figure | None:
    """How many times the tool's median ``elapsed`` ns are; None if that is no time at all."""
    median = tool.duration.p50
    return Figure(elapsed / SECOND / median, tool.quality) if median > 0 else None
