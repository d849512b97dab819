"""Turns places of a conversation into the strips that Textual shows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip

from tui.widgets.transcript.items import Item
from tui.widgets.transcript.layout import FOLD_LINE, Layout, Place
from tui.widgets.transcript.lines import Line, line_width
from tui.widgets.transcript.palette import DECORATION

GUTTER = 2
_ITEM_BITS, _UNIT_BITS = 44, 20

Span = tuple[int, int, Style]
"""Start and end in characters of a line, and what to add to it."""


def line_number(place: Place) -> int:
    """A number that orders places and does not change when heights do: selections keep it."""
    return (place.item << _ITEM_BITS) | ((place.unit + 1) << _UNIT_BITS) | place.row


def place_of(number: int) -> Place:
    """The place a line number was made of."""
    unit = (number >> _UNIT_BITS) & ((1 << (_ITEM_BITS - _UNIT_BITS)) - 1)
    return Place(number >> _ITEM_BITS, unit - 1, number & ((1 << _UNIT_BITS) - 1))


class Painter:
    """Adds what changes from moment to moment: cursor, selection, search hits."""

    def __init__(self, conversation: Layout) -> None:
        self._conversation = conversation
        self.base = Style.null()
        self.selected = Style.null()
        self.selection: Selection | None = None
        self.cursor: Item | None = None
        self.unit: int | None = None
        """The unit of the cursor's item that it is on, when it is on one alone."""
        self.pattern: re.Pattern[str] | None = None
        self.current: tuple[Place, int] | None = None
        """The place of the hit that was jumped to, and which hit on its line it is."""

    def strip(self, place: Place, width: int) -> Strip:
        """One line of an item, with its gutter."""
        item = self._conversation.items[place.item]
        if place.unit == FOLD_LINE:
            content = self._fold_line(item)
        else:
            strips = self._conversation.strips(item, place.unit)
            content = strips[place.row] if place.row < len(strips) else Strip([], 0)
        content = content.crop_extend(0, width - GUTTER, None)
        number = line_number(place)
        spans = [*self._hits(content.text, place), *self._selected(content.text, number)]
        if spans:
            content = restyled(content, spans)
        # Offsets count characters from the edge of the text; the gutter is left of it.
        content = content.apply_offsets(0, number)
        return Strip.join([self._gutter(item, place), content]).apply_style(self.base)

    def plain(self, line: Line, width: int) -> Strip:
        """A line that belongs to no item."""
        strip = Strip([Segment("  "), *line], GUTTER + line_width(line))
        return strip.crop_extend(0, width, None).apply_style(self.base)

    def overlaid(self, strip: Strip, mark: str, width: int) -> Strip:
        """A line with a mark over its right end."""
        style = self.base + self._conversation.palette["cursor"] + Style(reverse=True)
        size = min(len(mark), width)
        return Strip.join([strip.crop(0, width - size), Strip([Segment(mark[:size], style)], size)])

    def _gutter(self, item: Item, place: Place) -> Strip:
        gap = item.apart and place.unit == 0 and place.row == 0
        at_cursor = item is self.cursor and not gap and self.unit in {None, place.unit}
        return Strip(
            [Segment("▎ " if at_cursor else "  ", self._conversation.palette["cursor"])], 2
        )

    def _fold_line(self, item: Item) -> Strip:
        hidden = item.heights.total - item.height + 1
        text = f"… {hidden} more lines · Space opens"
        style = self._conversation.palette["dim"] + DECORATION
        return Strip([Segment(text, style)], len(text))

    def _hits(self, text: str, place: Place) -> Iterable[Span]:
        if self.pattern is None:
            return
        palette = self._conversation.palette
        for index, match in enumerate(self.pattern.finditer(text)):
            now = self.current is not None and self.current == (place, index)
            if match.end() > match.start():
                yield match.start(), match.end(), palette["hit-current" if now else "hit"]

    def _selected(self, text: str, number: int) -> Iterable[Span]:
        if self.selection is None:
            return
        span = self.selection.get_span(number)
        if span is not None:
            start, end = span
            yield start, len(text.rstrip()) if end == -1 else end, self.selected


def restyled(strip: Strip, spans: Iterable[Span]) -> Strip:
    """A strip with styles added over ranges of its characters."""
    segments = list(strip)
    for start, end, style in spans:
        changed: list[Segment] = []
        at = 0
        for segment in segments:
            text, own, _ = segment
            first, last = max(start - at, 0), min(end - at, len(text))
            if first < last:
                over = style if own is None else own + style
                parts = ((text[:first], own), (text[first:last], over), (text[last:], own))
                changed += [Segment(part, look) for part, look in parts if part]
            else:
                changed.append(segment)
            at += len(text)
        segments = changed
    return Strip(segments, strip.cell_length)
