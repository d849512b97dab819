"""Charts of the session. Imported when first opened, because plotting is slow to load."""

from collections.abc import Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual_plotext import PlotextPlot

from tui.core.metrics import Figures

HALF_SECOND = 0.5
COLOUR = "blue"
"""A colour of the terminal, so that it fits the terminal's theme."""


class Chart(NamedTuple):
    """The data of one chart."""

    title: str
    across: str
    xs: Sequence[float]
    ys: Sequence[float]
    bars: bool = False


def charts(figures: Figures) -> tuple[Chart, Chart, Chart]:
    """tok/s over time, TTFT per turn, the distribution of inter-chunk latency."""
    turns = [turn for turn in figures.turns if turn.ttft.known]
    curve = figures.session.icl_curve
    return (
        Chart(
            "tok/s",
            "seconds of streaming",
            [number * HALF_SECOND for number in range(len(figures.rates))],
            figures.rates,
        ),
        Chart(
            "TTFT, s",
            "turn",
            [turn.number for turn in turns],
            [turn.ttft.value for turn in turns],
            bars=True,
        ),
        Chart(
            "ICL, ms",
            "% of the gaps are shorter",
            [100 * step / max(len(curve) - 1, 1) for step in range(len(curve))],
            [seconds * 1000 for seconds in curve],
        ),
    )


class Charts(Vertical):
    """Three plots, one above the other; each is redrawn only when its data changes."""

    def __init__(self) -> None:
        super().__init__()
        self._plots = [PlotextPlot() for _ in range(3)]
        self._drawn: list[Chart | None] = [None] * 3

    def compose(self) -> ComposeResult:
        yield from self._plots

    def show(self, figures: Figures) -> None:
        """Draw the charts that changed."""
        for index, chart in enumerate(charts(figures)):
            if chart != self._drawn[index]:
                self._drawn[index] = chart
                _draw(self._plots[index], chart)


def _draw(plot: PlotextPlot, chart: Chart) -> None:
    plt = plot.plt
    plt.clear_figure()
    plt.title(chart.title)
    plt.xlabel(chart.across)
    if not chart.xs:
        plt.title(f"{chart.title}: nothing measured yet")
    elif chart.bars:
        plt.bar(list(chart.xs), list(chart.ys), color=COLOUR, width=0.6)
    else:
        plt.plot(list(chart.xs), list(chart.ys), color=COLOUR, marker="braille")
        plt.ylim(0, None)
    plot.refresh()
