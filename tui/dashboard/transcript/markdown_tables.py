"""Tables fitted to a width: columns get what they need, cells wrap."""

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text

from tui.dashboard.transcript.drawn_line import Line, line_of
from tui.dashboard.transcript.inline import inline_text
from tui.dashboard.transcript.markdown import Node
from tui.dashboard.transcript.pieces import Columns
from tui.dashboard.transcript.styles import PLAIN, Palette
from tui.dashboard.transcript.wrapping import longest_word, wrapped

_WIDEST = 400
# Cells for a column and its border; with fewer a table cannot be read.
_LEAST_COLUMN = 6


def measure(table: Node) -> Columns:
    """The widths that a table's rows ask for."""
    rows = [
        [inline_text(cell.children[0].token.children, PLAIN) for cell in row.children]
        for row in _rows(table)
    ]
    count = max((len(row) for row in rows), default=0)
    widest, longest = [1] * count, [1] * count
    for row in rows:
        for index, cell in enumerate(row):
            for line in cell.plain.split("\n"):
                widest[index] = max(widest[index], min(cell_len(line), _WIDEST))
                longest[index] = max(longest[index], min(longest_word(line), _WIDEST))
    return Columns(tuple(widest), tuple(longest))


def widened(columns: Columns) -> Columns:
    """The same with room for wider cells: the first rows of a long table decide for the rest."""
    return Columns(tuple(cells + cells // 2 + 4 for cells in columns.widest), columns.longest_word)


def fitted(columns: Columns, width: int) -> list[int]:
    """Cells for each column so that the table, with its borders, fits in a width.

    Columns keep their longest word while they can; of the room beyond all get the same as long as
    they ask for it, so that only wide ones wrap. The same rows always get the same columns.
    """
    count = len(columns.widest)
    room = max(width - 3 * (count - 1), count)
    widths = list(columns.widest)
    if sum(widths) <= room:
        return widths
    least = [min(word, max(room // count, 1)) for word in columns.longest_word]
    least = [min(a, b) for a, b in zip(least, widths, strict=True)]
    spare = max(room - sum(least), 0)
    wish = [natural - small for natural, small in zip(widths, least, strict=True)]
    widths = list(least)
    for done, index in enumerate(sorted(range(count), key=wish.__getitem__)):
        more = min(wish[index], spare // (count - done))
        widths[index] += more
        spare -= more
    return [max(cells, 1) for cells in widths]


def table_lines(
    table: Node, columns: Columns, width: int, palette: Palette, *, skipped: int
) -> list[Line]:
    """The rows of a table from line ``skipped`` of its source on."""
    if len(columns.widest) * _LEAST_COLUMN > width:
        return _records(table, width, palette, skipped=skipped)
    widths = fitted(columns, width)
    lines: list[Line] = []
    border = palette.decoration("table-border")
    for row in _rows(table):
        if row.first < skipped:
            continue
        header = row.children and row.children[0].kind == "th"
        lines.extend(_row_lines(row, widths, palette))
        if header:
            rule = "─┼─".join("─" * cells for cells in widths)
            lines.append([Segment(rule[:width], border)])
    return lines


def _records(table: Node, width: int, palette: Palette, *, skipped: int) -> list[Line]:
    """A table with too many columns: every cell on its own lines, after its column's name."""
    rows = _rows(table)
    names = [_cell_text(cell, palette) for cell in rows[0].children]
    lines: list[Line] = []
    for row in rows[1:]:
        if row.first < skipped:
            continue
        if lines or skipped:
            lines.append([])
        for name, cell in zip(names, row.children, strict=False):
            text = Text.assemble(Text(f"{name.plain}: ", palette["table-header"]))
            text.append_text(_cell_text(cell, palette))
            lines.extend(line_of(part) for part in wrapped(text, width))
    return lines


def _row_lines(row: Node, widths: list[int], palette: Palette) -> list[Line]:
    border = palette.decoration("table-border")
    cells: list[list[Text]] = []
    for index, cells_wide in enumerate(widths):
        cell = row.children[index] if index < len(row.children) else None
        text = Text() if cell is None else _cell_text(cell, palette)
        if cell is not None and cell.kind == "th":
            text.stylize_before(palette["table-header"])
        cells.append(wrapped(text, cells_wide))
    lines: list[Line] = []
    for y in range(max(map(len, cells))):
        line: Line = []
        for index, (texts, cells_wide) in enumerate(zip(cells, widths, strict=True)):
            if index:
                line.append(Segment(" │ ", border))
            part = line_of(texts[y]) if y < len(texts) else []
            line.extend(_aligned(part, cells_wide, _alignment(row, index), palette))
        lines.append(line)
    return lines


def _cell_text(cell: Node, palette: Palette) -> Text:
    return inline_text(cell.children[0].token.children, palette)


def _aligned(line: Line, width: int, alignment: str, palette: Palette) -> Line:
    room = width - sum(cell_len(segment.text) for segment in line)
    if room <= 0:
        return line
    left = {"right": room, "center": room // 2}.get(alignment, 0)
    pad = palette.decoration("")
    before = [Segment(" " * left, pad)] if left else []
    after = [Segment(" " * (room - left), pad)] if room > left else []
    return [*before, *line, *after]


def _alignment(row: Node, index: int) -> str:
    if index >= len(row.children):
        return ""
    return str(row.children[index].token.attrs.get("style", "")).removeprefix("text-align:")


def _rows(table: Node) -> list[Node]:
    return [row for part in table.children for row in part.children]
