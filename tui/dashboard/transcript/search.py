"""Finding words in a conversation, drawn or not, folded or not."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from unicodedata import normalize

from textual.strip import Strip

from tui.dashboard.transcript.line_layout import Layout, Place
from tui.dashboard.transcript.styles import is_decoration
from tui.dashboard.transcript.transcript_items import Item

_EMPHASIS = "[*_~`]{0,3}"
"""What Markdown may have put between two characters that stand side by side on the screen."""
_SPACE = r"\s+(?:>\s*)*"
"""A space on the screen may be the end of a line in a quote."""
_BREAK = r"(?:\n\s*)?"
"""Where a line may have been broken that is one in the source."""


class Hit(NamedTuple):
    """The ``nth`` match (from 0) in a unit of an item."""

    item: int
    unit: int
    nth: int


class Search:
    """Words, found whatever their case and wherever lines break, and the hit last gone to."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.pattern = _pattern(words, _BREAK, r"\s+")
        """Matches them as they are drawn."""
        self._source = _pattern(words, _EMPHASIS, _SPACE)
        self.current: Hit | None = None

    def step(self, conversation: Layout, start: Place, *, forward: bool) -> tuple[int, int]:
        """Go to the next hit, round the ends; its number, from 1, and how many there are.

        The first step goes to the first hit from ``start`` on.
        """
        hits = list(self._hits(conversation))
        if not hits:
            self.current = None
            return 0, 0
        if self.current is None:
            index = bisect_left(hits, Hit(start.item, max(start.unit, 0), 0))
        elif forward:
            index = bisect_right(hits, self.current)
        else:
            index = bisect_left(hits, self.current) - 1
        index %= len(hits)
        self.current = hits[index]
        return index + 1, len(hits)

    def place(self, conversation: Layout, hit: Hit) -> tuple[Place, int]:
        """The line on which a hit begins, and its first character there; -1 if it is not drawn.

        The source may hold hits that are not drawn: then it is the one before.
        """
        item = conversation.items[hit.item]
        nearest = Place(hit.item, hit.unit, 0), -1
        for seen, parts in enumerate(hits_on(conversation.strips(item, hit.unit), self.pattern)):
            nearest = Place(hit.item, hit.unit, parts[0].row), parts[0].start
            if seen == hit.nth:
                break
        return nearest

    def _hits(self, conversation: Layout) -> Iterator[Hit]:
        for item in conversation.items:
            for unit, text in enumerate(_texts(item)):
                for nth, _ in enumerate(self._source.finditer(text)):
                    yield Hit(item.index, unit, nth)


class Part(NamedTuple):
    """The part of a hit that stands on one row, in characters of that row."""

    row: int
    start: int
    end: int


def hits_on(strips: Iterable[Strip], pattern: re.Pattern[str]) -> Iterator[list[Part]]:
    """The hits on drawn rows, each with its part of every row that it stands on."""
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
    """A row with spaces in place of what is drawn around its words."""
    parts = (
        " " * len(segment.text) if is_decoration(segment.style) else segment.text
        for segment in strip
    )
    return "".join(parts).rstrip()


def _pattern(words: str, between: str, space: str) -> re.Pattern[str]:
    """``space`` stands for a space, and ``between`` may stand between two characters."""
    parts = (between.join(map(_spelled, normalize("NFC", word))) for word in words.split())
    return re.compile(f"{between}{space}{between}".join(parts), re.IGNORECASE)


def _spelled(letter: str) -> str:
    """A letter with marks, however it is composed."""
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
