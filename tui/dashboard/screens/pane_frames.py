"""What stands where the panes will be, until they have been imported: their borders and titles."""

from tui.dashboard.controllers.pane_layout import PaneLayout
from tui.dashboard.screens.divided_panes import DividedPanes
from tui.dashboard.textual_internals.sizing import Box

TITLES = {"chat": "chat", "tools": "tool calls", "performance": "performance"}


class PaneFrame(Box):
    """The border of one pane, and nothing in it."""

    def __init__(self, pane: str) -> None:
        super().__init__(id=pane)
        self.border_title = TITLES[pane]


class PaneFrames(DividedPanes):
    """Laid out as the panes are."""

    def __init__(self, layout: PaneLayout) -> None:
        super().__init__(*map(PaneFrame, TITLES))
        self.layout_of = layout
