"""A stored session, read back as it stood: what to show, what was measured, what was said.

Pure but for reading; it may run in a thread.
"""

from collections.abc import Callable, Iterable

import msgspec
from msgspec.structs import replace

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.core.metrics import Metrics, Thresholds, fold, fold_deltas, with_thresholds
from tui.journal.open_run import OpenRun
from tui.protocol import events
from tui.protocol.deltas import DELTAS, parts_of, same_part, with_text
from tui.protocol.events import Delta, Event

SECOND = 1_000_000_000

SAME_CLOCK = SECOND
"""Nanoseconds: a session whose clock is no further off was held since this machine was started."""

Clean = Callable[[Event], Event]

# What no pane shows.
_UNSEEN = (
    events.HistoryChanged,
    events.UsageReported,
    events.ConnectionPhases,
    events.AttemptConnected,
    events.ClockRead,
    events.WorkerStarted,
)


class Now(msgspec.Struct, frozen=True):
    """One moment on two clocks: ns of the worker's, Unix seconds."""

    at: int
    wall: float


class Resumed(msgspec.Struct, kw_only=True):
    """``history`` takes part in the stream that goes on; everything else is for looking."""

    metrics: Metrics
    """As they stood, at rest, and without a worker."""
    shown: tuple[Event, ...]
    """Cleaned, neighbouring deltas in one, without what no pane shows."""
    history: HistoryMirror
    prompts: tuple[str, ...]


def read_back(
    session: Iterable[Iterable[Event]], *, clean: Clean, thresholds: Thresholds, now: Now
) -> Resumed:
    """Go once through a session's events, as the journal keeps them."""
    reading = _Reading(clean, thresholds, now)
    for batch in session:
        reading.take(batch)
    return reading.ended()


class _Reading:
    """Takes neighbouring deltas at once: a hundred events a millisecond must be read."""

    def __init__(self, clean: Clean, thresholds: Thresholds, now: Now) -> None:
        self._clean = clean
        self._now = now
        self._metrics = with_thresholds(thresholds)
        self._history = HistoryMirror()
        self._open = OpenRun()
        self._shift = 0
        self._shown: list[Event] = []
        self._prompts: list[str] = []
        self._first: Delta | None = None
        """Of neighbouring deltas of one part; their texts."""
        self._texts: list[str] = []

    def take(self, batch: Iterable[Event]) -> None:
        deltas: list[Delta] = []
        for event in batch:
            if isinstance(event, DELTAS):
                deltas.append(event)
                continue
            if deltas:
                self._deltas(deltas)
                deltas = []
            self._structural(event)
        if deltas:
            self._deltas(deltas)

    def _structural(self, event: Event) -> None:
        self._history.observe(event)
        for end in self._open.ends_before(event):
            self._pass(end)
        self._open.observe(event)
        self._set_clock(event)
        self._pass(event)

    def ended(self) -> Resumed:
        for end in self._open.ends():
            self._pass(end)
        self._join()
        # The worker of those days is gone; the next one has not begun.
        gone = events.WorkerExited(at=self._now.at, code=None, expected=True)
        return Resumed(
            metrics=fold(self._metrics, gone),
            shown=tuple(self._shown),
            history=self._history,
            prompts=tuple(self._prompts),
        )

    def _deltas(self, deltas: list[Delta]) -> None:
        self._open.last = deltas[-1].at
        if self._shift:
            deltas = [replace(delta, at=delta.at + self._shift) for delta in deltas]
        self._metrics = fold_deltas(self._metrics, deltas)
        for first, texts in parts_of(deltas):
            self._history.observe(with_text(first, texts))
            if self._first is not None and same_part(self._first, first):
                self._texts += texts
            else:
                self._join()
                self._first, self._texts = first, texts

    def _pass(self, event: Event) -> None:
        event = self._clean(_shifted(event, self._shift) if self._shift else event)
        self._metrics = fold(self._metrics, event)
        if isinstance(event, events.RunStarted) and event.mode == "send":
            self._prompts.append(event.prompt)
        if not isinstance(event, _UNSEEN):
            self._join()
            self._shown.append(event)

    def _join(self) -> None:
        if self._first is not None:
            self._shown.append(self._clean(with_text(self._first, self._texts)))
            self._first = None

    def _set_clock(self, event: Event) -> None:
        """Times become those of this clock: another worker's began at another moment."""
        if isinstance(event, events.WorkerStarted | events.RunStarted) and event.wall:
            then = self._now.at - int((self._now.wall - event.wall) * SECOND)
            self._shift = then - event.at if abs(then - event.at) > SAME_CLOCK else 0


def _shifted(event: Event, shift: int) -> Event:
    match event:
        case events.RunStarted():
            return replace(event, at=event.at + shift, entered_at=event.entered_at + shift)
        case events.RetryScheduled():
            return replace(event, at=event.at + shift, until=event.until + shift)
        case events.ConnectionPhases():
            return replace(event, at=event.at + shift, began=event.began + shift)
        case _:
            return replace(event, at=event.at + shift)
