"""The widget of the performance pane."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.layout import DockArrangeResult

from tui.core.metrics import Figures, SessionFigures
from tui.dashboard.commands.bindings import bindings_for
from tui.dashboard.messages import ThresholdCrossed
from tui.dashboard.performance.figure_rows import FigureRows
from tui.dashboard.performance.pane_lines import pane_lines
from tui.dashboard.performance.styled_lines import Line
from tui.dashboard.performance.threshold_notices import crossing_text, new_crossings
from tui.dashboard.performance.view_choices import View
from tui.dashboard.textual_internals.scroll_bar import CellBarred
from tui.dashboard.textual_internals.sizing import SizedInLayout

if TYPE_CHECKING:
    from tui.dashboard.performance.charts import Charts


class PerformancePane(SizedInLayout, CellBarred, VerticalScroll, can_focus=True):
    """Shows figures as text and repaints only what changed.

    Space freezes the display, not the data; the arrows choose the turn of the waterfall; "o" orders
    the tables; "c" shows charts instead. A pane of few rows shows only what fits.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("performance")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._text = FigureRows()
        self._figures: Figures | None = None
        self._frozen: Figures | None = None
        self._past: SessionFigures | None = None
        self._view = View()
        self._lines: list[Line] = []
        self._room = Size()
        """The size that the lines were made for, with the scroll bar's column."""
        self._charts: Charts | None = None
        self._notified = 0
        """The number of the last crossing that was notified or skipped."""

    def compose(self) -> ComposeResult:
        yield self._text

    def on_mount(self) -> None:
        self.border_title = "performance"
        self._show()

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:
        # Text that changed after the layout would need another layout, and the old text would be
        # painted in between.
        if self.is_mounted:
            self._fit(Size(size.width + self.scrollbar_size_vertical, size.height))
        return super().arrange(size, optimal)

    def show(self, figures: Figures) -> None:
        """Show these figures and notify about new crossings."""
        self._figures = figures
        self._notify_crossings(figures)
        self._show()

    def compare(self, past: SessionFigures) -> None:
        """Show the comparison of this session's models with these figures."""
        self._past = past
        self._show()

    def action_freeze(self) -> None:
        self._frozen = None if self._frozen is not None else self._figures
        self._show()

    def action_turn(self, by: int) -> None:
        """Choose an earlier or later turn; from the current one on, new ones are followed again."""
        figures = self._shown
        if figures is not None and figures.turn is not None:
            numbers = [turn.number for turn in figures.turns]
            self._view = self._view.moved(by, numbers, figures.turn.number)
            self._show()

    def action_order(self) -> None:
        self._view = self._view.ordered()
        self._show()

    async def action_charts(self) -> None:
        if self._charts is not None:
            await self._charts.remove()
            self._charts = None
        else:
            # Loaded when first needed, because plotting is slow to import.
            from tui.dashboard.performance.charts import Charts  # noqa: PLC0415

            self._charts = Charts()
            await self.mount(self._charts)
        self._text.display = self._charts is None
        self._show()

    def _notify_crossings(self, figures: Figures) -> None:
        """One notification for each crossing, also while the display is frozen."""
        latest = figures.crossings[-1].number if figures.crossings else 0
        for crossing in new_crossings(figures, min(self._notified, latest)):
            text = crossing_text(crossing)
            self.notify(text, title="threshold", severity="warning", markup=False)
            # To the app directly: a message posted while the screen handles another one would
            # bubble no further than that screen.
            self.app.post_message(ThresholdCrossed(text))
        self._notified = latest

    @property
    def _shown(self) -> Figures | None:
        return self._figures if self._frozen is None else self._frozen

    def _show(self) -> None:
        figures = self._shown
        if figures is None or not self.is_mounted:
            return
        labels = (
            ["scripted"] * figures.scripted
            + ["cached"] * figures.cached
            + ["frozen"] * (self._frozen is not None)
        )
        if (subtitle := " · ".join(labels)) != self.border_subtitle:
            # Setting the subtitle repaints the whole pane, even if it is the same.
            self.border_subtitle = subtitle
        if self._charts is not None:
            self._charts.show(figures)
            return
        # Not the widget's own gutter, which has the scroll bar in it where there is one.
        self._room = self.outer_size - self.styles.gutter.totals
        lines = self._pane_lines(figures)
        if lines != self._lines:
            self._lines = lines
            self._text.update(lines)

    def _fit(self, room: Size) -> None:
        """Adapt the lines to a new size, during a layout."""
        figures = self._shown
        if figures is None or self._charts is not None or room == self._room:
            return
        self._room = room
        lines = self._pane_lines(figures)
        if lines != self._lines:
            self._lines = lines
            self.children_changed_in_layout()
            self._text.fit(lines)

    def _pane_lines(self, figures: Figures) -> list[Line]:
        width, height = self._room
        # The last column is reserved for the scroll bar.
        return pane_lines(figures, width - 1, height, self._view, self._past)
