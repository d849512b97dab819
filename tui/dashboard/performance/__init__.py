"""The performance pane: figures in, text out."""

from tui.dashboard.performance.pane import PerformancePane

__all__ = ["PerformancePane"]
