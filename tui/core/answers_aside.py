"""The other answers to a message: those that a retry, or the undoing of one, has put aside.

The fold, the worker's history and the transcript each keep their own part of these answers, in the
same order. The newest is restored first, and the answer that it replaces goes to the other end, so
undoing repeatedly cycles through all of them.
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
