"""A list of a few things to choose from."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
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
from tui.dashboard.screens.typed_line import TypedLine

MOST_NAME = 32
"""Columns of a name before what is said about it."""


class Choice(NamedTuple):
    id: str
    """The answer; "" for a row that cannot be chosen."""
    name: str
    about: str = ""


class ChoiceList(Modal[str]):
    """Answers with the id of the chosen row. Typing filters the rows."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("choices")

    def __init__(self, title: str, choices: Sequence[Choice], *, closes: str = "closes") -> None:
        """``closes``: what the key that closes it does, in a word."""
        super().__init__()
        self._title = title
        self._choices = choices
        self._closes = closes
        self._filter = TypedLine(placeholder="type to filter", compact=True)
        self._rows = OptionList(markup=False, compact=True)
        self._rows.can_focus = False
        self._filtered_by = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="choices") as box:
            box.border_title = self._title
            chooses, closes = key_of(self, "choices.choose"), key_of(self, "escape")
            box.border_subtitle = f"{chooses} chooses · {closes} {self._closes}"
            yield self._filter
            yield self._rows

    def on_mount(self) -> None:
        self._filter.focus()
        self._show()

    def fill(self, choices: Sequence[Choice]) -> None:
        """Show other rows."""
        self._choices = choices
        self._show()

    @on(Input.Changed)
    def _typed(self) -> None:
        if self._filter.value != self._filtered_by:
            self._show()

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(message.option_id)

    def action_move(self, how: str) -> None:
        """Move the cursor of the list, or select its row: the focus stays on the filter."""
        # Letters that were typed before this key may still wait in the filter: go after them.
        self._filter.call_later(self._move, how)

    def _move(self, how: str) -> None:
        if self._filter.value != self._filtered_by:
            self._show()
        getattr(self._rows, f"action_{how}")()

    def _show(self) -> None:
        self._filtered_by = self._filter.value
        words = self._filtered_by.lower().split()
        found = [one for one in self._choices if fits(one, words)]
        names = (cell_len(clean_line(one.name)) for one in found if one.about)
        width = min(max(names, default=0), MOST_NAME)
        self._rows.clear_options()
        self._rows.add_options(
            Option(row(one, width), one.id or None, disabled=not one.id) for one in found
        )
        places = (place for place, one in enumerate(found) if one.id)
        self._rows.highlighted = next(places, None)


def fits(choice: Choice, words: Sequence[str]) -> bool:
    """Whether every word is in what the row shows."""
    text = f"{choice.name} {choice.about}".lower()
    return all(word in text for word in words)


def row(choice: Choice, width: int) -> Text:
    """The name in ``width`` columns, and what is said about it."""
    name = clean_line(choice.name)
    line = Text(no_wrap=True, overflow="ellipsis")
    room = " " * max(width - cell_len(name), 0) if choice.about else ""
    line.append(f"{name}{room}", "bold" if choice.id else "dim")
    if choice.about:
        line.append(f"  {clean_line(choice.about)}", "dim")
    return line
