"""All columns together: one prompt for all, in rounds."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Literal

from msgspec.structs import replace

from tui.comparison.column_stream import ColumnStream
from tui.comparison.rounds import Round, recorded_rounds
from tui.comparison.standing import Standing, standing

Submitted = Literal["sent", "queued", "full", "nobody"]


class Comparison:
    """``changed`` is called when a round begins or ends, or an agent is loaded.

    A message waits until all columns are ready and idle, so that all get it at the same time.
    """

    def __init__(
        self, changed: Callable[[], object], clock: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self.columns: Sequence[ColumnStream] = ()
        self.rounds: list[Round] = []
        self.queued = ""
        self.paused = False
        """Recordings stand still."""
        self._changed = changed
        self._clock = clock

    @property
    def running(self) -> bool:
        """A run is in progress in at least one column."""
        return any(column.running for column in self.columns)

    @property
    def ready(self) -> bool:
        """All agents are loaded, or cannot be."""
        return bool(self.columns) and all(column.ready for column in self.columns)

    @property
    def busy(self) -> bool:
        """A message must wait."""
        return self.running or not self.ready or (bool(self.rounds) and not self.rounds[-1].ended)

    @property
    def standing(self) -> Standing:
        """Of the current round, or the last one."""
        return standing([column.figures for column in self.columns])

    async def close(self) -> None:
        """End all sources."""
        await asyncio.gather(*(column.source.close() for column in self.columns))

    def submit(self, text: str, entered_at: int) -> Submitted:
        """Send a message to all columns, or queue it; ``entered_at``: `time.monotonic_ns()`."""
        if self.queued:
            return "full"
        if self.columns and all(column.out is not None for column in self.columns):
            return "nobody"
        if self.busy:
            self.queued = text
            return "queued"
        self._send(text, entered_at)
        return "sent"

    def take_queued(self) -> str:
        """Remove and return the queued message; "" if there is none."""
        text, self.queued = self.queued, ""
        return text

    def pause(self, *, paused: bool) -> None:
        """Pause or resume the recordings; a turn begins in all columns at once."""
        self.paused = paused
        # Of those that have more turns.
        fewest = min(
            (len(one.played) for one in self.columns if one.player and not one.player.ended),
            default=0,
        )
        for column in self.columns:
            if column.player is not None:
                column.player.paused = paused or len(column.played) > fewest

    def cancel_all(self) -> bool:
        """Cancel what runs; False if nothing does."""
        # All of them, also behind one that does.
        cancelled = [column.cancel() for column in self.columns]
        return any(cancelled)

    def column_changed(self) -> None:
        """A run of a column has begun or ended, or its agent was loaded."""
        self._record()
        if any(column.player for column in self.columns):
            self.pause(paused=self.paused)
        if self.queued and not self.busy:
            self._send(self.take_queued(), self._clock())
        self._changed()

    def _send(self, text: str, entered_at: int) -> None:
        self._open(text)
        for column in self.columns:
            column.forget()
        for column in self.columns:
            column.send(text, entered_at)

    def _open(self, prompt: str) -> None:
        empty: tuple[None, ...] = (None,) * len(self.columns)
        number = len(self.rounds) + 1
        self.rounds.append(Round(number=number, prompt=prompt, wall=time.time(), results=empty))

    def _record(self) -> None:
        """Note the results of the newest round; a retry takes back the one before it."""
        if any(column.player for column in self.columns):
            self.rounds = recorded_rounds([column.played for column in self.columns])
        elif self.rounds:
            results = tuple(column.facts for column in self.columns)
            self.rounds[-1] = replace(self.rounds[-1], results=results)
