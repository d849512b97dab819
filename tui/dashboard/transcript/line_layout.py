"""Which line everything in a conversation is on, at one width; only what is looked at is drawn."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from tui.dashboard.transcript.drawn_line import Line, line_width
from tui.dashboard.transcript.heights import Heights
from tui.dashboard.transcript.styles import DECORATION, PLAIN, Palette
from tui.dashboard.transcript.text_blocks import literal_lines
from tui.dashboard.transcript.transcript_items import FOLDED_LINES, Item
from tui.dashboard.transcript.transcript_units import Unit

# Lines kept drawn: several screens. Others are drawn again when they are looked at, so that memory
# grows with the text alone.
_KEPT_LINES = 800
FOLD_LINE = -1
"""The unit of a place on the line that says how much is folded away."""
GUTTER = 2
"""Columns left of all text, for the cursor."""


class Place(NamedTuple):
    """A line of the conversation by its item, unit and row: stays valid when heights change."""

    item: int
    unit: int
    row: int


class LineLayout:
    """The heights of all items and units, and the strips of those near the view.

    ``changed`` is called with the first line that looks different now, or with None where nothing
    does, but work is due.
    """

    def __init__(self, changed: Callable[[int | None], None]) -> None:
        self.changed = changed
        self.items: list[Item] = []
        """From top to bottom; the conversation fills it."""
        self.heights = Heights()
        self.width = 80
        self.generation = 1
        """Of the width and the palette; heights measured in an earlier one are estimates."""
        self.palette: Palette = PLAIN
        self._live = ""
        self._strips: OrderedDict[tuple[int, int], tuple[Unit, list[Strip]]] = OrderedDict()
        self._kept = 0

    @property
    def total(self) -> int:
        """The lines of the whole conversation; an estimate for what was never drawn."""
        return self.heights.total

    def add(self, item: Item) -> None:
        """Put an item at the end."""
        self.changed(self.total)
        item.index = len(self.items)
        self.items.append(item)
        self._set_gap(item)
        self.heights.append(0)
        self.measure(item)

    def replace(self, item: Item, other: Item) -> None:
        """Put another item in the place of one."""
        other.index = item.index
        self.items[item.index] = other
        self.redraw(item, range(len(item.units)))
        self._set_gap(other)
        if item.index + 1 < len(self.items):
            below = self.items[item.index + 1]
            self._set_gap(below)
            self.redraw(below, [0])
        self.update(other)

    def remove_from(self, index: int) -> None:
        """Drop the items from one on."""
        self.changed(self.heights.start(index))
        del self.items[index:]
        self.heights.truncate(index)
        for key in [key for key in self._strips if key[0] >= index]:
            self._forget(key)

    def set_live(self, text: str) -> None:
        """Show a text below the end; "" for none."""
        if text != self._live:
            self._live = text
            self.changed(self.total)

    def live_lines(self) -> list[Line]:
        """The lines below the end."""
        text = self._live
        return [[], *literal_lines(text, self.width, self.palette, "dim")] if text else []

    def measure(self, item: Item) -> None:
        """Take over an item's height after its units or its fold changed."""
        item.measure(self.width)
        self.heights.set(item.index, item.height)

    def update(self, item: Item) -> None:
        """Measure an item and show it anew."""
        self.measure(item)
        self.changed(self.heights.start(item.index))

    def redraw(self, item: Item, units: Iterable[int]) -> None:
        """Draw units again; until then their heights are good estimates."""
        for index in units:
            self._forget((item.index, index))
            if index < len(item.generations):
                item.generations[index] = 0

    def restyle(self, width: int, palette: Palette) -> None:
        """Draw everything again, at another width or in another theme."""
        self.width, self.palette = max(width, 1), palette
        self.generation += 1
        self.recolour()

    def recolour(self) -> None:
        """Draw everything again where no height changes."""
        self._strips.clear()
        self._kept = 0

    def place(self, line: int) -> Place:
        """The place on a line."""
        index, rest = self.heights.find(line)
        if index < 0:
            return Place(0, 0, 0)
        item = self.items[index]
        if _is_fold_line(item, rest):
            return Place(index, FOLD_LINE, 0)
        unit, row = item.heights.find(rest)
        return Place(index, unit, row)

    def line(self, place: Place) -> int:
        """The line that a place is on now; the nearest line if it has gone."""
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
        """How many rows of its unit are below a place."""
        if place.item >= len(self.items) or place.unit == FOLD_LINE:
            return 0
        heights = self.items[place.item].heights
        return heights[place.unit] - 1 - place.row if place.unit < len(heights) else 0

    def row_above_end(self, place: Place, rows: int) -> Place:
        """The place in the same unit with so many rows of it below, as it is drawn now."""
        if place.item >= len(self.items) or place.unit == FOLD_LINE:
            return place
        item = self.items[place.item]
        if place.unit >= len(item.units):
            return place
        return place._replace(row=max(len(self.strips(item, place.unit)) - 1 - rows, 0))

    def end(self) -> Place:
        """The place after the last line."""
        if not self.items:
            return Place(-1, 0, 0)
        return Place(len(self.items) - 1, self.items[-1].shown_units - 1, 0)

    def lines_from(self, item: Item) -> int:
        """How many lines there are from the start of an item to the end."""
        return self.total - self.heights.start(item.index)

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
        item.generations[unit] = self.generation
        self.heights.set(item.index, item.height)
        while self._kept > _KEPT_LINES and len(self._strips) > 1:
            self._kept -= len(self._strips.popitem(last=False)[1][1])
        return drawn

    def is_exact(self, item: Item, unit: int) -> bool:
        """Whether a unit's height is known at this width."""
        return item.generations[unit] == self.generation

    def measure_down(self, place: Place, lines: int) -> bool:
        """Make the heights of so many lines from a place on exact; False if there are fewer."""
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

    def measure_up(
        self, place: Place, lines: int, in_time: Callable[[], bool] = lambda: True
    ) -> bool:
        """Make the heights of so many lines up from a place exact; False if time ran out."""
        index, unit = place.item, place.unit
        while lines > 0 and index >= 0:
            if not in_time():
                return False
            item = self.items[index]
            if unit < 0:
                index -= 1
                if index >= 0:
                    unit = self.items[index].shown_units - 1
                continue
            if unit < len(item.units) and not self.is_exact(item, unit):
                self.strips(item, unit)
            lines -= item.heights[unit] if unit < len(item.heights) else 0
            unit -= 1
        return True

    def _set_gap(self, item: Item) -> None:
        above = self.items[item.index - 1] if item.index else None
        item.gap_above = above is not None and not (item.compact and above.kind == item.kind)

    def _forget(self, key: tuple[int, int]) -> None:
        gone = self._strips.pop(key, None)
        if gone is not None:
            self._kept -= len(gone[1])


def _is_fold_line(item: Item, rest: int) -> bool:
    """Whether a line of an item says how much of it is folded away."""
    if not item.folded or item.header_only:
        return False
    return rest == FOLDED_LINES and item.heights.total > FOLDED_LINES


def full_strip(line: Line, width: int, palette: Palette) -> Strip:
    """A line as it is painted: behind the gutter, as wide as the view."""
    base = palette.base
    edge = base + DECORATION
    used = line_width(line)
    segments = [Segment(" " * GUTTER, edge)]
    segments += [Segment(text, base + style if style else base) for text, style, _ in line]
    if used < width:
        segments.append(Segment(" " * (width - used), edge))
    strip = Strip(segments, GUTTER + max(used, width))
    return strip if used <= width else strip.crop(0, GUTTER + width)
