"""Calls' arguments in lines: all of them, laid out and broken at a width."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from rich.cells import chop_cells
from textual.widget import Widget

MOST_AT_ONCE = 50_000
"""Characters of arguments that are laid out while the screen waits."""

_Line = TypeVar("_Line")


class LaidOut(Generic[_Line]):
    """The lines of one text at one width; a thread lays out a long one."""

    def __init__(self, widget: Widget, read: Callable[[], object]) -> None:
        """``read`` is called when the thread has ended, and ``widget`` is drawn again."""
        self._widget = widget
        self._read = read
        self._kept: tuple[object, Sequence[_Line]] = (None, ())
        """A text with a width, and its lines."""
        self._reading: object = None
        """The text with the width that a thread lays out."""

    @property
    def reading(self) -> bool:
        """A thread lays the text out: its lines are not known yet."""
        return self._reading is not None

    def lines(
        self, of: object, length: int, lay_out: Callable[[], Sequence[_Line]]
    ) -> Sequence[_Line] | None:
        """Those that ``lay_out`` makes of a text with a width; None: a thread does that now.

        ``of`` says which text and width; ``length``: its characters.
        """
        if self._kept[0] == of:
            return self._kept[1]
        if length <= MOST_AT_ONCE:
            self._reading = None
            self._kept = of, lay_out()
            return self._kept[1]
        if self._reading != of:
            self._reading = of
            self._widget.run_worker(self._in_thread(of, lay_out), group="long arguments")
        return None

    async def _in_thread(self, of: object, lay_out: Callable[[], Sequence[_Line]]) -> None:
        lines = await asyncio.to_thread(lay_out)
        if self._reading == of:
            self._reading = None
            self._kept = of, lines
            self._read()
            self._widget.refresh(layout=True)


def argument_lines(text: str, width: int) -> list[str]:
    """Each line has at most ``width`` columns, but 8 at least."""
    from tui.core.exact_json import laid_out  # noqa: PLC0415 - not for the first frame

    wide = max(width, 8)
    return [part for line in laid_out(text).split("\n") for part in _broken(line, wide)]


def _broken(line: str, width: int) -> list[str]:
    if len(line) <= width and line.isascii():
        return [line]
    return chop_cells(line, width) or [""]
