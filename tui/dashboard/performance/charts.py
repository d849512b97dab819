"""Charts of the session. Imported when first opened, because plotting is slow to load."""

from collections.abc import Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual_plotext import PlotextPlot

from tui.core.metrics import Figures
from tui.core.metrics.figure_text import rate_text, time_text

HALF_SECOND = 0.5
FEWEST_BARS = 11
"""Bars after the first that there is room for: two bars are no blocks as wide as the pane."""

COLOUR = "blue"
"""A colour of the terminal, so that it fits the terminal's theme."""


class Chart(NamedTuple):
    """The data of one chart."""

    title: str
    across: str
    xs: Sequence[float]
    ys: Sequence[float]
    bars: bool = False
    only: str = ""
    """The value in words, if there is only one: a plot of it would be a block."""


def charts(figures: Figures) -> tuple[Chart, Chart, Chart]:
    """tok/s over time, TTFT per turn, the distribution of inter-chunk latency."""
    turns = [turn for turn in figures.turns if turn.ttft.known]
    curve = figures.session.icl_curve
    gaps = figures.session.icl.n
    return (
        Chart(
            "tok/s, estimated (~)",
            "seconds of streaming",
            [number * HALF_SECOND for number in range(len(figures.rates))],
            figures.rates,
            only=f"~{rate_text(figures.rates[0])} tok/s" if len(figures.rates) == 1 else "",
        ),
        Chart(
            "TTFT, s",
            "turn",
            [turn.number for turn in turns],
            [turn.ttft.value for turn in turns],
            bars=True,
            only=f"{time_text(turns[0].ttft.value)} in turn {turns[0].number}"
            if len(turns) == 1
            else "",
        ),
        Chart(
            "ICL, ms",
            "% of the gaps are shorter",
            [100 * step / max(len(curve) - 1, 1) for step in range(len(curve))],
            [seconds * 1000 for seconds in curve],
            only=f"{time_text(curve[0])}, the only gap" if gaps == 1 and curve else "",
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
    elif chart.only:
        plt.title(f"{chart.title}: {chart.only}")
        plt.scatter([chart.xs[-1]], [chart.ys[-1]], color=COLOUR, marker="dot")
        plt.ylim(0, 2 * chart.ys[-1] or 1)
    elif chart.bars:
        plt.bar(list(chart.xs), list(chart.ys), color=COLOUR, width=0.6)
        plt.xlim(min(chart.xs) - 0.5, max(*chart.xs, min(chart.xs) + FEWEST_BARS) + 0.5)
    else:
        plt.plot(list(chart.xs), list(chart.ys), color=COLOUR, marker="braille")
        plt.ylim(0, None)
    plot.refresh()
