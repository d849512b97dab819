"""A window with a list to choose from: typing filters it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events as textual_events
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.dashboard.commands.bindings import bindings_for, bindings_of, key_of
from tui.dashboard.commands.command_ranking import Choice, ranked
from tui.dashboard.textual_internals.window_screen import WindowScreen
from tui.dashboard.windows.choice_rows import ChoiceRows
from tui.dashboard.windows.modal import Modal
from tui.dashboard.windows.typed_line import TypedLine

WIDEST, WIDEST_EXPLAINED, NARROWEST = 78, 110, 20
"""Columns of the window with its border, where the terminal has them: at most, at most where
something is said about the entries, and at least."""

TALLEST = 22
"""Rows of the window."""

_FRAME, _HELP = 3, 2
"""Rows of the border and the line for typing, and of the help below the list."""

_ROOM_FOR_HELP = 10
"""Rows of a window that has it."""


class Chooser(WindowScreen, Modal[str]):
    """Answers with the id of the chosen entry.

    The rows keep their places while the list is filtered: the window does not change its size.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("choices"), *bindings_of("palette")]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        recent: Sequence[str] = (),
        *,
        chosen: str = "",
        as_given: bool = False,
        preview: Callable[[str], object] | None = None,
    ) -> None:
        """``chosen``: the entry that is in force. ``preview`` is called with each entry's id.

        ``as_given``: entries that fit equally well stay in their order, instead of by title.
        """
        super().__init__()
        self._title = title
        self._choices = choices
        self._as_given = as_given
        self._recent = [one for one in recent if any(one == choice.id for choice in choices)]
        self._chosen = chosen
        self._preview = preview
        self._filter = TypedLine(placeholder="type to filter", compact=True)
        self._rows = ChoiceRows(chosen)
        self._help = Static(id="choice-help", markup=False)
        self._filtered_by = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="chooser") as box:
            self._box = box
            box.border_title = self._title
            opens, closes = key_of(self, "choices.choose"), key_of(self, "escape")
            box.border_subtitle = f"{opens} chooses · {closes} closes"
            yield self._filter
            yield self._rows
            yield self._help
        self._fit(*self.app.size)

    def on_mount(self) -> None:
        self._filter.focus()
        self._show("")

    def fill(self, choices: Sequence[Choice]) -> None:
        """Show other entries."""
        self._choices = choices
        self._fit(*self.app.size)
        self._show(self._filter.value)

    def on_resize(self, event: textual_events.Resize) -> None:
        self._fit(*event.size)

    @on(Input.Changed)
    def _typed(self) -> None:
        if self._filter.value != self._filtered_by:
            self._show(self._filter.value)

    @on(ChoiceRows.Pointed)
    def _pointed_at(self, message: ChoiceRows.Pointed) -> None:
        entry = message.entry
        self._help.update(entry.choice.help if entry is not None else "")
        if self._preview is not None and entry is not None:
            self._preview(entry.choice.id)

    @on(ChoiceRows.Chosen)
    def _clicked(self, message: ChoiceRows.Chosen) -> None:
        if all(one.selectable for one in self._choices if one.id == message.id):
            self.dismiss(message.id)

    def on_click(self, event: textual_events.Click) -> None:
        """A click beside the window closes it."""
        if not self._box.region.contains(event.screen_x, event.screen_y):
            self.dismiss(None)

    def action_palette(self) -> None:
        """The key that opens the palette closes it too."""
        self.dismiss(None)

    def action_move(self, how: str) -> None:
        """Move the cursor of the list, or choose its entry: the focus stays where one types."""
        # Letters that were typed before this key may still wait in the filter: go after them.
        self._filter.call_later(self._move, how)

    def _move(self, how: str) -> None:
        self._typed()
        if how != "select":
            self._rows.move(how)
        elif (entry := self._rows.pointed_at) is not None and entry.choice.selectable:
            self.dismiss(entry.choice.id)

    def _fit(self, width: int, height: int) -> None:
        """Choose the window's size for that of the terminal."""
        widest = WIDEST_EXPLAINED if any(one.about for one in self._choices) else WIDEST
        wide = max(min(widest, width * 9 // 10), min(NARROWEST, width))
        helped = height >= _ROOM_FOR_HELP and any(one.help for one in self._choices)
        rows = len(self._choices) + bool(self._recent) + _FRAME + _HELP * helped
        self._box.styles.width = wide
        self._box.styles.height = max(min(rows, TALLEST, height * 9 // 10), min(5, height))
        self._help.display = helped

    def _show(self, typed: str) -> None:
        self._filtered_by = typed
        order = [one.id for one in self._choices] if self._as_given else self._recent
        found = ranked(typed, self._choices, order)
        wanted = not typed and any(one.choice.id == self._chosen for one in found)
        places = (
            place
            for place, one in enumerate(found)
            if (one.choice.id == self._chosen if wanted else one.choice.selectable)
        )
        recent = len(self._recent) if len(found) > len(self._recent) and not typed else 0
        self._rows.show(found, next(places, 0), recent)
