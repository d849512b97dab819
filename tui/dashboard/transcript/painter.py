"""Turns lines of a conversation into the strips that Textual shows."""

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.dashboard.transcript.drawn_line import Line
from tui.dashboard.transcript.line_layout import FOLD_LINE, LineLayout, Place, full_strip
from tui.dashboard.transcript.reader import Reader
from tui.dashboard.transcript.search import Search, hits_on
from tui.dashboard.transcript.selection import SelectedText, Span
from tui.dashboard.transcript.styles import Palette
from tui.dashboard.transcript.transcript_items import Item

_LONGEST_HIT = 3
"""Rows that a hit may extend above or below those that are painted."""


class Painter:
    """Takes lines as they are laid out and adds the cursor, the selection and the search hits."""

    def __init__(
        self, layout: LineLayout, reader: Reader, search: Search, selected: SelectedText
    ) -> None:
        self.fold_key = "Space"
        self._layout = layout
        self._reader = reader
        self._search = search
        self._selected = selected

    def rows(self, first: int, end: int) -> list[Strip]:
        """The lines from one to before another; below the end the live ones, then blank ones."""
        layout, total = self._layout, self._layout.total
        marked = self._reader.item
        anywhere = self._search.pattern is not None or self._selected.current is not None
        strips: list[Strip] = []
        line, last = first, min(end, total)
        while line < last:
            place = layout.place(line)
            item = layout.items[place.item]
            plain = self._unit(item, place, last - line)
            strips += self._marked(plain, item, place) if anywhere or item is marked else plain
            line = first + len(strips)
        if line < end:
            live = layout.live_lines()[line - total : end - total]
            strips += map(self._plain, live)
            strips += [self._plain([])] * (end - line - len(live))
        return strips

    def overlaid(self, strip: Strip, mark: str) -> Strip:
        """A line with a mark over its right end."""
        style = self._palette.base + self._palette["cursor"] + Style(reverse=True)
        size = min(len(mark), strip.cell_length)
        return Strip.join(
            [strip.crop(0, strip.cell_length - size), Strip([Segment(mark[:size], style)], size)]
        )

    @property
    def _palette(self) -> Palette:
        return self._layout.palette

    def _unit(self, item: Item, place: Place, most: int) -> list[Strip]:
        """The lines of a unit from a place on: at least one."""
        if place.unit == FOLD_LINE:
            return [self._plain(self._fold_line(item))]
        drawn = self._layout.strips(item, place.unit)
        shown = 1 if item.folded else most
        return drawn[place.row : place.row + shown] or [self._plain([])]

    def _marked(self, strips: list[Strip], item: Item, place: Place) -> list[Strip]:
        """Lines of a unit with the marks on them."""
        spans = self._hits(place, len(strips)) if place.unit != FOLD_LINE else {}
        cursor = Segment("▎ ", self._palette.base + self._palette["cursor"])
        marked: list[Strip] = []
        for row, plain in enumerate(strips, place.row):
            strip, here = plain, place._replace(row=row)
            styles = spans.get(row, [])
            if self._selected.current is not None:
                styles += self._selected.spans(strip.text, here)
            if styles:
                strip = restyled(strip, styles)
            if self._reader.is_on(item, here):
                strip = Strip([cursor, *list(strip)[1:]], strip.cell_length)
            marked.append(strip)
        return marked

    def _plain(self, line: Line) -> Strip:
        return full_strip(line, self._layout.width, self._palette)

    def _fold_line(self, item: Item) -> Line:
        hidden = item.heights.total - item.height + 1
        text = f"… {hidden} more lines · {self.fold_key} opens"
        return [Segment(text, self._palette.decoration("dim"))]

    def _hits(self, place: Place, count: int) -> dict[int, list[Span]]:
        """What to add to some rows of a unit for the hits on them, row by row."""
        spans: dict[int, list[Span]] = {}
        if self._search.pattern is None:
            return spans
        drawn = self._layout.strips(self._layout.items[place.item], place.unit)
        top = max(place.row - _LONGEST_HIT, 0)
        for parts in hits_on(drawn[top : place.row + count + _LONGEST_HIT], self._search.pattern):
            first = place._replace(row=top + parts[0].row), parts[0].start
            style = self._palette["hit-current" if first == self._search.shown else "hit"]
            for row, start, end in parts:
                spans.setdefault(top + row, []).append((start, end, style))
        return spans


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
