"""What the pane shows, from top to bottom, by how much room there is."""

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from tui.metrics import Figures
from tui.widgets.performance.glance import gap_line, glance
from tui.widgets.performance.lines import Line

ROOMY = 14
"""Rows from which on there is more than the glance."""

NARROWEST = 20

Order = Literal["calls", "errors", "slowest", "name"]


class View(msgspec.Struct, frozen=True):
    """What the person chose to see."""

    turn: int | None = None
    """The number of the turn whose waterfall is shown; None: the last."""
    order: Order = "calls"

    def moved(self, by: int, numbers: Sequence[int]) -> "View":
        """Look at a neighbour of the turn; the last one means "always the last"."""
        at = numbers.index(self.turn) if self.turn in numbers else len(numbers) - 1
        at = min(max(at + by, 0), len(numbers) - 1)
        return View(None if at == len(numbers) - 1 else numbers[at], self.order)

    def ordered(self) -> "View":
        """The next order of the tables."""
        orders: tuple[Order, ...] = get_args(Order)
        return View(self.turn, orders[(orders.index(self.order) + 1) % len(orders)])


def body(figures: Figures, width: int, roomy: bool, _view: View) -> list[Line]:
    """The glance, and below it, where there is room, tables and the waterfall."""
    width = max(width, NARROWEST)
    lines = glance(figures, width)
    if not roomy:
        return lines
    return [*lines, gap_line(figures, width)]
