"""The user's choices in the pane: the turn of the waterfall and the order of the tables."""

from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

Order = Literal["calls", "errors", "slowest", "name"]


class View(msgspec.Struct, frozen=True):
    """Immutable: each choice returns a new view."""

    turn: int | None = None
    """The number of the turn in the waterfall; None: always the one whose figures are shown."""
    order: Order = "calls"
    """The order of the rows in the tables by model, agent and tool."""

    def moved(self, by: int, numbers: Sequence[int], current: int) -> "View":
        """Move by so many turns; at the current one, follow that from then on."""
        at = numbers.index(self.turn if self.turn in numbers else current)
        at = min(max(at + by, 0), len(numbers) - 1)
        return View(None if numbers[at] == current else numbers[at], self.order)

    def ordered(self) -> "View":
        """Switch to the next order of the tables."""
        orders: tuple[Order, ...] = get_args(Order)
        return View(self.turn, orders[(orders.index(self.order) + 1) % len(orders)])
