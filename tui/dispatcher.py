"""The only reader of events, whatever their source: a worker, a journal, a recording, a list.

For each event, in this order: clean what will be shown, journal it, fold it into the metrics, post
Textual messages. Text is joined and posted once per frame; anything structural first flushes the
text before it and goes at once, so that nothing ever overtakes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from functools import reduce
from typing import Protocol

from msgspec.structs import replace
from textual.message import Message

from tui import events, messages
from tui.metrics import Figures, Thresholds, figures, fold, with_thresholds
from tui.sanitize import clean_event

FRAME = 1 / 30
"""Seconds between two posts of text at the least."""

FLOOD = 100
"""Deltas that wait for one frame: more of them and nobody can read along."""

FLOOD_FRAME = 1 / 12
"""Seconds between two posts of text in a flood: painting must not slow down what is measured."""

METRICS_EVERY = 0.25
"""Seconds between two posts of figures at the least, while only text arrives."""

# A tuple, the most frequent one first: a test against the union type costs four times as much.
_DELTAS = (
    events.TextDelta,
    events.ReasoningDelta,
    events.ToolArgumentsDelta,
    events.RefusalDelta,
)

_ROUTES: dict[type, type] = {
    event: message
    for message in (
        messages.WorkerChanged,
        messages.RunChanged,
        messages.CallChanged,
        messages.ToolChanged,
    )
    for event in getattr(message.Payload, "__args__", ())
} | {events.Noticed: messages.NoticeArrived}


class EventSink(Protocol):
    """Where events are kept; never blocks and never raises."""

    def append(self, batch: Sequence[events.Event]) -> None: ...


class Dispatcher:
    """``post`` takes each Textual message; ``clock`` gives seconds, ``now`` worker-clock ns."""

    def __init__(
        self,
        post: Callable[[Message], object],
        *,
        journal: EventSink | None = None,
        clean: Callable[[events.Event], events.Event] = clean_event,
        thresholds: Thresholds = Thresholds(),  # noqa: B008 - frozen
        now: Callable[[], int] = time.monotonic_ns,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._empty = with_thresholds(thresholds)
        self.metrics = self._empty
        self._worker: list[events.Event] = []
        self._post = post
        self._journal = journal
        self._clean = clean
        self._now = now
        self._clock = clock
        self._joined: list[tuple[events.Delta, list[str]]] = []
        self._waiting = 0
        self._printed: list[events.OutputPrinted] = []
        self._last_frame = 0.0
        self._last_metrics = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def run(self, source: AsyncIterator[Sequence[events.Event]]) -> None:
        """Dispatch every batch of the source; between two batches the loop is free."""
        async for batch in source:
            self.dispatch(batch)
            await asyncio.sleep(0)

    def dispatch(self, batch: Sequence[events.Event]) -> None:
        """Take a batch of events through all four steps."""
        cleaned = list(map(self._clean, batch))
        if self._journal is not None:
            self._journal.append(cleaned)
        metrics = self.metrics
        structural = False
        for event in cleaned:
            metrics = fold(metrics, event)
            if isinstance(event, _DELTAS):
                self._join(event)
            elif isinstance(event, events.OutputPrinted):
                self._printed.append(event)
            else:
                structural = self._route(event) or structural
        self.metrics = metrics
        if structural:
            self.tick()
        if self._joined or self._printed:
            self._flush_on_time()

    def tick(self) -> None:
        """Post the figures as they stand now."""
        self._last_metrics = self._clock()
        self._post(messages.MetricsChanged(self.figures()))

    def figures(self) -> Figures:
        """Every figure as it stands now."""
        return figures(self.metrics, self._now())

    def reset(self) -> None:
        """Begin the figures anew: the conversation was cleared."""
        self.metrics = reduce(fold, self._worker, self._empty)
        self.tick()

    def flush(self) -> None:
        """Post the text that waits for its frame."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._joined and not self._printed:
            return
        self._last_frame = self._clock()
        if self._printed:
            self._post(messages.OutputArrived(tuple(self._printed)))
            self._printed = []
        if not self._joined:
            return
        deltas = tuple(
            first if len(texts) == 1 else replace(first, text="".join(texts))
            for first, texts in self._joined
        )
        self._joined = []
        self._waiting = 0
        self._post(messages.DeltasArrived(deltas))

    def _join(self, event: events.Delta) -> None:
        self._waiting += 1
        if self._joined:
            first, texts = self._joined[-1]
            if _same_part(first, event):
                texts.append(event.text)
                return
        self._joined.append((event, [event.text]))

    def _route(self, event: events.Event) -> bool:
        route = _ROUTES.get(type(event))
        if route is None:
            return False
        if isinstance(event, events.WorkerStarted):
            self._worker = [event]
        elif isinstance(event, events.AgentLoaded | events.AgentLoadFailed):
            self._worker = [*self._worker[:1], event]
        self.flush()
        self._post(route(event))
        return route is not messages.NoticeArrived

    def _flush_on_time(self) -> None:
        frame = FLOOD_FRAME if self._waiting > FLOOD else FRAME
        wait = self._last_frame + frame - self._clock()
        if wait <= 0:
            self.flush()
            if self._clock() - self._last_metrics >= METRICS_EVERY:
                self.tick()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(wait, self._frame)

    def _frame(self) -> None:
        self._timer = None
        self._flush_on_time()


def _same_part(one: events.Delta, other: events.Delta) -> bool:
    return (
        type(one) is type(other)
        and one.part == other.part
        and one.call == other.call
        and one.attempt == other.attempt
        and getattr(one, "tool_call", None) == getattr(other, "tool_call", None)
    )
