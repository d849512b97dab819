"""The only reader of events, whatever their source.

For each event, in this order: clean its strings, journal it, fold it into the metrics and the
conversation, post what it changed. Deltas are joined and posted once per frame; any other event
first flushes the text before it and is posted at once, so that order is never broken.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from functools import reduce
from typing import Protocol

import msgspec

from tui.core import conversation as conversations
from tui.core.conversation import Conversation, Request, Step
from tui.core.metrics import Figures, Metrics, Thresholds, figures, fold, judged_by, with_thresholds
from tui.core.sanitize.characters import clean_event
from tui.protocol import events
from tui.protocol.deltas import DELTAS, same_part, says_nothing, with_text
from tui.stream.facts import Fact, FiguresChanged, StreamAdvanced

FRAME = 1 / 30
"""Minimum seconds between two posts of text."""

FLOOD = 100
"""Deltas waiting for one frame: with more, the text is too fast to read along."""

FLOOD_FRAME = 1 / 12
"""Minimum seconds in a flood, so that painting does not slow down the stream."""

METRICS_EVERY = 0.25
"""Minimum seconds between two posts of figures while only text arrives."""

REPLAYED = 100
"""Steps of a stored session per post: a few milliseconds of work."""

UNSEEN = (
    events.HistoryChanged,
    events.ToolOutputContinued,
    events.WarmUpAwaited,
    events.RequestBegan,
    events.ClockRead,
    events.SecretsLearned,
)
"""Events that do not change the screen by themselves."""

Mask = Callable[[Sequence[events.Event]], tuple[list[events.Event], list[events.Event]]]
"""From cleaned events to those for the metrics, and those to store and show: `secret_stream.py`."""


class EventSink(Protocol):
    """Stores events; never blocks and never raises."""

    def append(self, batch: Sequence[events.Event]) -> None: ...


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A stored session: its steps, and its figures and conversation at the end."""

    steps: tuple[Step, ...]
    metrics: Metrics
    conversation: Conversation


