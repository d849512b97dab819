"""A small app with the pane, for tests."""

from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult

import tui
from tests.core.metrics.story import Story, eventful_turn, simple_turn
from tui.core.metrics import Figures
from tui.dashboard.performance import PerformancePane
from tui.dashboard.terminal.legible_colours import LegibleColours


class Host(LegibleColours, App[None]):
    """Shows only the pane."""

    CSS_PATH: ClassVar[str] = str(Path(tui.__file__).parent.parent / "styles.tcss")

    def __init__(self, figures: Figures | None = None) -> None:
        super().__init__()
        self.pane = PerformancePane(id="performance")
        self.figures = figures

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        if self.figures is not None:
            self.pane.show(self.figures)
        self.pane.focus()

    def lines(self) -> list[str]:
        """The rows of the screen."""
        return [
            "".join(segment.text for segment in strip)
            for strip in self.screen._compositor.render_strips()
        ]

    def text(self) -> str:
        return "\n".join(self.lines())


def session() -> Story:
    """Four simple turns, a failed one, and one with a retry, parallel tools and a nested agent."""
    story = Story().loaded()
    for number in range(4):
        story.adds(*simple_turn(f"r{number}", start=1000 * number, tokens=11 + number).events)
    failed = Story("failed", start=4000).begins(10).calls(20, "f").tries(20, "f").connects(50, "f")
    failed.streams(range(2600, 2700, 20), call="f").fails(2750, call="f")
    story.adds(*failed.finishes(2760, "failed", "network").events)
    return story.adds(*eventful_turn("eventful", start=10_000).events)


def streaming(until: int = 3700) -> Story:
    """The same with a turn that streams, at 71 tok/s."""
    story = Story("streaming", start=20_000).begins(10).calls(20, "s").tries(20, "s")
    story.connects(50, "s").streams(range(600, until, 14), call="s")
    return session().adds(*story.events)
