"""Finding words in a conversation, drawn or not, folded or not."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from unicodedata import normalize

from textual.strip import Strip

from tui.dashboard.transcript.item_list import ItemList
from tui.dashboard.transcript.line_layout import LineLayout, Place
from tui.dashboard.transcript.reader import Reader
from tui.dashboard.transcript.styles import is_decoration
from tui.dashboard.transcript.transcript_items import Item

_EMPHASIS = "[*_~`]{0,3}"
"""What Markdown may have between two characters that are side by side on the screen."""
_SPACE = r"\s+(?:>\s*)*"
"""A space on the screen may be the end of a line in a quote."""
_BREAK = r"(?:\n\s*)?"
"""A line may be broken here that is one line in the source."""


class Hit(NamedTuple):
    """The ``nth`` match (from 0) in a unit of an item."""

    item: int
    unit: int
    nth: int


class Search:
    """Words that are searched for, whatever their case and wherever lines break."""

    def __init__(self, layout: LineLayout, item_list: ItemList, reader: Reader) -> None:
        self.words = ""
        self.pattern: re.Pattern[str] | None = None
        """Matches the words as they are drawn; None without a search."""
        self.shown: tuple[Place, int] | None = None
        """The line on which the current hit begins, and its first character there."""
        self._layout = layout
        self._item_list = item_list
        self._reader = reader
        self._source: re.Pattern[str] | None = None
        """Matches the words as they are written in Markdown."""
        self._hit: Hit | None = None

    def start(self, words: str) -> None:
        """Search for words from the next step on; "" ends the search."""
        self.words = words if words.strip() else ""
        self.pattern = _pattern(words, _BREAK, r"\s+") if self.words else None
        self._source = _pattern(words, _EMPHASIS, _SPACE) if self.words else None
        self._hit = self.shown = None

    def step(self, top: Place, *, forward: bool) -> tuple[int, int, int]:
        """Go to the next hit, or the one before, round the ends; at first, to one from ``top`` on.

        Returns the number of the hit, from 1, how many there are, and how many of them were folded.
        """
        hits = list(self._hits())
        if not hits:
            self._hit = None
            return 0, 0, 0
        if self._hit is None:
            index = bisect_left(hits, Hit(top.item, max(top.unit, 0), 0))
        elif forward:
            index = bisect_right(hits, self._hit)
        else:
            index = bisect_left(hits, self._hit) - 1
        index %= len(hits)
        folded = sum(map(self._is_folded, hits))
        self._show(hits[index])
        return index + 1, len(hits), folded

    def _is_folded(self, hit: Hit) -> bool:
        item = self._layout.items[hit.item]
        return item.is_folded and hit.unit >= item.shown_units

    def _show(self, hit: Hit) -> None:
        self._hit = hit
        item = self._layout.items[hit.item]
        if item.folded and hit.unit:
            self._item_list.fold(item.key, folded=False)
        self.shown = place, _ = self._place(hit)
        self._reader.go_to(place)

    def _place(self, hit: Hit) -> tuple[Place, int]:
        """The line on which a hit begins, and its first character there; -1 if it is not drawn.

        The source may hold hits that are not drawn: then it is the one before.
        """
        nearest = Place(hit.item, hit.unit, 0), -1
        if self.pattern is not None:
            strips = self._layout.strips(self._layout.items[hit.item], hit.unit)
            for seen, parts in enumerate(hits_on(strips, self.pattern)):
                nearest = Place(hit.item, hit.unit, parts[0].row), parts[0].start
                if seen == hit.nth:
                    break
        return nearest

    def _hits(self) -> Iterator[Hit]:
        if self._source is not None:
            self._item_list.take_in_folded()
            for item in self._layout.items:
                for unit, text in enumerate(_texts(item)):
                    for nth, _ in enumerate(self._source.finditer(text)):
                        yield Hit(item.index, unit, nth)


class Part(NamedTuple):
    """The part of a hit on one row, in characters of that row."""

    row: int
    start: int
    end: int


def hits_on(strips: Iterable[Strip], pattern: re.Pattern[str]) -> Iterator[list[Part]]:
    """The hits on drawn rows, each as its parts row by row."""
    rows = [_words(strip) for strip in strips]
    starts = [0]
    for words in rows:
        starts.append(starts[-1] + len(words) + 1)
    for match in pattern.finditer("\n".join(rows)):
        parts = []
        for row in range(bisect_right(starts, match.start()) - 1, len(rows)):
            if starts[row] >= match.end():
                break
            start = max(match.start() - starts[row], len(rows[row]) - len(rows[row].lstrip()))
            end = min(match.end() - starts[row], len(rows[row]))
            if start < end:
                parts.append(Part(row, start, end))
        if parts:
            yield parts


def _words(strip: Strip) -> str:
    """A row with its decoration replaced by spaces."""
    parts = (
        " " * len(segment.text) if is_decoration(segment.style) else segment.text
        for segment in strip
    )
    return "".join(parts).rstrip()


def _pattern(words: str, between: str, space: str) -> re.Pattern[str]:
    """``space`` matches a space; ``between`` is allowed between two characters."""
    parts = (between.join(map(_spelled, normalize("NFC", word))) for word in words.split())
    return re.compile(f"{between}{space}{between}".join(parts), re.IGNORECASE)


def _spelled(letter: str) -> str:
    """A letter with its marks, in any composition."""
    apart = normalize("NFD", letter)
    spellings = {letter, apart, normalize("NFC", apart[:2]) + apart[2:]}
    return (
        f"(?:{'|'.join(sorted(map(re.escape, spellings)))})"
        if len(apart) > 1
        else re.escape(letter)
    )


def _texts(item: Item) -> Iterator[str]:
    """What is searched, unit by unit: the heading's words, then the source of the rest."""
    yield "".join(words for words, _ in item.title())
    for unit in item.units[1:]:
        yield unit.source
