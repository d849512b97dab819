"""How everything stood after any number of events, without playing them."""

from collections.abc import Callable, Sequence
from itertools import chain

import msgspec

from tui.core.conversation import Conversation, Step
from tui.core.joined_fold import JoinedFold
from tui.core.metrics import Metrics, Thresholds, with_thresholds
from tui.protocol.events import Event
from tui.stream.dispatcher import Past

KEPT_EVERY = 1000
"""Events between two states that are kept: folding so many takes some 10 ms."""

Clean = Callable[[Event], Event]


class _Kept(msgspec.Struct, frozen=True):
    metrics: Metrics
    conversation: Conversation
    steps: tuple[Step, ...]
    """Since the state before."""


class Refolding:
    """Folds the events of a tape from the start, and keeps the states on the way."""

    def __init__(self, recorded: Sequence[Event], clean: Clean, thresholds: Thresholds) -> None:
        self._events = recorded
        self._clean = clean
        self._kept = [_Kept(with_thresholds(thresholds), Conversation(), ())]

    def after(self, arrived: int) -> Past:
        """After this many events."""
        whole = arrived // KEPT_EVERY
        while len(self._kept) <= whole:
            start = (len(self._kept) - 1) * KEPT_EVERY
            self._kept.append(self._folded(self._kept[-1], start, start + KEPT_EVERY))
        last = self._folded(self._kept[whole], whole * KEPT_EVERY, arrived)
        steps = chain.from_iterable(kept.steps for kept in (*self._kept[: whole + 1], last))
        return Past(steps=tuple(steps), metrics=last.metrics, conversation=last.conversation)

    def onward(self, metrics: Metrics, conversation: Conversation, arrived: int, upto: int) -> Past:
        """After ``upto`` events, with only the steps since ``arrived``, when it stood like this."""
        last = self._folded(_Kept(metrics, conversation, ()), arrived, upto)
        return Past(steps=last.steps, metrics=last.metrics, conversation=last.conversation)

    def _folded(self, before: _Kept, start: int, end: int) -> _Kept:
        reading = JoinedFold(self._clean, before.metrics, before.conversation)
        reading.read(self._events[start:end])
        reading.join()
        return _Kept(reading.metrics, reading.conversation, tuple(reading.steps))
