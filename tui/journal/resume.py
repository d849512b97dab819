"""Reads a stored session back: its conversation, its figures and its ledger.

May run in a thread: it uses nothing but its arguments.
"""

from collections.abc import Callable, Iterable

import msgspec
from msgspec.structs import replace
from typing_extensions import override

from tui.core import conversation as conversations
from tui.core.conversation import Conversation, Step
from tui.core.conversation.follow_ups import hold
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.core.joined_fold import JoinedFold
from tui.core.metrics import Metrics, Thresholds, with_thresholds
from tui.protocol import events
from tui.protocol.deltas import parts_of, with_text
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


class _Reading(JoinedFold):
    """Reads the ledger and the prompts too, and sets all times to this machine's clock."""

    def __init__(self, clean: Clean, thresholds: Thresholds, now: Now) -> None:
        super().__init__(clean, with_thresholds(thresholds), Conversation())
        self._now = now
        self._history = HistoryMirror()
        self._shift = 0
        self._prompts: list[str] = []

    def ended(self) -> Resumed:
        # That worker has exited, and the next one has not started.
        ends, gone = self.finish(self._now.at)
        conversation = conversations.fold(self.conversation, gone)
        # Another process was to send it: that decision is the user's now.
        hold(conversation)
        return Resumed(
            steps=tuple(self.steps),
            conversation=conversation,
            metrics=self.metrics,
            history=self._history,
            prompts=tuple(self._prompts),
            ends=ends,
        )

    @override
    def take(self, event: Event) -> None:
        if isinstance(event, events.RunStarted) and event.mode == "send":
            self._prompts.append(event.prompt)
        super().take(event)

    @override
    def _structural(self, event: Event) -> None:
        self._history.observe(event)
        self._set_clock(event)
        super()._structural(shifted(event, self._shift) if self._shift else event)

    @override
    def _deltas(self, deltas: list[Delta]) -> None:
        if self._shift:
            deltas = [replace(delta, at=delta.at + self._shift) for delta in deltas]
        for first, texts in parts_of(deltas):
            self._history.observe(with_text(first, texts))
        super()._deltas(deltas)

    def _set_clock(self, event: Event) -> None:
        """Find the shift to this machine's clock: the stored times may be of another one."""
        if isinstance(event, events.WorkerStarted | events.RunStarted) and event.wall:
            then = self._now.at - int((self._now.wall - event.wall) * SECOND)
            self._shift = then - event.at if abs(then - event.at) > SAME_CLOCK else 0


def shifted(event: Event, shift: int) -> Event:
    """The event with all of its times moved by ``shift`` ns."""
    match event:
        case events.RunStarted():
            return replace(event, at=event.at + shift, entered_at=event.entered_at + shift)
        case events.LoopBlocked() | events.WorkerSilent():
            return replace(event, at=event.at + shift, since=event.since + shift)
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
