"""The three panes and where they stand: what takes the place of their frames."""

from collections.abc import Callable

from tui.dashboard.chat.chat_pane import ChatPane
from tui.dashboard.performance import PerformancePane
from tui.dashboard.screens.divided_panes import DividedPanes
from tui.dashboard.tools.tool_log import ToolLog


class Panes(DividedPanes):
    """``now`` gives worker-clock nanoseconds."""

    def __init__(self, now: Callable[[], int]) -> None:
        self.chat = ChatPane(id="chat")
        self.tools = ToolLog(now, id="tools")
        self.performance = PerformancePane(id="performance")
        super().__init__(self.chat, self.tools, self.performance)
