"""The rows of a window to choose from, drawn by themselves: a list has to appear at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events as textual_events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.dashboard.commands.command_ranking import Ranked
from tui.dashboard.fitted_text import cut

IN_USE = "  (in use)"
NOTHING = "Nothing fits."

MOST_NAME = 32
"""Columns of a name before what is said about it."""


class ChoiceRows(Widget):
    """Entries with a cursor; the focus stays where one types."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "choice-rows--cursor",
        "choice-rows--keys",
        "choice-rows--mark",
    }

    class Pointed(Message):
        """The cursor is on another entry, or on none."""

        def __init__(self, entry: Ranked | None) -> None:
            self.entry = entry
            super().__init__()

    class Chosen(Message):
        """An entry was clicked."""

        def __init__(self, id: str) -> None:  # noqa: A002
            self.id = id
            super().__init__()

    def __init__(self, chosen: str = "") -> None:
        """``chosen``: the id of the entry that is in force."""
        super().__init__()
        self.entries: Sequence[Ranked] = ()
        self.cursor = 0
        self._chosen = chosen
        self._rule = 0
        """How many entries are above the line; 0 for no line."""
        self._top = 0
        """The first row in view; the line is a row too."""
        self._column = 0
        """Where what is said about the entries begins."""

    @property
    def pointed_at(self) -> Ranked | None:
        return self.entries[self.cursor] if self.entries else None

    def show(self, entries: Sequence[Ranked], cursor: int = 0, rule: int = 0) -> None:
        """Show these; ``rule``: a line is drawn below so many."""
        self.entries, self._rule, self._top = entries, rule, 0
        names = (cell_len(one.choice.title) for one in entries if one.choice.about)
        self._column = min(max(names, default=0), MOST_NAME)
        self._go_to(cursor)

    def move(self, how: str) -> None:
        """Go up or down: ``cursor_up``, ``cursor_down``, ``page_up``, ``page_down``."""
        page = max(self.size.height - 1, 1)
        by = {"cursor_up": -1, "cursor_down": 1, "page_up": -page, "page_down": page}[how]
        place = self.cursor + by
        if abs(by) == 1 and self.entries:
            place %= len(self.entries)
        self._go_to(place)

    def render_line(self, y: int) -> Strip:
        width, ground = self.size.width, self.rich_style
        place = self._entry(self._top + y)
        if place is None:
            if y == 0 and not self.entries:
                quiet = ground + self.get_component_rich_style("choice-rows--keys", partial=True)
                return Strip([Segment(cut(NOTHING, width), quiet)]).adjust_cell_length(
                    width, ground
                )
            rule = bool(self._rule) and self._top + y == self._rule
            keys = self.get_component_rich_style("choice-rows--keys")
            return Strip([Segment("─" * width, keys)]) if rule else Strip.blank(width, ground)
        entry = self.entries[place]
        name = "choice-rows--cursor" if place == self.cursor else ""
        base = self.get_component_rich_style(name) if name else ground
        # Muted text on the cursor's ground could not be read.
        muted = self.get_component_rich_style("choice-rows--keys", partial=True)
        quiet = base if name else base + muted
        mark = base + self.get_component_rich_style("choice-rows--mark", partial=True)
        pieces = row(entry, width, here=entry.choice.id == self._chosen, column=self._column)
        title = base if entry.choice.selectable else quiet
        return Strip(_segments(pieces, entry.marked, title, quiet, mark), width)

    def on_click(self, event: textual_events.Click) -> None:
        place = self._entry(self._top + event.y)
        if place is not None:
            self.post_message(self.Chosen(self.entries[place].choice.id))

    def on_mouse_scroll_down(self) -> None:
        self._go_to(self.cursor + 1)

    def on_mouse_scroll_up(self) -> None:
        self._go_to(self.cursor - 1)

    def on_resize(self) -> None:
        self._go_to(self.cursor)

    def _go_to(self, place: int) -> None:
        self.cursor = max(0, min(place, len(self.entries) - 1))
        line = self.cursor + (bool(self._rule) and self.cursor >= self._rule)
        height = max(self.size.height, 1)
        if self.size.height:
            self._top = min(max(self._top, line - height + 1), line)
        self.refresh()
        self.post_message(self.Pointed(self.pointed_at))

    def _entry(self, line: int) -> int | None:
        """The entry on a row; None for the line and below the last."""
        if self._rule and line >= self._rule:
            line = -1 if line == self._rule else line - 1
        return line if 0 <= line < len(self.entries) else None


def row(entry: Ranked, width: int, *, here: bool = False, column: int = 0) -> tuple[str, str, str]:
    """The title, what is between, and the keys; the title has the room that it needs.

    What is said about the entry begins two columns behind ``column``.
    """
    title = entry.choice.title
    keys = list(entry.choice.keys)
    while keys and cell_len(title) + 2 + cell_len("  ".join(keys)) > width:
        keys.pop(0)
    keys_text = "  ".join(keys)
    title = cut(title, width - cell_len(keys_text))
    gap = width - cell_len(title) - cell_len(keys_text)
    between = IN_USE if here and gap >= len(IN_USE) else ""
    if entry.choice.about:
        between = f"{' ' * (column - cell_len(title))}  {entry.choice.about}"
    return title, set_cell_size(cut(between, gap), gap), keys_text


def _segments(
    pieces: tuple[str, str, str], marked: Iterable[int], base: Style, quiet: Style, mark: Style
) -> Iterable[Segment]:
    title, between, keys = pieces
    places = set(marked)
    for place, letter in enumerate(title):
        yield Segment(letter, mark if place in places else base)
    yield Segment(between, quiet)
    yield Segment(keys, quiet)
