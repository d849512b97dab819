"""The performance pane: figures in, text out."""

from tui.widgets.performance.pane import PerformancePane

__all__ = ["PerformancePane"]