class Dispatcher:
    """``post`` takes each fact; ``clock`` gives seconds, ``now`` ns of the worker's clock."""

    def __init__(
        self,
        post: Callable[[Fact], object],
        *,
        journal: EventSink | None = None,
        clean: Callable[[events.Event], events.Event] = clean_event,
        mask: Mask | None = None,
        thresholds: Thresholds = Thresholds(),  # noqa: B008 - frozen
        now: Callable[[], int] = time.monotonic_ns,
        clock: Callable[[], float] = time.monotonic,
        on_bug: Callable[[Exception], object] | None = None,
        posts_figures: bool = True,
        frame: float = FRAME,
    ) -> None:
        """``mask`` masks keys; ``on_bug`` gets exceptions of this program's own code.

        ``frame``: minimum seconds between two posts of text. Without ``posts_figures`` nobody
        watches them live: `figures` computes them when asked.
        """
        self.conversation = Conversation()
        self.metrics = self._empty = with_thresholds(thresholds)
        self._worker: list[events.Event] = []
        """Events of the running worker that a new session starts with."""
        self._post = post
        self._journal = journal
        self._clean = clean
        self._mask = mask or _unmasked
        self._now = now
        self._clock = clock
        self._on_bug = on_bug or _raised
        self._posts_figures = posts_figures
        self._frame_time = frame
        self._joined: list[tuple[events.Event, list[str]]] = []
        """Deltas and printed lines waiting for their frame; consecutive deltas of a part joined."""
        self._waiting = 0
        self._last_frame = 0.0
        self._last_metrics = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._held: list[Sequence[events.Event]] | None = None
        """Live events waiting while a stored session is being shown; None if none is."""

    async def run(self, source: AsyncIterator[Sequence[events.Event]]) -> None:
        """Dispatch every batch of the source, and let other tasks run between two batches."""
        async for batch in source:
            self.dispatch(batch)
            await asyncio.sleep(0)

    def dispatch(self, batch: Sequence[events.Event]) -> None:
        """Clean, journal, fold and post a batch of events."""
        if self._held is not None:
            self._held.append(batch)
            return
        counted, shown = self._masked(self._cleaned(batch))
        if self._journal is not None:
            self._journal.append(shown)
        self._count(counted)
        if self._show(shown):
            self.tick()
        if self._joined:
            self._flush_on_time()

    def note(self, request: Request) -> None:
        """Fold a request of the user's, after everything that has arrived so far."""
        self.flush()
        self._advance(request)

    def tick(self) -> None:
        """Post the current figures."""
        self._last_metrics = self._clock()
        if self._posts_figures:
            self._post(FiguresChanged(self.figures()))

    def keep_time(self) -> None:
        """Post the figures, unless arriving text has just done so."""
        if self._clock() - self._last_metrics >= METRICS_EVERY * 0.8:
            self.tick()

    def figures(self) -> Figures:
        """The current figures."""
        return figures(self.metrics, self._now())

    def judge_by(self, thresholds: Thresholds) -> None:
        """From now on these limits count, in later sessions too."""
        self._empty = with_thresholds(thresholds)
        self.metrics = judged_by(self.metrics, thresholds)
        self.tick()

    def begin(self, journal: EventSink | None) -> None:
        """Start an empty session, stored in ``journal``."""
        self.flush()
        self._restart(self._empty, Conversation(runs=self.conversation.runs), journal)

    def hold(self) -> None:
        """Hold live events back until `release`."""
        self.flush()
        if self._held is None:
            self._held = []

    def release(self) -> None:
        """Dispatch the events that were held back."""
        held, self._held = self._held or [], None
        for batch in held:
            self.dispatch(batch)

    async def replay(self, past: Past, journal: EventSink | None) -> None:
        """Show a stored session without storing it again, and continue its figures.

        It is posted in portions, and other tasks run between them. Live events wait for `release`.
        """
        self.hold()
        for start in range(0, len(past.steps), REPLAYED):
            self._post(StreamAdvanced(past.steps[start : start + REPLAYED], live=False))
            await asyncio.sleep(0)
        self._restart(past.metrics, past.conversation, journal)

    def jump(self, past: Past, mask: Mask) -> None:
        """Continue from another place of a recording, whose steps the caller has shown."""
        self.flush()
        self.metrics, self.conversation = past.metrics, past.conversation
        self._mask = mask
        self.tick()

    def flush(self) -> None:
        """Post the text that is waiting for its frame."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._joined:
            return
        joined, self._joined, self._waiting = self._joined, [], 0
        self._last_frame = self._clock()
        self._advance(*(_whole(first, texts) for first, texts in joined))

    def _restart(
        self, metrics: Metrics, conversation: Conversation, journal: EventSink | None
    ) -> None:
        self._journal = journal
        if journal is not None:
            # The agent and the model of what follows.
            journal.append(self._worker)
        limits = self._empty.session.thresholds
        self.metrics = reduce(fold, self._worker, judged_by(metrics, limits))
        self.conversation = reduce(conversations.fold, self._worker, conversation)
        self.tick()

    def _cleaned(self, batch: Sequence[events.Event]) -> list[events.Event]:
        try:
            return list(map(self._clean, batch))
        except Exception as error:  # noqa: BLE001 - reported as a bug
            self._on_bug(error)
            # One by one: only an event that cannot be cleaned is left out.
            return [event for one in batch for event in self._cleaned([one])] if batch[1:] else []

    def _masked(self, batch: list[events.Event]) -> tuple[list[events.Event], list[events.Event]]:
        try:
            return self._mask(batch)
        except Exception as error:  # noqa: BLE001 - reported as a bug
            self._on_bug(error)
            # Events that may contain a key are not shown.
            return [], []

    def _count(self, batch: Sequence[events.Event]) -> None:
        for event in batch:
            try:
                self.metrics = fold(self.metrics, event)
            except Exception as error:  # noqa: BLE001 - reported as a bug
                self.metrics = Metrics(self.metrics.session)
                self._on_bug(error)

    def _show(self, batch: Sequence[events.Event]) -> bool:
        """Post events or join their text; whether the figures must be posted at once."""
        structural = False
        for event in batch:
            if isinstance(event, DELTAS):
                self._join(event)
            elif isinstance(event, events.OutputPrinted):
                self._joined.append((event, []))
            else:
                self.flush()
                self._remember(event)
                self._advance(event)
                structural = structural or not isinstance(event, (*UNSEEN, events.Noticed))
        return structural

    def _advance(self, *batch: events.Event | Request) -> None:
        steps = []
        for event in batch:
            try:
                self.conversation = conversations.fold(self.conversation, event)
            except Exception as error:  # noqa: BLE001 - reported as a bug
                self._on_bug(error)
            else:
                if self.conversation.changes or not isinstance(event, UNSEEN):
                    steps.append(Step(event, self.conversation.changes))
        if steps:
            self._post(StreamAdvanced(tuple(steps)))

    def _join(self, event: events.Delta) -> None:
        self._waiting += 1
        if self._joined:
            first, texts = self._joined[-1]
            if isinstance(first, DELTAS) and same_part(first, event):
                if says_nothing(first):
                    self._joined.pop()
                else:
                    texts.append(event.text)
                    return
        self._joined.append((event, [event.text]))

    def _remember(self, event: events.Event) -> None:
        if isinstance(event, events.WorkerStarted):
            self._worker = [event]
        elif isinstance(event, events.AgentLoaded | events.AgentLoadFailed):
            outdated = (events.AgentLoaded, events.AgentLoadFailed, events.McpToolsListed)
            self._worker = [*self._worker_without(*outdated), event]
        elif isinstance(event, events.ConnectionsChanged):
            self._worker = [*self._worker_without(events.ConnectionsChanged), event]
        elif isinstance(event, events.McpToolsListed | events.WorkerSilent):
            self._worker = [*self._worker, event]
        elif isinstance(event, events.WorkerHeard):
            self._worker = self._worker_without(events.WorkerSilent)
        elif isinstance(event, events.WorkerExited):
            self._worker = self._worker_without(events.WorkerSilent, events.ConnectionsChanged)

    def _worker_without(self, *kinds: type[events.Event]) -> list[events.Event]:
        return [event for event in self._worker if not isinstance(event, kinds)]

    def _flush_on_time(self) -> None:
        frame = max(FLOOD_FRAME if self._waiting > FLOOD else 0.0, self._frame_time)
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


def _whole(first: events.Event, texts: list[str]) -> events.Event:
    return with_text(first, texts) if isinstance(first, DELTAS) else first


def _raised(error: Exception) -> None:
    raise error


def _unmasked(batch: Sequence[events.Event]) -> tuple[list[events.Event], list[events.Event]]:
    # Secrets are for the masker only.
    passed: list[events.Event] = [
        event for event in batch if not isinstance(event, events.SecretsLearned)
    ]
    return passed, list(passed)
