"""What a column says besides its conversation: its state, and its figures in fixed cells. Pure."""

from collections.abc import Collection, Sequence

from rich.cells import cell_len
from rich.text import Text

from tui.comparison.column_figures import MEASURES, ColumnFigures, Measure, figure_words
from tui.comparison.comparison_report import BEST, figure_rows
from tui.core.formatting import NOT_KNOWN
from tui.dashboard.fitted_text import fitted
from tui.dashboard.performance.styled_lines import GOOD, QUIET, STRONG, Line, Piece

AHEAD = "▲ ahead"
FIRST = "▲ first"

_LABEL, _VALUE, _GAP = 10, 9, 2
_SHORT = {"first_word": "1st word", "input": "tok in", "output": "tok out"}
"""Labels in narrow cells."""

_NARROWEST = 17
"""Columns of a cell without its gap."""


def figure_lines(figures: ColumnFigures, best: Collection[str], width: int) -> list[Line]:
    """All figures in a grid; ``best`` names those that are better than the other columns'."""
    columns = max(1, min(5, (width + _GAP) // (_LABEL + _VALUE + 2 + _GAP)))
    if columns == 1 and width >= 2 * _NARROWEST + _GAP:
        columns = 2
    each = min((width + _GAP) // columns - _GAP, _LABEL + _VALUE + 2)
    lines: list[Line] = []
    for start in range(0, len(MEASURES), columns):
        pieces: list[Piece] = []
        for measure in MEASURES[start : start + columns]:
            pieces += [" " * _GAP] if pieces else []
            pieces += _cell(measure, figures, each, best=measure.name in best)
        lines.append(tuple(pieces))
    return lines


def _cell(measure: Measure, figures: ColumnFigures, width: int, *, best: bool) -> list[Piece]:
    value = figure_words(measure, figures)
    wide = width >= _LABEL + _VALUE + 2
    name = measure.label if wide else _SHORT.get(measure.name, measure.label)
    label = fitted(name, width - 2 - max(_VALUE if wide else 8, cell_len(value)))
    look = QUIET if value == NOT_KNOWN else STRONG
    shown = value.rjust(width - 2 - cell_len(label))
    return [(label, QUIET), (shown, look), (f" {BEST}" if best else "  ", GOOD)]


def state_line(words: str, elapsed: str, mark: str, width: int) -> Text:
    """The state in words on the left, the time and who is ahead on the right."""
    end = "  ".join(filter(None, (elapsed, mark)))
    line = Text(no_wrap=True)
    room = max(width - cell_len(end) - (2 if end else 0), 0)
    line.append(fitted(words, room), "bold")
    if end:
        line.append("  ")
        line.append(elapsed)
        line.append("  " if elapsed and mark else "")
        line.append(mark, "bold reverse")
    return line


def difference_lines(
    labels: Sequence[str], figures: Sequence[ColumnFigures], width: int
) -> list[Line]:
    """The figures side by side in a table that fits, each with its difference from the first."""
    rows = figure_rows(labels, figures)
    first = max(cell_len(row[0]) for row in rows)
    widest = [max(cell_len(row[place]) for row in rows) for place in range(1, len(rows[0]))]
    most = max((width - first) // len(widest) - 2, 1)
    columns = [min(one, most) for one in widest]
    lines: list[Line] = []
    for number, (label, *cells) in enumerate(rows):
        pieces: list[Piece] = [(fitted(label, first), QUIET)]
        for cell, room in zip(cells, columns, strict=True):
            text = cell if cell_len(cell) <= room else fitted(cell, room)
            look = STRONG if not number else GOOD if BEST in cell else ""
            pieces += ["  ", (" " * (room - cell_len(text)) + text, look)]
        lines.append(tuple(pieces))
    return lines
