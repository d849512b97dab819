"""What is selected with the mouse: how it is shown and what of it is copied."""

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip

from tui.dashboard.transcript.line_layout import FOLD_LINE, GUTTER, LineLayout, Place
from tui.dashboard.transcript.styles import is_decoration
from tui.dashboard.transcript.transcript_units import PieceUnit

_FAR = 1 << 30
_GAP = "  "
_ITEM_BITS, _UNIT_BITS = 44, 20

Span = tuple[int, int, Style]
"""Start and end in characters of a line, and the style to add there."""


def line_number(place: Place) -> int:
    """A number that orders places and does not change when heights do; selections refer to it."""
    return (place.item << _ITEM_BITS) | ((place.unit + 1) << _UNIT_BITS) | place.row


def place_of(number: int) -> Place:
    """The place that a line number was made of."""
    unit = (number >> _UNIT_BITS) & ((1 << (_ITEM_BITS - _UNIT_BITS)) - 1)
    return Place(number >> _ITEM_BITS, unit - 1, number & ((1 << _UNIT_BITS) - 1))


class SelectedText:
    """The part of a conversation that is selected, by line number and character."""

    def __init__(self, layout: LineLayout) -> None:
        self.current: Selection | None = None
        self.style = Style.null()
        self._layout = layout

    def spans(self, text: str, place: Place) -> Iterable[Span]:
        """The selected part of a line."""
        if self.current is not None and (span := self.current.get_span(line_number(place))):
            start, end = span
            yield max(start, GUTTER), len(text.rstrip()) if end == -1 else end, self.style

    def text(self, selection: Selection) -> str:
        """What copying a selection gives: whole blocks as their Markdown, parts as shown.

        Borders, the indents of bullets and padding are left out.
        """
        first, start = _end(selection.start, Place(0, 0, 0), 0)
        last, end = _end(selection.end, Place(_FAR, _FAR, _FAR), _FAR)
        parts: list[str] = []
        for item in self._layout.items[first.item : last.item + 1]:
            for unit in range(item.shown_units):
                here = Place(item.index, unit, 0)
                is_first, is_last = here == first._replace(row=0), here == last._replace(row=0)
                if here > last or (here < first and not is_first):
                    continue
                strips = self._layout.strips(item, unit)
                begins = (first.row, start) if is_first else (0, 0)
                ends = (last.row, end) if is_last else (len(strips) - 1, _FAR)
                piece = item.units[unit]
                if isinstance(piece, PieceUnit) and _is_whole(strips, begins, ends):
                    parts.append(piece.source.removesuffix("\n") + "\n")
                else:
                    parts.append(_shown(strips, begins, ends))
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
    """The words of a row; a border or a gap between two words separates them."""
    at, kept, is_apart = 0, "", False
    for text, style, _ in segments:
        if is_decoration(style):
            is_apart = True
        elif words := text[max(left - at, 0) : max(right - at, 0)]:
            kept += f"{_GAP if kept and is_apart else ''}{words}"
            is_apart = False
        at += len(text)
    return kept
