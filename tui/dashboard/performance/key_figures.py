"""The key figures of the current turn: a grid of fixed cells and a sparkline."""

from collections.abc import Sequence
from typing import NamedTuple

from tui.core.formatting import NOT_KNOWN
from tui.core.metrics import AttemptFigures, Figure, Figures, PhaseFigures
from tui.core.metrics.figure import UNAVAILABLE
from tui.core.metrics.figure_text import (
    TIME,
    cost_text,
    count_text,
    rate_text,
    share_text,
    shown,
    time_text,
    turn_time,
)
from tui.dashboard.fitted_text import fitted
from tui.dashboard.performance.figure_tables import pairs, wrapped
from tui.dashboard.performance.sparkline import sparkline
from tui.dashboard.performance.styled_lines import ALERT, BAR, QUIET, STRONG, Line, Piece
from tui.dashboard.performance.threshold_notices import notice_text

_LABEL = 9
_GAP = 2
_SCALE = 19
"""Columns right of a sparkline: its largest value, named apart from the figures of a turn."""


_SHORT = {
    "tok/s": "t/s", "ICL p50": "p50", "ICL p95": "p95", "ICL p99": "p99", "ICL max": "max",
    "tok in": "in", "tok out": "out", "elapsed": "time", "events/s": "ev/s", "errors": "err",
    "retries": "rtry", "e2e tok/s": "e2e", "cached": "cch", "cache write": "cchw",
    "reasoning": "rsn", "turn TTFO": "turn",
}  # fmt: skip
"""Labels in a narrow pane, so that no two are the same."""


_NO_ATTEMPT = AttemptFigures(call="", number=0, agent="", model="", scripted=False, outcome="open")
"""All of its figures are unavailable."""


class Cell(NamedTuple):
    """One figure: label, value, and whether it crosses a threshold."""

    label: str
    value: str
    alert: bool = False

    @property
    def text(self) -> str:
        """The value, marked if it crosses a threshold."""
        return f"!{self.value}" if self.alert else self.value


_ORDERS = {
    2: ("ttft", "ttfo", "live", "final", "p50", "p95", "in", "out", "e2e", "events",
        "errors", "retries"),
    3: ("ttft", "ttfo", "e2e", "live", "final", "events", "p50", "p95", "errors",
        "in", "out", "retries"),
    4: ("ttft", "ttfo", "live", "final", "p50", "p95", "in", "out",
        "e2e", "events", "errors", "retries"),
}  # fmt: skip
"""The order of the cells by number of columns: related cells are next to each other."""


def key_figures(figures: Figures, width: int) -> list[Line]:
    """The grid, the sparkline and a notice; always the same number of lines."""
    columns = _columns(width)
    cells = turn_cells(figures)
    lines = _grid([cells[name] for name in _ORDERS[columns]], columns, width)
    return [*lines, rate_line(figures, width), notice_line(figures, width)]


def details(figures: Figures, width: int) -> list[Line]:
    """More figures of the attempt and its turn."""
    attempt, turn = figures.attempt or _NO_ATTEMPT, figures.turn
    if turn is None:
        return []
    cells = [
        _time("TPOT", attempt.tpot),
        _rate("e2e tok/s", attempt.end_to_end_rate),
        _time("ICL p99", attempt.icl_p99),
        _time("ICL max", attempt.icl_max),
        _count("cached", turn.tokens.cached),
        *(
            [_count("cache write", turn.tokens.cache_write)]
            if turn.tokens.cache_write.value
            else []
        ),
        _count("reasoning", turn.tokens.reasoning),
        Cell("cost", shown(turn.tokens.cost, cost_text)),
        _time("turn TTFO", turn.ttfo),
    ]
    lines = _grid(cells, _columns(width), width)
    lines += phase_lines(attempt.phases, width) if attempt.phases else []
    return lines + connection_lines(figures, width)


def connection_lines(figures: Figures, width: int) -> list[Line]:
    """How many connections are open, and how many answers stream; nothing if that is not known."""
    if figures.connections is None:
        return []
    open_now, streaming = figures.connections.open, figures.connections.streaming
    values = pairs((f"connection{'s' * (open_now != 1)} open", f"{open_now}"),
                   ("streaming", f"{streaming}"))  # fmt: skip
    return wrapped(values, width)


def phase_lines(phases: PhaseFigures, width: int) -> list[Line]:
    """The steps of the request, from building it to the first byte of its response."""
    steps = [("prepared", phases.prepared)]
    if not phases.reused:
        tcp = "TCP" if phases.lookup.known else "connect"
        steps += [("DNS", phases.lookup), (tcp, phases.connect), ("TLS", phases.tls)]
    steps += [("sent", phases.sent), ("first byte", phases.first_byte)]
    times = pairs(*((label, shown(step, time_text)) for label, step in steps if step.known))
    if not phases.reused:
        return wrapped(times, width)
    return wrapped([("connection ", QUIET), ("reused", STRONG), "  ", *times], width)


