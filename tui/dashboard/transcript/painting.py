"""Turns places of a conversation into the strips that Textual shows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip

from tui.dashboard.transcript.drawn_line import Line
from tui.dashboard.transcript.layout import FOLD_LINE, GUTTER, Layout, Place, full_strip
from tui.dashboard.transcript.search import hits_on
from tui.dashboard.transcript.styles import Palette
from tui.dashboard.transcript.transcript_items import Item

_ITEM_BITS, _UNIT_BITS = 44, 20

_LONGEST_HIT = 3
"""Rows that a hit may go on above or below those that are painted."""

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
        self.fold_key = "Space"
        self.selected = Style.null()
        self.selection: Selection | None = None
        self.cursor: Item | None = None
        self.unit: int | None = None
        """The unit of the cursor's item that it is on, when it is on one alone."""
        self.pattern: re.Pattern[str] | None = None
        self.current: tuple[Place, int] | None = None
        """The line on which the hit that was jumped to begins, and its first character there."""

    def strips(self, place: Place, most: int) -> list[Strip]:
        """Lines of an item, from a place on: of its unit, and at least one."""
        item = self._conversation.items[place.item]
        if place.unit == FOLD_LINE:
            plain = [self.plain(self._fold_line(item))]
        else:
            drawn = self._conversation.strips(item, place.unit)
            shown = 1 if item.folded else most
            plain = drawn[place.row : place.row + shown] or [self.plain([])]
        if item is not self.cursor and self.pattern is None and self.selection is None:
            return plain
        hits = self._hits(place, len(plain)) if place.unit != FOLD_LINE else {}
        return [
            self._marked(strip, place._replace(row=row), hits.get(row, ()))
            for row, strip in enumerate(plain, place.row)
        ]

    def _marked(self, strip: Strip, place: Place, hits: Iterable[Span]) -> Strip:
        item = self._conversation.items[place.item]
        spans = list(hits)
        if self.selection is not None:
            spans += self._selected(strip.text, line_number(place), self.selection)
        if spans:
            strip = restyled(strip, spans)
        if item is self.cursor and self._is_marked(item, place):
            mark = Segment("▎ ", self._conversation.palette.base + self._palette["cursor"])
            strip = Strip([mark, *list(strip)[1:]], strip.cell_length)
        return strip

    def plain(self, line: Line) -> Strip:
        """A line that belongs to no item."""
        return full_strip(line, self._conversation.width, self._palette)

    def overlaid(self, strip: Strip, mark: str) -> Strip:
        """A line with a mark over its right end."""
        style = self._palette.base + self._palette["cursor"] + Style(reverse=True)
        size = min(len(mark), strip.cell_length)
        return Strip.join(
            [strip.crop(0, strip.cell_length - size), Strip([Segment(mark[:size], style)], size)]
        )

    @property
    def _palette(self) -> Palette:
        return self._conversation.palette

    def _is_marked(self, item: Item, place: Place) -> bool:
        gap = item.apart and place.unit == 0 and place.row == 0
        return not gap and self.unit in {None, place.unit}

    def _fold_line(self, item: Item) -> Line:
        hidden = item.heights.total - item.height + 1
        return [
            Segment(
                f"… {hidden} more lines · {self.fold_key} opens", self._palette.decoration("dim")
            )
        ]

    def _hits(self, place: Place, count: int) -> dict[int, list[Span]]:
        """What to add to some rows of a unit for the hits on them, row by row."""
        spans: dict[int, list[Span]] = {}
        if self.pattern is None:
            return spans
        drawn = self._conversation.strips(self._conversation.items[place.item], place.unit)
        top = max(place.row - _LONGEST_HIT, 0)
        for parts in hits_on(drawn[top : place.row + count + _LONGEST_HIT], self.pattern):
            first = place._replace(row=top + parts[0].row), parts[0].start
            look = self._palette["hit-current" if first == self.current else "hit"]
            for row, start, end in parts:
                spans.setdefault(top + row, []).append((start, end, look))
        return spans

    def _selected(self, text: str, number: int, selection: Selection) -> Iterable[Span]:
        span = selection.get_span(number)
        if span is not None:
            start, end = span
            yield max(start, GUTTER), len(text.rstrip()) if end == -1 else end, self.selected


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
