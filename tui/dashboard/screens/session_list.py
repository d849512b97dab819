"""A list of the stored sessions to choose from."""

import time
from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.core.sanitize.characters import clean_line
from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.screens.modal import Modal
from tui.journal import SessionInfo

MOST_SHOWN = 200
"""Rows. Older sessions are found by typing a word of them."""

MOST_NAME = 16
"""Columns of an agent's name."""

DAY = "%Y-%m-%d"


class SessionList(Modal[str]):
    """Answers with the id of the chosen session. Typing filters the list."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("sessions")

    def __init__(self, sessions: Sequence[SessionInfo], current: str) -> None:
        super().__init__()
        self._sessions = sessions
        self._current = current
        self._filter = Input(placeholder="type to filter", compact=True)
        self._rows = OptionList(markup=False, compact=True)
        self._rows.can_focus = False

    def compose(self) -> ComposeResult:
        with Vertical(id="sessions") as box:
            box.border_title = "Sessions"
            opens, closes = key_of(self, "sessions.open"), key_of(self, "escape")
            box.border_subtitle = f"{opens} opens · {closes} closes"
            yield self._filter
            yield self._rows

    def on_mount(self) -> None:
        self._filter.focus()
        self._show("")

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._show(message.value)

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(message.option_id)

    def action_move(self, how: str) -> None:
        """Move the cursor of the list, or select its row: the focus stays on the filter."""
        getattr(self._rows, f"action_{how}")()

    def _show(self, typed: str) -> None:
        words = typed.lower().split()
        found = [info for info in self._sessions if fits(info, words)][:MOST_SHOWN]
        widest = max((len(info.agent) for info in found), default=0)
        self._rows.clear_options()
        self._rows.add_options(
            Option(row(info, min(widest, MOST_NAME), here=info.id == self._current), info.id)
            for info in found
        )
        if found:
            self._rows.highlighted = 0


def fits(info: SessionInfo, words: Sequence[str]) -> bool:
    """Whether every word is in what the row shows, or in the id."""
    day, moment = _when(info)
    text = f"{info.id} {day} {moment} {info.agent} {info.title}".lower()
    return all(word in text for word in words)


def row(info: SessionInfo, width: int, *, here: bool) -> Text:
    """Time, agent (in ``width`` columns), number of turns and the first words."""
    day, moment = _when(info)
    turns = f"{info.runs} turn" + (" " if info.runs == 1 else "s")
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{moment if day == time.strftime(DAY) else day:>10}  ", "dim")
    line.append(f"{clean_line(info.agent) or '-':<{width}.{width}}  ", "bold")
    line.append(f"{turns:>8}  ")
    line.append(clean_line(info.title))
    if here:
        line.append("  (this one)", "dim")
    return line


def _when(info: SessionInfo) -> tuple[str, str]:
    changed = time.localtime(info.changed)
    return time.strftime(DAY, changed), time.strftime("%H:%M", changed)