def _columns(width: int) -> int:
    return min(4, max(2, (width + _GAP) // (_LABEL + TIME + 1 + _GAP)))


def _grid(cells: Sequence[Cell], columns: int, width: int) -> list[Line]:
    label = min(_LABEL, (width + _GAP) // columns - TIME - 1 - _GAP)
    lines: list[Line] = []
    for start in range(0, len(cells), columns):
        pieces: list[Piece] = []
        for cell in cells[start : start + columns]:
            pieces += [" " * _GAP] if pieces else []
            pieces += _cell_pieces(cell, label)
        lines.append(tuple(pieces))
    return lines


def rate_line(figures: Figures, width: int) -> Line:
    """A sparkline of tok/s per half-second, which are estimates."""
    room = width - _SCALE
    top = max(figures.rates[-room:], default=None)
    return (
        (sparkline(figures.rates, room), BAR),
        (f"peak {f'~{rate_text(top)}' if top else NOT_KNOWN} tok/s".rjust(_SCALE), QUIET),
    )


def gap_line(figures: Figures, width: int) -> Line:
    """A sparkline of the longest inter-chunk gap in each of the same half-seconds."""
    room = width - _SCALE
    top = max(figures.gaps[-room:], default=None)
    return (
        (sparkline(figures.gaps, room), BAR),
        (f"peak gap {time_text(top) if top else NOT_KNOWN}".rjust(_SCALE), QUIET),
    )


def notice_line(figures: Figures, width: int) -> Line:
    """The crossed thresholds or, if there are none, where most of the turn's time went."""
    if figures.current_crossings:
        return (
            (
                fitted(
                    "  ".join(
                        f"! {notice_text(one, figures.turn)}" for one in figures.current_crossings
                    ),
                    width,
                ),
                ALERT,
            ),
        )
    turn = figures.turn
    if turn is None or not turn.longest or turn.outcome == "open":
        return (" ",)
    text = f"{share_text(turn.longest_share)} of the turn: {turn.longest}"
    return ((fitted(text, width), QUIET),)


def _cell_pieces(cell: Cell, label: int) -> list[Piece]:
    value = cell.text
    style = ALERT if cell.alert else QUIET if cell.value == NOT_KNOWN else STRONG
    # A wide value takes columns from its label, so that the grid never moves.
    room = max(label + TIME + 1 - len(value), 0)
    name = cell.label if len(cell.label) <= label else _SHORT.get(cell.label, cell.label)
    return [(name[:label].ljust(room)[:room], QUIET), (value, style)]


def turn_cells(figures: Figures) -> dict[str, Cell]:
    """The figures of the shown turn, by the names in `_ORDERS`; `/stats` has them too."""
    attempt, turn = figures.attempt or _NO_ATTEMPT, figures.turn
    limits = figures.thresholds
    ttft, final = attempt.ttft, attempt.rate
    tokens_in = turn.tokens.input if turn else UNAVAILABLE
    tokens_out = turn.tokens.output if turn else UNAVAILABLE
    running = turn is not None and turn.outcome == "open"
    return {
        "ttft": _time("TTFT", ttft, alert=ttft.known and ttft.value > limits.ttft),
        "ttfo": _time("TTFO", attempt.ttfo),
        "live": _rate("live", figures.live),
        "final": _rate("tok/s", final, alert=final.known and final.value < limits.rate),
        "p50": _time("ICL p50", attempt.icl_p50),
        "p95": _time("ICL p95", attempt.icl_p95),
        "in": _count("tok in", tokens_in),
        "out": _count("tok out", tokens_out),
        "e2e": Cell(
            "elapsed" if running else "E2E",
            NOT_KNOWN if turn is None else turn_time(turn),
        ),
        "events": _rate("events/s", attempt.events_rate),
        "errors": Cell(
            "errors",
            f"{turn.errors if turn else 0:,}",
            alert=turn is not None and "errors" in turn.crossed,
        ),
        "retries": Cell("retries", f"{turn.retries if turn else 0:,}"),
    }  # fmt: skip


def _time(label: str, figure: Figure, *, alert: bool = False) -> Cell:
    return Cell(label, shown(figure, time_text), alert)


def _rate(label: str, figure: Figure, *, alert: bool = False) -> Cell:
    return Cell(label, shown(figure, rate_text), alert)


def _count(label: str, figure: Figure) -> Cell:
    return Cell(label, shown(figure, count_text))
