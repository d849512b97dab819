"""The three panes and where they stand: what takes the place of their frames."""

from collections.abc import Callable

from textual.app import ComposeResult

from tui.dashboard.chat.chat_pane import ChatPane
from tui.dashboard.performance import PerformancePane
from tui.dashboard.textual_internals.sizing import Box
from tui.dashboard.tools.tool_log import ToolLog


class Panes(Box):
    """``now`` gives worker-clock nanoseconds."""

    def __init__(self, now: Callable[[], int]) -> None:
        super().__init__(id="panes")
        self.chat = ChatPane(id="chat")
        self.tools = ToolLog(now, id="tools")
        self.performance = PerformancePane(id="performance")

    def compose(self) -> ComposeResult:
        yield self.chat
        with Box(id="side"):
            yield self.tools
            yield self.performance
