"""Help, differences, search and colours of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.console import Group
from rich.table import Table
from rich.text import Text

from tui.comparison.comparison_report import BEST, figure_rows
from tui.comparison.sentences import sentences
from tui.dashboard.comparison.column_lines import AHEAD, FIRST
from tui.dashboard.screens.help_text import help_body
from tui.dashboard.screens.listing import Listing
from tui.dashboard.terminal.clipboard import keep_copy

if TYPE_CHECKING:
    from tui.comparison.rounds import Round
    from tui.dashboard.comparison.comparison_screen import ComparisonScreen
    from tui.dashboard.messages import HitsChanged
    from tui.dashboard.transcript import Pace, Transcript

MARKS = (
    (BEST, "No other column has a better value: the smaller time or cost, the higher rate."),
    (AHEAD, "It has the most words on the screen, as long as no column has ended well."),
    (FIRST, "It has ended well, in the shortest time."),
    ("+35 %", "The difference from the first column; x2.1: 2.1 times as much."),
    ("first word", "From Enter to the first visible text."),
)


class ComparisonViews:
    """Carries out the commands that change only what is shown."""

    def __init__(self, screen: ComparisonScreen) -> None:
        self._screen = screen

    @property
    def _transcript(self) -> Transcript:
        return self._screen.current.chat.transcript

    def help(self) -> None:
        marks = Table.grid(padding=(0, 2, 0, 0))
        marks.add_column(style="bold", min_width=11, max_width=24)
        marks.add_column(ratio=1)
        for mark, meaning in MARKS:
            marks.add_row(Text(mark), Text(meaning))
        title = Text("\nMarks", "bold underline")
        body = Group(title, marks, help_body(commands=self._screen.commands))
        self._screen.app.push_screen(Listing("Help", body))

    def differences(self) -> None:
        """The figures of all prompts side by side, the newest first."""
        screen = self._screen
        rounds = screen.comparison.rounds
        if not rounds or not any(rounds[0].results):
            screen.tell("There is nothing to compare yet.")
            return
        parts = [part for one in reversed(rounds) for part in self._round(one)]
        screen.app.push_screen(Listing("Differences", Group(*parts)))

    def _round(self, one: Round) -> list[Text | Table]:
        plans = [column.plan for column in self._screen.comparison.columns]
        rows = figure_rows([plan.label for plan in plans], one.figures)
        table = Table(box=None, padding=(0, 1), pad_edge=False)
        for place, label in enumerate(rows[0]):
            table.add_column(
                Text(label),
                justify="right" if place else "left",
                overflow="ellipsis",
                no_wrap=True,
            )
        for label, *cells in rows[1:]:
            shown = [Text(cell, "bold" if BEST in cell else "") for cell in cells]
            table.add_row(Text(label, "dim"), *shown)
        head = Text(f"\n{one.number}  {self._screen.mask(one.prompt)}", "bold")
        head.truncate(400, overflow="ellipsis")
        said = [Text(sentence) for sentence in sentences(plans, one)] if one.ended else []
        return [head, Text(), table, Text(), *said]

    def search(self, words: str = "") -> None:
        if not words:
            self._screen.action_begin_slash("search")
            return
        self._transcript.search(words)
        self._transcript.focus()

    def next_hit(self) -> None:
        self._transcript.next_hit()

    def previous_hit(self) -> None:
        self._transcript.previous_hit()

    def found(self, message: HitsChanged) -> None:
        """Report the hits of a search."""
        if message.pattern:
            found = f"{message.current} of {message.count}" if message.count else "nothing found"
            self._screen.tell(f"{message.pattern}: {found}")
        else:
            self._screen.tell(f"No search yet: {self._screen.key('search')} starts one.")

    def toggle_reasoning(self) -> None:
        for pane in self._screen.panes:
            pane.chat.transcript.toggle_reasoning()

    def theme(self, name: str = "") -> None:
        app = self._screen.app
        if not name:
            app.search_themes()
        elif name in app.available_themes:
            app.theme = name
        else:
            names = ", ".join(app.available_themes)
            self._screen.tell(f"There is no theme {name!r}. Available: {names}.")

    def pace(self, pace: str = "") -> None:
        chosen: Pace
        if pace in {"instant", "smooth"}:
            chosen = cast("Pace", pace)
        elif pace.isascii() and pace.isdigit() and 30 <= int(pace) <= 10_000:
            chosen = int(pace)
        else:
            self._screen.tell("The pace is instant, smooth, or 30 to 10000 words per minute.")
            return
        for pane in self._screen.panes:
            pane.chat.transcript.set_pace(chosen)
        self._screen.tell(f"Display pace: {pace}.")

    def copy(self, text: str, what: str) -> None:
        """Copy to the terminal's clipboard, and to a file: not every terminal has a clipboard."""
        self._screen.app.copy_to_clipboard(text)
        try:
            kept = f"also in {keep_copy(text)}"
        except OSError as error:
            kept = f"not saved to a file: {error.strerror}"
        self._screen.tell(f"Sent {what} to the clipboard, {len(text):,} characters; {kept}")
