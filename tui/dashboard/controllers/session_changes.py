"""Opens, begins and forks sessions one at a time, and does what was asked meanwhile in its turn."""

from __future__ import annotations

import asyncio
from inspect import isawaitable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.dashboard.screens.main_screen import MainScreen


class _Turn:
    """``changes``: another session is shown then. ``forgets``: whatever was shown before it."""

    def __init__(self, *, changes: bool, forgets: bool) -> None:
        self.changes = changes
        self.forgets = forgets


class SessionChanges:
    """What is asked for while a session is being opened waits for that, in the order of asking.

    A session that waits to be shown is skipped if another one is to follow it at once. No message
    is sent until the last one is shown.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._turns: list[_Turn] = []
        """The one in progress, and those that wait."""
        self._lock = asyncio.Lock()

    @property
    def in_progress(self) -> bool:
        """A session is being opened, or something waits for that."""
        return bool(self._turns)

    def then(self, do: Callable[[], object]) -> None:
        """Do something now, or after everything that was asked for before."""
        if self.in_progress:
            turn = self._take(_Turn(changes=False, forgets=False))
            self._screen.run_worker(self._in_turn(turn, do), group="sessions")
        else:
            do()

    def change(self, do: Callable[[], object], *, forgets: bool = True) -> None:
        """Show another session, now or when it is its turn.

        ``forgets``: it is the same whatever is shown before it; a copy of that is not.
        """
        turn = self._take(_Turn(changes=True, forgets=forgets))
        self._screen.run_worker(self._in_turn(turn, do), group="sessions")

    async def changed(self, do: Callable[[], object]) -> None:
        """The same, and wait for it."""
        await self._in_turn(self._take(_Turn(changes=True, forgets=True)), do)

    async def settled(self) -> None:
        """Wait for everything that was asked for before: then the current session is the one meant.

        It is the current one until the caller awaits something.
        """
        async with self._lock:
            pass

    def _take(self, turn: _Turn) -> _Turn:
        self._turns.append(turn)
        self._hold()
        return turn

    async def _in_turn(self, turn: _Turn, do: Callable[[], object]) -> None:
        async with self._lock:
            try:
                if not self._is_skipped(turn):
                    result = do()
                    if isawaitable(result):
                        await result
            finally:
                self._turns.remove(turn)
                self._hold()
        if turn.changes and not self._screen.runs.control.held:
            self._screen.runs.send_queued()
            self._screen.runs.refresh()

    def _is_skipped(self, turn: _Turn) -> bool:
        following = self._turns[self._turns.index(turn) + 1 :]
        return turn.changes and turn.forgets and bool(following) and following[0].forgets

    def _hold(self) -> None:
        self._screen.runs.control.held = any(turn.changes for turn in self._turns)
