"""The performance pane: shows figures as text and charts."""

from tui.dashboard.performance.performance_pane import PerformancePane

__all__ = ["PerformancePane"]
