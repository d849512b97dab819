"""What the person chose to see in the pane."""

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

Order = Literal["calls", "errors", "slowest", "name"]


class View(msgspec.Struct, frozen=True):
    """Never changes: each choice gives a new one."""

    turn: int | None = None
    """The number of the turn whose waterfall is shown; None: the last."""
    order: Order = "calls"
    """Of the rows of the tables by model, agent and tool."""

    def moved(self, by: int, numbers: Sequence[int]) -> "View":
        """Look at a neighbour of the turn; the last one means "always the last"."""
        at = numbers.index(self.turn) if self.turn in numbers else len(numbers) - 1
        at = min(max(at + by, 0), len(numbers) - 1)
        return View(None if at == len(numbers) - 1 else numbers[at], self.order)

    def ordered(self) -> "View":
        """The next order of the tables."""
        orders: tuple[Order, ...] = get_args(Order)
        return View(self.turn, orders[(orders.index(self.order) + 1) % len(orders)])
