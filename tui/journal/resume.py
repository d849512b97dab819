"""A stored session, read back as it stood: what to show, what was measured, what was said.

Pure but for reading; it may run in a thread.
"""

from collections.abc import Callable, Iterable

import msgspec
from msgspec.structs import replace

from tui.core import conversation as conversations
from tui.core.conversation import Conversation, Step, completed, missing_ends
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.core.metrics import Metrics, Thresholds, fold, fold_deltas, with_thresholds
from tui.protocol import events
from tui.protocol.deltas import DELTAS, parts_of, same_part, says_nothing, with_text
from tui.protocol.events import Delta, Event

SECOND = 1_000_000_000

SAME_CLOCK = SECOND
"""Nanoseconds: a session whose clock is no further off was held since this machine was started."""

Clean = Callable[[Event], Event]


class Now(msgspec.Struct, frozen=True):
    """One moment on two clocks: ns of the worker's, Unix seconds."""

    at: int
    wall: float


class Resumed(msgspec.Struct, kw_only=True):
    """``history`` takes part in the stream that follows; everything else is to be shown."""

    steps: tuple[Step, ...]
    """What changed anything, cleaned, neighbouring deltas in one."""
    conversation: Conversation
    metrics: Metrics
    """As they stood, at rest, and without a worker."""
    history: HistoryMirror
    prompts: tuple[str, ...]


def read_back(
    session: Iterable[Iterable[Event]], *, clean: Clean, thresholds: Thresholds, now: Now
) -> Resumed:
    """Go once through a session's events, as the journal keeps them."""
    reading = _Reading(clean, thresholds, now)
    for batch in session:
        reading.read(batch)
    return reading.ended()


class _Reading:
    """Takes neighbouring deltas at once: a hundred events a millisecond must be read."""

    def __init__(self, clean: Clean, thresholds: Thresholds, now: Now) -> None:
        self._clean = clean
        self._now = now
        self._metrics = with_thresholds(thresholds)
        self._conversation = Conversation()
        self._history = HistoryMirror()
        self._shift = 0
        self._steps: list[Step] = []
        self._prompts: list[str] = []
        self._first: Delta | None = None
        """Of neighbouring deltas of one part; their texts, and when the last one came."""
        self._texts: list[str] = []
        self._last = 0

    def read(self, batch: Iterable[Event]) -> None:
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

    def ended(self) -> Resumed:
        self._join()
        for end in missing_ends(self._conversation):
            self._take(end)
        # The worker of those days is gone; the next one has not begun.
        gone = events.WorkerExited(at=self._now.at, code=None, expected=True)
        return Resumed(
            steps=tuple(self._steps),
            conversation=conversations.fold(self._conversation, gone),
            metrics=fold(self._metrics, gone),
            history=self._history,
            prompts=tuple(self._prompts),
        )

    def _structural(self, event: Event) -> None:
        self._history.observe(event)
        self._join()
        self._set_clock(event)
        event = self._clean(_shifted(event, self._shift) if self._shift else event)
        for each in completed(self._conversation, event):
            self._take(each)

    def _deltas(self, deltas: list[Delta]) -> None:
        if self._shift:
            deltas = [replace(delta, at=delta.at + self._shift) for delta in deltas]
        self._metrics = fold_deltas(self._metrics, deltas)
        for first, texts in parts_of(deltas):
            self._history.observe(with_text(first, texts))
            joins = self._first is not None and same_part(self._first, first)
            if joins and self._first is not None and not says_nothing(self._first):
                self._texts += texts
                continue
            if not joins:
                self._join()
            self._first, self._texts = first, texts
        self._last = deltas[-1].at

    def _take(self, event: Event) -> None:
        self._metrics = fold(self._metrics, event)
        if isinstance(event, events.RunStarted) and event.mode == "send":
            self._prompts.append(event.prompt)
        self._show(event)

    def _join(self) -> None:
        if self._first is not None:
            self._show(self._clean(with_text(self._first, self._texts)))
            # What the dashboard left open ended with the last of them.
            self._conversation = self._conversation.at_rest(self._last)
            self._first = None

    def _show(self, event: Event) -> None:
        self._conversation = state = conversations.fold(self._conversation, event)
        if state.changes:
            self._steps.append(Step(event, state.changes))

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
