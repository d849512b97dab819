"""The other answers to a message: those that a retry, or the undoing of one, has put aside.

Whoever follows a session keeps something of each, in the same order: the last is brought back
first, and what it replaces becomes the first. So undoing again and again shows each in turn.
"""

from typing import TypeVar

MOST = 9
"""How many are kept; beyond that, the one that would come back last is forgotten."""

T = TypeVar("T")


def put_aside(aside: tuple[T, ...], newest: T) -> tuple[T, ...]:
    """What is aside when a retry begins."""
    return (*aside, newest)[-MOST:]


def brought_back(aside: tuple[T, ...], newest: T) -> tuple[T, tuple[T, ...]]:
    """What stands when a retry is undone, and what is aside then; ``aside`` is not empty."""
    *others, back = aside
    return back, (newest, *others)
