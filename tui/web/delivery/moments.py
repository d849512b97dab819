"""What happened in a session, moment by moment: what a dialect translates. Pure.

Every reader has its own `Reading`, which folds the events again from the start of a run, so that
the same events give the same moments whenever and however often they are read.
"""

from collections.abc import Iterator, Sequence

import msgspec

from tui.core import conversation as conversations
from tui.core.conversation import Conversation, Step, completed
from tui.core.metrics import Metrics, Thresholds, fold, fold_deltas, with_thresholds
from tui.protocol.deltas import DELTAS, same_part, says_nothing, with_text
from tui.protocol.events import AgentLoaded, Delta, Event, RunStarted


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One event, or several deltas of one part, and what came of it."""

    number: int
    """Of the event in the session; of the last one of several deltas."""
    step: Step
    """The event, with the text of all of them, and what it changed."""
    conversation: Conversation
    """After it: the run that it is in, and nothing of the runs before."""
    metrics: Metrics
    """After it: of this run."""
    wall: float
    """When it happened, in Unix seconds; 0 while that is not known."""


class Reading:
    """Turns events into moments.

    Deltas that follow one another are joined, but never the first one of a part: it begins
    something, and always stands alone. So a delta that continues a part becomes one message,
    however many of them it is read together with.
    """

    def __init__(self, thresholds: Thresholds = Thresholds()) -> None:  # noqa: B008 - frozen
        self._thresholds = thresholds
        self._loaded: AgentLoaded | None = None
        self._conversation = Conversation()
        self._metrics = with_thresholds(thresholds)
        self._last: Event | None = None
        """The newest delta, if a part may be continued."""

    def moments(self, first: int, events: Sequence[Event]) -> Iterator[Moment]:
        """Those of the next events; ``first`` is the number of the first of them."""
        number = first
        while number - first < len(events):
            place = number - first
            length = self._length(events, place)
            if length > 1:
                yield self._joined(number + length - 1, events[place : place + length])
            else:
                yield from self._one(number, events[place])
            last = events[place + length - 1]
            self._last = last if isinstance(last, DELTAS) and not says_nothing(last) else None
            number += length

    def _length(self, events: Sequence[Event], place: int) -> int:
        """How many of the events from here on are one moment."""
        last, end = self._last, place
        while end < len(events):
            event = events[end]
            if not isinstance(event, DELTAS) or not isinstance(last, DELTAS):
                break
            if not same_part(last, event):
                break
            end += 1
        return max(1, end - place)

    def _joined(self, number: int, deltas: Sequence[Event]) -> Moment:
        own: list[Delta] = [delta for delta in deltas if isinstance(delta, DELTAS)]
        self._metrics = fold_deltas(self._metrics, own)
        return self._after(number, with_text(own[0], [delta.text for delta in own]))

    def _one(self, number: int, event: Event) -> Iterator[Moment]:
        for each in completed(self._conversation, event):
            if isinstance(each, AgentLoaded):
                self._loaded = each
            if isinstance(each, RunStarted):
                # What a reader sees of a run must not depend on where it began to read.
                self._conversation = Conversation(loaded=self._loaded)
                self._metrics = with_thresholds(self._thresholds)
            self._metrics = fold(self._metrics, each)
            yield self._after(number, each)

    def _after(self, number: int, event: Event) -> Moment:
        self._conversation = state = conversations.fold(self._conversation, event)
        return Moment(
            number=number,
            step=Step(event, state.changes),
            conversation=state,
            metrics=self._metrics,
            wall=state.wall(event.at),
        )
