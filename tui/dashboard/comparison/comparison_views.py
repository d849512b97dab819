"""Help and differences of a comparison, and its transcripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from tui.comparison.comparison_report import BEST, figure_rows
from tui.comparison.sentences import sentences
from tui.dashboard.comparison.column_lines import AHEAD, FIRST
from tui.dashboard.controllers.transcript_views import TranscriptViews
from tui.dashboard.reports.help_text import help_body

if TYPE_CHECKING:
    from tui.comparison.rounds import Round
    from tui.dashboard.comparison.comparison_screen import ComparisonScreen
    from tui.dashboard.transcript import Transcript

MARKS = (
    (BEST, "No other column has a better value: the smaller time or cost, the higher rate."),
    (AHEAD, "It has the most words on the screen, as long as no column has ended well."),
    (FIRST, "It has ended well, in the shortest time."),
    ("+35 %", "The difference from the first column; x2.1: 2.1 times as much."),
    ("first word", "From Enter to the first visible text."),
)


class ComparisonViews(TranscriptViews):
    """Carries out the commands that change only what is shown."""

    def __init__(self, screen: ComparisonScreen) -> None:
        super().__init__(screen)
        self._screen = screen

    @property
    def transcripts(self) -> list[Transcript]:
        return [pane.chat.transcript for pane in self._screen.panes]

    @property
    def transcript(self) -> Transcript:
        return self._screen.current.chat.transcript

    def help(self) -> None:
        marks = Table.grid(padding=(0, 2, 0, 0))
        marks.add_column(style="bold", min_width=11, max_width=24)
        marks.add_column(ratio=1)
        for mark, meaning in MARKS:
            marks.add_row(Text(mark), Text(meaning))
        title = Text("\nMarks", "bold underline")
        body = Group(title, marks, help_body(commands=self._screen.commands))
        self._screen.read("Help", body)

    def differences(self) -> None:
        """The figures of all prompts side by side, the newest first."""
        screen = self._screen
        rounds = screen.comparison.rounds
        if not rounds or not any(rounds[0].results):
            screen.tell("There is nothing to compare yet.")
            return
        parts = [part for one in reversed(rounds) for part in self._round(one)]
        screen.read("Differences", Group(*parts))

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
