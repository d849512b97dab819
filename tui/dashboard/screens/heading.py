"""The top line: which agent, which model on which host, what is going on, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive

from tui.dashboard.textual_internals.sizing import Words

if TYPE_CHECKING:
    from tui.core.conversation import Conversation
    from tui.core.metrics import Figures, ThresholdName

RULE = " ── "
NOT_SAVED = " ! not saved "

_CROSSED: dict[ThresholdName, str] = {"ttft": "TTFT", "rate": "tok/s", "errors": "errors"}


def crossed_words(figures: Figures) -> str:
    """The figures that are beyond their thresholds now; "" for none."""
    names = [label for name, label in _CROSSED.items() if name in figures.crossed]
    return f" ! {', '.join(names)} " if names else ""


class Heading(Words):
    """One line; what does not fit goes from the left end on, the state never."""

    agent: reactive[str] = reactive("", layout=False)
    model: reactive[str] = reactive("", layout=False)
    host: reactive[str] = reactive("", layout=False)
    badge: reactive[str] = reactive("", layout=False)
    state: reactive[str] = reactive("starting", layout=False)
    unsaved: reactive[bool] = reactive(False, layout=False)
    alert: reactive[str] = reactive("", layout=False)
    elapsed: reactive[str] = reactive("", layout=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)

    def describe(self, conversation: Conversation) -> None:
        """Name the agent that speaks or takes the next turn, its model and its host."""
        loaded = conversation.loaded
        if loaded is None:
            return
        self.agent = conversation.agent
        self.model, self.host = conversation.model_and_host
        demo = "DEMO" if loaded.demo and loaded.scripted else ""
        self.badge = "RECORDED" if loaded.recorded else demo

    def show(self, figures: Figures, state: str) -> None:
        """What is going on, how long the turn has taken, and which thresholds are crossed."""
        # Not for the first frame: it has no figures.
        from tui.core.metrics.figure_text import turn_time  # noqa: PLC0415

        self.state = state
        self.alert = crossed_words(figures)
        turn = figures.turn
        # Of a turn that was cut off, nobody knows how long it took.
        self.elapsed = turn_time(turn) if turn is not None and turn.e2e.known else ""

    def _starts(self) -> Iterator[list[str]]:
        """What may stand before the state, from all to the least: whom one talks to, to the end."""
        served = " @ ".join(filter(None, (self.model, self.host)))
        for parts in (
            ("streamtui", self.badge, self.agent, served),
            (self.badge, self.agent, served),
            (self.badge, self.agent, self.host),
            (self.badge, self.host),
        ):
            yield list(filter(None, parts))

    def render(self) -> Text:
        alerts = [part for part in (NOT_SAVED if self.unsaved else "", self.alert) if part]
        ends = [part for part in (*alerts, self.state, self.elapsed) if part]
        room = self.content_size.width - 2
        kept = next(
            (starts for starts in self._starts() if cell_len(RULE.join([*starts, *ends])) <= room),
            [self.badge] if self.badge else [],
        )
        line = Text(" ", no_wrap=True, overflow="ellipsis")
        for part in kept:
            style = {"streamtui": "bold", self.badge: "bold reverse"}.get(part, "")
            line.append(f" {part} " if part == self.badge else part, style)
            line.append(RULE, "dim")
        for alert in alerts:
            line.append(alert, "bold reverse")
            line.append(RULE, "dim")
        line.append(self.state, "bold")
        if self.elapsed:
            line.append(RULE, "dim")
            line.append(self.elapsed)
        return line
