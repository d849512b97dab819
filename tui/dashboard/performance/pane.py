"""The widget: it shows figures as text, and only when the text has changed."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.layout import DockArrangeResult

from tui.core.metrics import Figures, SessionFigures
from tui.dashboard.messages import ThresholdCrossed
from tui.dashboard.performance.body import ROOMY, body
from tui.dashboard.performance.choices import View
from tui.dashboard.performance.crossings import news, words
from tui.dashboard.performance.drawn_rows import FigureRows
from tui.dashboard.performance.styled_lines import Line
from tui.dashboard.textual_internals.scroll_bar import CellBarred
from tui.dashboard.textual_internals.sizing import SizedInLayout

if TYPE_CHECKING:
    from tui.dashboard.performance.charts import Charts


class PerformancePane(SizedInLayout, CellBarred, VerticalScroll, can_focus=True):
    """``show(figures)`` is all it is told.

    Space freezes the display, not the data; the arrows choose whose turn's waterfall is shown; "o"
    orders the tables and "c" shows charts instead. A pane of few rows shows only the glance.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "freeze", "Freeze the display", show=False, id="performance.freeze"),
        Binding("left", "turn(-1)", "Earlier turn", show=False, id="performance.earlier"),
        Binding("right", "turn(1)", "Later turn", show=False, id="performance.later"),
        Binding("o", "order", "Order the tables", show=False, id="performance.order"),
        Binding("c", "charts", "Show or hide the charts", show=False, id="performance.charts"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._text = FigureRows()
        self._figures: Figures | None = None
        self._frozen: Figures | None = None
        self._past: SessionFigures | None = None
        self._view = View()
        self._lines: list[Line] = []
        self._room = Size()
        """What the lines were chosen for: columns with the scroll bar's, and rows."""
        self._charts: Charts | None = None
        self._told = 0
        """The number of the last crossing that was seen."""

    def compose(self) -> ComposeResult:
        yield self._text

    def on_mount(self) -> None:
        self.border_title = "performance"
        self._show()

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:
        # In the middle of a layout. Text that took its new form afterwards would ask for another
        # layout, and the screen would be painted with the old one first.
        if self.is_mounted:
            self._fit(Size(size.width + self.scrollbar_size_vertical, size.height))
        return super().arrange(size, optimal)

    def show(self, figures: Figures) -> None:
        """Show these figures from now on."""
        self._figures = figures
        self._tell(figures)
        self._show()

    def compare(self, past: SessionFigures) -> None:
        """Show this session's models beside what they did in the past."""
        self._past = past
        self._show()

    def action_freeze(self) -> None:
        self._frozen = None if self._frozen is not None else self._figures
        self._show()

    def action_turn(self, by: int) -> None:
        """Choose an earlier or a later turn; the last one is followed again once it is reached."""
        figures = self._shown
        if figures is not None and figures.turns:
            self._view = self._view.moved(by, [turn.number for turn in figures.turns])
            self._show()

    def action_order(self) -> None:
        self._view = self._view.ordered()
        self._show()

    async def action_charts(self) -> None:
        if self._charts is not None:
            await self._charts.remove()
            self._charts = None
        else:
            # Only who looks at charts pays for loading what draws them.
            from tui.dashboard.performance.charts import Charts  # noqa: PLC0415

            self._charts = Charts()
            await self.mount(self._charts)
        self._text.display = self._charts is None
        self._show()

    def _tell(self, figures: Figures) -> None:
        """One notification for each crossing, also while the display is frozen."""
        latest = figures.crossings[-1].number if figures.crossings else 0
        for crossing in news(figures, min(self._told, latest)):
            text = words(crossing)
            self.notify(text, title="threshold", severity="warning", markup=False)
            # To whom it is for: Textual lets a message that is made while the screen handles
            # another climb to that screen and no further.
            self.app.post_message(ThresholdCrossed(text))
        self._told = latest

    @property
    def _shown(self) -> Figures | None:
        return self._figures if self._frozen is None else self._frozen

    def _show(self) -> None:
        figures = self._shown
        if figures is None or not self.is_mounted:
            return
        labels = ["scripted"] * figures.scripted + ["frozen"] * (self._frozen is not None)
        if (subtitle := " · ".join(labels)) != self.border_subtitle:
            # Setting it paints the whole pane, whatever it was.
            self.border_subtitle = subtitle
        if self._charts is not None:
            self._charts.show(figures)
            return
        self._room = self.outer_size - self.gutter.totals
        lines = self._body(figures)
        if lines != self._lines:
            self._lines = lines
            self._text.update(lines)

    def _fit(self, room: Size) -> None:
        """In the middle of a layout: show what there is room for now."""
        figures = self._shown
        if figures is None or self._charts is not None or room == self._room:
            return
        self._room = room
        lines = self._body(figures)
        if lines != self._lines:
            self._lines = lines
            self.children_changed_in_layout()
            self._text.fit(lines)

    def _body(self, figures: Figures) -> list[Line]:
        width, height = self._room
        # The last column is the scroll bar's, whether there is one or not.
        return body(figures, width - 1, self._view, roomy=height >= ROOMY, past=self._past)
