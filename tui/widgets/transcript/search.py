"""Finding words in a conversation, drawn or not, folded or not."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from tui.widgets.transcript.items import Item
from tui.widgets.transcript.layout import GUTTER, Layout, Place


class Hit(NamedTuple):
    """The ``nth`` match (from 0) in a unit of an item."""

    item: int
    unit: int
    nth: int


class Search:
    """A pattern, literal and blind to case, and the hit that was last gone to."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.pattern = re.compile(re.escape(words), re.IGNORECASE)
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
        """Where a hit is on the screen and which match it is on its line.

        A match that markup or a line break cuts is found on the nearest line that has one.
        """
        item = conversation.items[hit.item]
        strips = conversation.strips(item, hit.unit)
        seen = 0
        nearest = Place(hit.item, hit.unit, 0), -1
        for row, strip in enumerate(strips):
            for on_line, _ in enumerate(self.pattern.finditer(strip.text, GUTTER)):
                nearest = Place(hit.item, hit.unit, row), on_line
                if seen == hit.nth:
                    return nearest
                seen += 1
        return nearest

    def _hits(self, conversation: Layout) -> Iterator[Hit]:
        for item in conversation.items:
            for unit, text in enumerate(_texts(item)):
                for nth, _ in enumerate(self.pattern.finditer(text)):
                    yield Hit(item.index, unit, nth)


def _texts(item: Item) -> Iterator[str]:
    """What is searched, unit by unit: the heading's words, then the source of the rest."""
    yield "".join(words for words, _ in item.title())
    for unit in item.units[1:]:
        yield unit.source
