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

from textual.message import Message

from tui.core.metrics import Figures, Metrics, Thresholds, figures, fold, with_thresholds
from tui.core.sanitize.characters import clean_event
from tui.dashboard import messages
from tui.protocol import events
from tui.protocol.deltas import DELTAS, same_part, with_text

FRAME = 1 / 30
"""Seconds between two posts of text at the least."""

FLOOD = 100
"""Deltas that wait for one frame: more of them and nobody can read along."""

FLOOD_FRAME = 1 / 12
"""Seconds between two posts of text in a flood: painting must not slow down what is measured."""

METRICS_EVERY = 0.25
"""Seconds between two posts of figures at the least, while only text arrives."""

REPLAYED = 100
"""Events that are shown at once when a session is resumed: some milliseconds' work."""

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


Mask = Callable[[Sequence[events.Event]], tuple[list[events.Event], list[events.Event]]]
"""Events as they are counted, and as they may be kept and seen: `secret_stream.py`."""


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
        mask: Mask | None = None,
        thresholds: Thresholds = Thresholds(),  # noqa: B008 - frozen
        now: Callable[[], int] = time.monotonic_ns,
        clock: Callable[[], float] = time.monotonic,
        on_bug: Callable[[Exception], object] | None = None,
    ) -> None:
        """``mask`` hides keys; ``on_bug`` is told of an event that a bug of ours stumbles over."""
        self._empty = with_thresholds(thresholds)
        self.metrics = self._empty
        self._worker: list[events.Event] = []
        self._post = post
        self._journal = journal
        self._clean = clean
        self._mask = mask or _unmasked
        self._now = now
        self._clock = clock
        self._on_bug = on_bug or _raised
        self._joined: list[tuple[events.Delta, list[str]]] = []
        self._waiting = 0
        self._printed: list[events.OutputPrinted] = []
        self._last_frame = 0.0
        self._last_metrics = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._held: list[Sequence[events.Event]] | None = None
        """What a worker says while an earlier session is being shown."""

    async def run(self, source: AsyncIterator[Sequence[events.Event]]) -> None:
        """Dispatch every batch of the source; between two batches the loop is free."""
        async for batch in source:
            self.dispatch(batch)
            await asyncio.sleep(0)

    def dispatch(self, batch: Sequence[events.Event]) -> None:
        """Take a batch of events through all four steps."""
        if self._held is not None:
            self._held.append(batch)
            return
        # One event that we stumble over must not keep the others from the screen.
        counted, shown = self._masked(self._cleaned(batch))
        if self._journal is not None:
            self._journal.append(shown)
        self._count(counted)
        structural = self._show(shown)
        if structural:
            self.tick()
        if self._joined or self._printed:
            self._flush_on_time()

    def tick(self) -> None:
        """Post the figures as they stand now."""
        self._last_metrics = self._clock()
        self._post(messages.MetricsChanged(self.figures()))

    def keep_time(self) -> None:
        """Post the figures again, unless text that arrived has just done so."""
        if self._clock() - self._last_metrics >= METRICS_EVERY * 0.8:
            self.tick()

    def figures(self) -> Figures:
        """Every figure as it stands now."""
        return figures(self.metrics, self._now())

    def begin(self, journal: EventSink | None) -> None:
        """Another session begins: its figures start at nothing, and it is kept elsewhere."""
        self.flush()
        self._record(journal)
        self.metrics = reduce(fold, self._worker, self._empty)
        self.tick()

    def hold(self) -> None:
        """Let live events wait: an earlier session comes before them."""
        self.flush()
        if self._held is None:
            self._held = []

    def release(self) -> None:
        """Go on with what has waited."""
        held, self._held = self._held or [], None
        for batch in held:
            self.dispatch(batch)

    async def replay(
        self, shown: Sequence[events.Event], metrics: Metrics, journal: EventSink | None
    ) -> None:
        """Show a session that was kept, without keeping it again, and go on with its figures.

        It is told in portions, with the loop free between them; live events wait for `release`.
        """
        self.hold()
        for start in range(0, len(shown), REPLAYED):
            self._post(messages.EventsReplayed(tuple(shown[start : start + REPLAYED])))
            await asyncio.sleep(0)
        self._record(journal)
        self.metrics = reduce(fold, self._worker, metrics)
        self.tick()

    def _record(self, journal: EventSink | None) -> None:
        self._journal = journal
        if journal is not None:
            # Which agent and model the rest of the session is with.
            journal.append(self._worker)

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
        deltas = tuple(with_text(first, texts) for first, texts in self._joined)
        self._joined = []
        self._waiting = 0
        self._post(messages.DeltasArrived(deltas))

    def _cleaned(self, batch: Sequence[events.Event]) -> list[events.Event]:
        try:
            return list(map(self._clean, batch))
        except Exception as error:  # noqa: BLE001 - on its way to the panel for bugs
            self._on_bug(error)
            # What cannot be cleaned is not shown.
            return [event for one in batch for event in self._cleaned([one])] if batch[1:] else []

    def _count(self, batch: Sequence[events.Event]) -> None:
        for event in batch:
            try:
                self.metrics = fold(self.metrics, event)
            except Exception as error:  # noqa: BLE001 - on its way to the panel for bugs
                self.metrics = Metrics(self.metrics.session)
                self._on_bug(error)

    def _show(self, batch: Sequence[events.Event]) -> bool:
        """Whether something structural was among them: the figures are to be told at once."""
        structural = False
        for event in batch:
            try:
                if isinstance(event, DELTAS):
                    self._join(event)
                elif isinstance(event, events.OutputPrinted):
                    self._printed.append(event)
                else:
                    structural = self._route(event) or structural
            except Exception as error:  # noqa: BLE001 - on its way to the panel for bugs
                self._on_bug(error)
        return structural

    def _masked(self, batch: list[events.Event]) -> tuple[list[events.Event], list[events.Event]]:
        try:
            return self._mask(batch)
        except Exception as error:  # noqa: BLE001 - on its way to the panel for bugs
            self._on_bug(error)
            # What may hold a key is not shown.
            return [], []

    def _join(self, event: events.Delta) -> None:
        self._waiting += 1
        if self._joined:
            first, texts = self._joined[-1]
            if same_part(first, event):
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
        elif isinstance(event, events.WorkerSilent):
            self._worker = [*self._worker, event]
        elif isinstance(event, events.WorkerHeard | events.WorkerExited):
            self._worker = [e for e in self._worker if not isinstance(e, events.WorkerSilent)]
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


def _raised(error: Exception) -> None:
    raise error


def _unmasked(batch: Sequence[events.Event]) -> tuple[list[events.Event], list[events.Event]]:
    # What must not be seen is nobody's but the masker's.
    passed: list[events.Event] = [
        event for event in batch if not isinstance(event, events.SecretsLearned)
    ]
    return passed, list(passed)
