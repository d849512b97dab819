"""What a selection with the mouse copies."""

from __future__ import annotations

from rich.segment import Segment
from textual.selection import Selection
from textual.strip import Strip

from tui.dashboard.transcript.line_layout import FOLD_LINE, Layout, Place
from tui.dashboard.transcript.painter import place_of
from tui.dashboard.transcript.styles import is_decoration
from tui.dashboard.transcript.transcript_units import PieceUnit

_FAR = 1 << 30
_GAP = "  "


def selected_text(conversation: Layout, selection: Selection) -> str:
    """Blocks selected as a whole as their Markdown, parts of blocks as shown.

    Borders, bullets' indents and padding are never part of it.
    """
    first, start = _end(selection.start, Place(0, 0, 0), 0)
    last, end = _end(selection.end, Place(_FAR, _FAR, _FAR), _FAR)
    parts: list[str] = []
    for item in conversation.items[first.item : last.item + 1]:
        shown = item.shown_units
        for unit in range(shown):
            here = Place(item.index, unit, 0)
            if here < first._replace(row=0) or here > last:
                continue
            strips = conversation.strips(item, unit)
            top = first.row if here == first._replace(row=0) else 0
            bottom = last.row if here == last._replace(row=0) else len(strips) - 1
            left, right = (start if top or here == first._replace(row=0) else 0), _FAR
            if here == last._replace(row=0):
                right = end
            piece = item.units[unit]
            if isinstance(piece, PieceUnit) and _is_whole(strips, (top, left), (bottom, right)):
                parts.append(piece.source if piece.source.endswith("\n") else piece.source + "\n")
            else:
                parts.append(_shown(strips, (top, left), (bottom, right)))
    return "".join(parts).strip("\n")


def _end(offset: tuple[int, int] | None, place: Place, column: int) -> tuple[Place, int]:
    if offset is None:
        return place, column
    x, y = offset
    found = place_of(y)
    return (found._replace(unit=_FAR) if found.unit == FOLD_LINE else found), x


def _is_whole(strips: list[Strip], start: tuple[int, int], end: tuple[int, int]) -> bool:
    """Whether nothing but blank lines and decoration is left out."""
    before = _shown(strips, (0, 0), start)
    after = _shown(strips, end, (len(strips) - 1, _FAR))
    return not before.strip() and not after.strip()


def _shown(strips: list[Strip], start: tuple[int, int], end: tuple[int, int]) -> str:
    """The text from one (row, character) to another."""
    lines: list[str] = []
    for row in range(start[0], min(end[0], len(strips) - 1) + 1):
        left = start[1] if row == start[0] else 0
        right = end[1] if row == end[0] else _FAR
        lines.append(_text(list(strips[row]), left, right).rstrip())
    return "".join(f"{line}\n" for line in lines)


def _text(segments: list[Segment], left: int, right: int) -> str:
    """The words of a row; those that a border or a gap keeps apart stay apart."""
    at, kept, apart = 0, "", False
    for text, style, _ in segments:
        if is_decoration(style):
            apart = True
        elif words := text[max(left - at, 0) : max(right - at, 0)]:
            kept += f"{_GAP if kept and apart else ''}{words}"
            apart = False
        at += len(text)
    return kept
