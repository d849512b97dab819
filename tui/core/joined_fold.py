"""Folds many events at once: consecutive deltas as one, so that a hundred are folded per ms."""

from collections.abc import Callable, Iterable

from tui.core import conversation as conversations
from tui.core.conversation import Conversation, Step, completed, missing_ends
from tui.core.metrics import Metrics, fold, fold_deltas
from tui.protocol.deltas import DELTAS, parts_of, same_part, says_nothing, with_text
from tui.protocol.events import Delta, Event, WorkerExited


class JoinedFold:
    """Continues ``metrics`` and ``conversation``; ``clean`` is applied to what is shown.

    Call `join` after the last event.
    """

    def __init__(
        self, clean: Callable[[Event], Event], metrics: Metrics, conversation: Conversation
    ) -> None:
        self.metrics = metrics
        self.conversation = conversation
        self.steps: list[Step] = []
        """Events that changed an item, cleaned, with consecutive deltas joined."""
        self._clean = clean
        self._first: Delta | None = None
        """The first of the consecutive deltas of one part that are not folded yet."""
        self._texts: list[str] = []
        self._last = 0

    def read(self, batch: Iterable[Event]) -> None:
        """Fold a batch of events."""
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

    def join(self) -> None:
        """Fold the deltas that wait for more of their part."""
        if self._first is not None:
            self._show(self._clean(with_text(self._first, self._texts)))
            # A run without an end is ended at the time of its last delta.
            self.conversation = self.conversation.at_rest(self._last)
            self._first = None

    def finish(self, at: int | None = None) -> tuple[tuple[Event, ...], WorkerExited]:
        """Add what a killed process could not store: the ends of what is open, and its worker's.

        The former are folded; of the latter, at ``at`` or with the last event, only the figures.
        """
        self.join()
        ends = tuple(missing_ends(self.conversation))
        for end in ends:
            self.take(end)
        when = self.conversation.at if at is None else at
        gone = WorkerExited(at=when, code=None, expected=True)
        self.metrics = fold(self.metrics, gone)
        return ends, gone

    def take(self, event: Event) -> None:
        """Fold one event that is no delta, cleaned already."""
        self.metrics = fold(self.metrics, event)
        self._show(event)

    def _structural(self, event: Event) -> None:
        self.join()
        for each in completed(self.conversation, self._clean(event)):
            self.take(each)

    def _deltas(self, deltas: list[Delta]) -> None:
        self.metrics = fold_deltas(self.metrics, deltas)
        for first, texts in parts_of(deltas):
            joins = self._first is not None and same_part(self._first, first)
            if joins and self._first is not None and not says_nothing(self._first):
                self._texts += texts
                continue
            if not joins:
                self.join()
            self._first, self._texts = first, texts
        self._last = deltas[-1].at

    def _show(self, event: Event) -> None:
        self.conversation = state = conversations.fold(self.conversation, event)
        if state.changes:
            self.steps.append(Step(event, state.changes))
