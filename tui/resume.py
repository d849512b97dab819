"""A stored session, read back as it stood: what to show, what was measured, what was said.

Pure but for reading; it may run in a thread.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec.structs import replace

from tui import events
from tui.deltas import DELTAS, joined
from tui.events import Event
from tui.history import HistoryMirror
from tui.mended import mended
from tui.metrics import Metrics, Thresholds, fold, with_thresholds

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
    history = HistoryMirror()
    fold_all = _Folding(with_thresholds(thresholds))
    prompts: list[str] = []

    def seen() -> Iterator[Event]:
        for event in fold_all.passing(_today(mended(_observed(session, history)), now), clean):
            if isinstance(event, events.RunStarted) and event.mode == "send":
                prompts.append(event.prompt)
            if not isinstance(event, _UNSEEN):
                yield event

    shown = tuple(clean(event) if isinstance(event, DELTAS) else event for event in joined(seen()))
    return Resumed(
        metrics=fold_all.at_rest(now), shown=shown, history=history, prompts=tuple(prompts)
    )


class _Folding:
    def __init__(self, empty: Metrics) -> None:
        self._metrics = empty

    def passing(self, session: Iterable[Event], clean: Clean) -> Iterator[Event]:
        """Fold each event on its way; what is no delta is cleaned before."""
        for event in session:
            passed = event if isinstance(event, DELTAS) else clean(event)
            self._metrics = fold(self._metrics, passed)
            yield passed

    def at_rest(self, now: Now) -> Metrics:
        """The worker of those days is gone; the next one has not begun."""
        return fold(self._metrics, events.WorkerExited(at=now.at, code=None, expected=True))


def _observed(session: Iterable[Iterable[Event]], history: HistoryMirror) -> Iterator[Event]:
    for batch in session:
        for event in batch:
            history.observe(event)
            yield event


def _today(session: Iterable[Event], now: Now) -> Iterator[Event]:
    """Events with their times on this clock: another worker's began at another moment."""
    shift = 0
    for event in session:
        if isinstance(event, events.WorkerStarted | events.RunStarted) and event.wall:
            then = now.at - int((now.wall - event.wall) * SECOND)
            shift = then - event.at if abs(then - event.at) > SAME_CLOCK else 0
        yield _shifted(event, shift) if shift else event


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
