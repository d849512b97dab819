"""What stands where the panes will be, until they have been imported: their borders and titles."""

from textual.app import ComposeResult

from tui.dashboard.textual_internals.sizing import Box

TITLES = {"chat": "chat", "tools": "tool calls", "performance": "performance"}


class PaneFrame(Box):
    """The border of one pane, and nothing in it."""

    def __init__(self, pane: str) -> None:
        super().__init__(id=pane)
        self.border_title = TITLES[pane]


class PaneFrames(Box):
    """Laid out as the panes are: they have the same ids, and the stylesheet goes by those."""

    def __init__(self) -> None:
        super().__init__(id="panes")

    def compose(self) -> ComposeResult:
        yield PaneFrame("chat")
        with Box(id="side"):
            yield PaneFrame("tools")
            yield PaneFrame("performance")
