"""A number with its quality: measured, estimated or unavailable."""

from typing import Literal

import msgspec

Quality = Literal["measured", "estimated", "unavailable"]

SECOND = 1_000_000_000
"""Nanoseconds."""


class Figure(msgspec.Struct, frozen=True):
    """What one cell of the pane shows. ``value`` is 0.0 if it is unavailable."""

    value: float
    quality: Quality

    @property
    def known(self) -> bool:
        return self.quality != "unavailable"


UNAVAILABLE = Figure(0.0, "unavailable")


def measured(value: float | None) -> Figure:
    """A measured figure; unavailable for None."""
    return UNAVAILABLE if value is None else Figure(float(value), "measured")


def estimated(value: float | None) -> Figure:
    """An estimate, shown with ``~``; unavailable for None."""
    return UNAVAILABLE if value is None else Figure(float(value), "estimated")


def seconds(nanoseconds: int | None) -> Figure:
    """A measured duration, from nanoseconds to seconds."""
    return UNAVAILABLE if nanoseconds is None else Figure(nanoseconds / SECOND, "measured")


def between(start: int | None, end: int | None) -> Figure:
    """The seconds from one instant (ns) to another; unavailable if either is None."""
    return UNAVAILABLE if start is None or end is None else seconds(end - start)
