"""Where everything in a conversation stands, at one width; only what is looked at is drawn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from tui.dashboard.transcript.drawn_line import Line, line_width
from tui.dashboard.transcript.heights import Heights
from tui.dashboard.transcript.styles import DECORATION, PLAIN, Palette
from tui.dashboard.transcript.transcript_items import FOLDED_LINES, Item
from tui.dashboard.transcript.transcript_units import Unit

# Lines kept drawn: several screens. What falls out is drawn again when it is looked at, so that
# memory follows the text.
_KEPT_LINES = 800
FOLD_LINE = -1
"""The unit of a place on the line that says how much is folded away."""


# Left of all text, for the cursor.
GUTTER = 2


class Place(NamedTuple):
    """A line of the conversation, by what stands there: it stays true when heights change."""

    item: int
    unit: int
    row: int


class Layout:
    """Items from top to bottom, their heights, and the strips of those near the view."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.by_key: dict[str, Item] = {}
        self.heights = Heights()
        self.width = 80
        self.generation = 1
        self.palette: Palette = PLAIN
        self._strips: OrderedDict[tuple[int, int], tuple[Unit, list[Strip]]] = OrderedDict()
        self._kept = 0

    @property
    def total(self) -> int:
        """The lines of the whole conversation; of what was never drawn, an estimate."""
        return self.heights.total

    def add(self, item: Item) -> None:
        """Put an item at the end."""
        above = self.items[-1] if self.items else None
        item.apart = above is not None and not (item.compact and above.kind == item.kind)
        item.index = len(self.items)
        self.items.append(item)
        self.by_key[item.key] = item
        self.heights.append(0)
        self.changed(item)

    def replace(self, item: Item, other: Item) -> None:
        """Put another item in the place of one."""
        self.stale(item, range(len(item.units)))
        other.index, other.apart = item.index, item.index > 0
        self.items[item.index] = other
        del self.by_key[item.key]
        self.by_key[other.key] = other
        if item.index + 1 < len(self.items):
            below = self.items[item.index + 1]
            below.apart = not (below.compact and below.kind == other.kind)
            self.stale(below, [0])
        self.changed(other)

    def changed(self, item: Item) -> None:
        """Take over an item's height after its units or its fold changed."""
        item.measured(self.width)
        self.heights.set(item.index, item.height)

    def stale(self, item: Item, units: range | list[int]) -> None:
        """Units that have to be drawn again; until then their heights are good estimates."""
        for index in units:
            self._forget((item.index, index))
            if index < len(item.stamps):
                item.stamps[index] = 0

    def remove_from(self, index: int) -> None:
        """Drop an item and all after it."""
        for item in self.items[index:]:
            self.by_key.pop(item.key, None)
        del self.items[index:]
        self.heights.truncate(index)
        for key in [key for key in self._strips if key[0] >= index]:
            self._forget(key)

    def restyle(self, width: int, palette: Palette) -> None:
        """Everything has to be drawn again: another width or another theme."""
        self.width, self.palette = max(width, 1), palette
        self.generation += 1
        self.forget_drawn()

    def forget_drawn(self) -> None:
        """Everything has to be drawn again, but no height changes: in other colours."""
        self._strips.clear()
        self._kept = 0

    def place(self, line: int) -> Place:
        """What stands on a line."""
        index, rest = self.heights.find(line)
        if index < 0:
            return Place(0, 0, 0)
        item = self.items[index]
        if self.is_fold_line(item, rest):
            return Place(index, FOLD_LINE, 0)
        unit, row = item.heights.find(rest)
        return Place(index, unit, row)

    def line(self, place: Place) -> int:
        """Where a place is now; the nearest line if it has gone."""
        if place.item >= len(self.items):
            return self.total
        item = self.items[place.item]
        start = self.heights.start(place.item)
        if place.unit == FOLD_LINE:
            return start + max(item.height - 1, 0)
        unit = min(place.unit, max(len(item.heights) - 1, 0))
        rest = item.heights.start(unit) + place.row
        return start + min(rest, max(item.height - 1, 0))

    def rows_below(self, place: Place) -> int:
        """How many rows of its unit stand below a place."""
        if place.item >= len(self.items) or place.unit == FOLD_LINE:
            return 0
        heights = self.items[place.item].heights
        return heights[place.unit] - 1 - place.row if place.unit < len(heights) else 0

    def row_above_end(self, place: Place, rows: int) -> Place:
        """The place in a unit, as it is drawn now, with so many rows of the unit below it."""
        if place.item >= len(self.items) or place.unit == FOLD_LINE:
            return place
        item = self.items[place.item]
        if place.unit >= len(item.units):
            return place
        return place._replace(row=max(len(self.strips(item, place.unit)) - 1 - rows, 0))

    def is_fold_line(self, item: Item, rest: int) -> bool:
        """Whether a line of an item stands for those folded away."""
        if not item.folded or item.header_only:
            return False
        return rest == FOLDED_LINES and item.heights.total > FOLDED_LINES

    def strips(self, item: Item, unit: int) -> list[Strip]:
        """The drawn lines of a unit; makes its height exact."""
        key = (item.index, unit)
        known = self._strips.get(key)
        if known is not None and known[0] is item.units[unit]:
            self._strips.move_to_end(key)
            return known[1]
        self._forget(key)
        lines = item.units[unit].lines(self.width, self.palette)
        drawn = [full_strip(line, self.width, self.palette) for line in lines]
        self._strips[key] = item.units[unit], drawn
        self._kept += len(drawn)
        item.heights.set(unit, len(drawn))
        item.stamps[unit] = self.generation
        self.heights.set(item.index, item.height)
        while self._kept > _KEPT_LINES and len(self._strips) > 1:
            self._kept -= len(self._strips.popitem(last=False)[1][1])
        return drawn

    def is_exact(self, item: Item, unit: int) -> bool:
        """Whether a unit's height is known at this width."""
        return item.stamps[unit] == self.generation

    def settle(self, place: Place, lines: int) -> bool:
        """Make the heights of the next ``lines`` lines from a place on exact; False at the end."""
        index, unit = place.item, max(place.unit, 0)
        while lines > 0 and index < len(self.items):
            item = self.items[index]
            left = item.height - (item.heights.start(unit) if unit < len(item.units) else 0)
            if unit >= len(item.units) or left <= 0:
                index, unit = index + 1, 0
                continue
            if not self.is_exact(item, unit):
                self.strips(item, unit)
            lines -= item.heights[unit]
            unit += 1
        return lines <= 0

    def settle_back(
        self, place: Place, lines: int, in_time: Callable[[], bool] = lambda: True
    ) -> bool:
        """Make the heights of the ``lines`` lines up from a place exact; False if time ran out."""
        index, unit = place.item, place.unit
        while lines > 0 and index >= 0:
            if not in_time():
                return False
            item = self.items[index]
            if unit < 0:
                index -= 1
                if index >= 0:
                    unit = self._last_shown(self.items[index])
                continue
            if unit < len(item.units) and not self.is_exact(item, unit):
                self.strips(item, unit)
            lines -= item.heights[unit] if unit < len(item.heights) else 0
            unit -= 1
        return True

    def _last_shown(self, item: Item) -> int:
        return item.shown_units - 1

    def end(self) -> Place:
        """The place after the last line."""
        if not self.items:
            return Place(-1, 0, 0)
        return Place(len(self.items) - 1, self._last_shown(self.items[-1]), 0)

    def _forget(self, key: tuple[int, int]) -> None:
        gone = self._strips.pop(key, None)
        if gone is not None:
            self._kept -= len(gone[1])


def full_strip(line: Line, width: int, palette: Palette) -> Strip:
    """A line as it is painted: behind the gutter, on the ground, as wide as the view."""
    base = palette.base
    edge = base + DECORATION
    used = line_width(line)
    segments = [Segment(" " * GUTTER, edge)]
    segments += [Segment(text, base + style if style else base) for text, style, _ in line]
    if used < width:
        segments.append(Segment(" " * (width - used), edge))
    strip = Strip(segments, GUTTER + max(used, width))
    return strip if used <= width else strip.crop(0, GUTTER + width)
