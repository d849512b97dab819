"""Reads a stored session back: its conversation, its figures and its ledger.

May run in a thread: it uses nothing but its arguments.
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
"""In ns: a clock that differs by less is the one of this machine since it was started."""

Clean = Callable[[Event], Event]


class Now(msgspec.Struct, frozen=True):
    """One moment: in ns of the worker's clock, and in Unix seconds."""

    at: int
    wall: float


class Resumed(msgspec.Struct, kw_only=True):
    """A session as it was at its end: ``history`` for the next worker, the rest for the panes."""

    steps: tuple[Step, ...]
    """Events that changed an item, cleaned, with consecutive deltas joined."""
    conversation: Conversation
    metrics: Metrics
    """The figures after the last event, without a worker."""
    history: HistoryMirror
    prompts: tuple[str, ...]
    ends: tuple[Event, ...] = ()
    """What was added: the ends that a killed process could not store."""


def read_back(
    session: Iterable[Iterable[Event]], *, clean: Clean, thresholds: Thresholds, now: Now
) -> Resumed:
    """Read a session's events, in rows as the journal stores them."""
    reading = _Reading(clean, thresholds, now)
    for batch in session:
        reading.read(batch)
    return reading.ended()


class _Reading:
    """Folds consecutive deltas together: a hundred events must be read per millisecond."""

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
        """The first of the consecutive deltas of one part that are not folded yet."""
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
        ends = tuple(missing_ends(self._conversation))
        for end in ends:
            self._take(end)
        # That worker has exited, and the next one has not started.
        gone = events.WorkerExited(at=self._now.at, code=None, expected=True)
        return Resumed(
            steps=tuple(self._steps),
            conversation=conversations.fold(self._conversation, gone),
            metrics=fold(self._metrics, gone),
            history=self._history,
            prompts=tuple(self._prompts),
            ends=ends,
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
            # A run without an end is ended at the time of its last delta.
            self._conversation = self._conversation.at_rest(self._last)
            self._first = None

    def _show(self, event: Event) -> None:
        self._conversation = state = conversations.fold(self._conversation, event)
        if state.changes:
            self._steps.append(Step(event, state.changes))

    def _set_clock(self, event: Event) -> None:
        """Find the shift to this machine's clock: the stored times may be of another one."""
        if isinstance(event, events.WorkerStarted | events.RunStarted) and event.wall:
            then = self._now.at - int((self._now.wall - event.wall) * SECOND)
            self._shift = then - event.at if abs(then - event.at) > SAME_CLOCK else 0


def _shifted(event: Event, shift: int) -> Event:
    match event:
        case events.RunStarted():
            return replace(event, at=event.at + shift, entered_at=event.entered_at + shift)
        case events.RetryScheduled():
            return replace(event, at=event.at + shift, until=event.until + shift)
        case (
            events.ConnectionPhases()
            | events.GuardrailPassed()
            | events.ReasoningGiven()
            | events.SpanEnded()
        ) if event.began:
            return replace(event, at=event.at + shift, began=event.began + shift)
        case _:
            return replace(event, at=event.at + shift)
