"""The top line: which agent, which model on which host, what is going on, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from tui import events
from tui.units import stopwatch
from tui.widgets.sizing import Words

if TYPE_CHECKING:
    from tui.metrics import Figures, ThresholdName

RULE = " ── "


_CROSSED: dict[ThresholdName, str] = {"ttft": "TTFT", "rate": "tok/s", "errors": "errors"}


def crossed_words(figures: Figures) -> str:
    """The figures that are beyond their thresholds now; "" for none."""
    names = [label for name, label in _CROSSED.items() if name in figures.crossed]
    return f" ! {', '.join(names)} " if names else ""


class Heading(Words):
    """One line; what does not fit goes from the left end on, the state never."""

    agent: reactive[str] = reactive("", layout=False)
    model: reactive[str] = reactive("", layout=False)
    badge: reactive[str] = reactive("", layout=False)
    state: reactive[str] = reactive("starting", layout=False)
    alert: reactive[str] = reactive("", layout=False)
    elapsed: reactive[str] = reactive("", layout=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)

    def loaded(self, event: events.AgentLoaded) -> None:
        """Name the agent, its model and the host that is talked to."""
        self.agent = event.agent
        self.model = " @ ".join(filter(None, (event.model, event.host)))
        self.badge = "DEMO" if event.demo and event.scripted else ""

    def show(self, figures: Figures, state: str) -> None:
        """What is going on, how long the turn has taken, and which thresholds are crossed."""
        self.state = state
        self.alert = crossed_words(figures)
        turn = figures.turn
        self.elapsed = stopwatch(turn.end - turn.start) if turn is not None else ""

    def render(self) -> Text:
        ends = [part for part in (self.alert, self.state, self.elapsed) if part]
        starts = [part for part in (self.badge, self.agent, self.model) if part]
        width = self.content_size.width
        kept = ["streamtui", *starts]
        while len(kept) > 1 and cell_len(RULE.join([*kept, *ends])) > width - 2:
            # The name of the program goes first, then the model, then the agent.
            kept.pop(0 if kept[0] == "streamtui" else -1)
        line = Text(" ", no_wrap=True, overflow="ellipsis")
        for part in kept:
            style = {"streamtui": "bold", self.badge: "bold reverse"}.get(part, "")
            line.append(f" {part} " if part == self.badge else part, style)
            line.append(RULE, "dim")
        if self.alert:
            line.append(self.alert, "bold reverse")
            line.append(RULE, "dim")
        line.append(self.state, "bold")
        if self.elapsed:
            line.append(RULE, "dim")
            line.append(self.elapsed)
        return line
