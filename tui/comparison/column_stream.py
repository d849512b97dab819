"""One column: its source, its dispatcher, and the run that is compared with the others'."""

import asyncio
import time
from collections.abc import Callable, Sequence

from tui.comparison.column_figures import ColumnFigures, ended_figures, running_figures
from tui.comparison.column_plan import ColumnPlan
from tui.comparison.rounds import Played
from tui.core.conversation import Conversation, MessageSent, RetrySent, Step
from tui.core.metrics import Figures, Thresholds
from tui.core.sanitize.secret_stream import StreamMasker
from tui.core.sanitize.secrets import Masker
from tui.protocol import events
from tui.protocol.events import Event, Problem
from tui.stream.dispatcher import FRAME, Dispatcher, EventSink
from tui.stream.facts import Fact, StreamAdvanced
from tui.stream.run_control import Retried, RunControl
from tui.stream.run_facts import Outcome, RunFacts, RunNotes

LATE = 1.0
"""Seconds after a cancel in which a run mostly has ended; then its process may be restarted."""


class ColumnStream:
    """``post`` takes what is to be shown; ``changed`` is called when a run begins or ends."""

    def __init__(
        self,
        plan: ColumnPlan,
        *,
        post: Callable[[Fact], object],
        changed: Callable[[], object],
        masker: Masker,
        thresholds: Thresholds = Thresholds(),  # noqa: B008 - frozen
        recorder: EventSink | None = None,
        session: str = "",
        on_bug: Callable[[Exception], object] | None = None,
        frame: float = FRAME,
    ) -> None:
        """``session``: the id under which ``recorder`` stores it; ``frame``: see `Dispatcher`."""
        self.plan = plan
        self.session = session
        self.source, self.player = plan.source()
        self.facts: RunFacts | None = None
        """Of the last run, once it has ended."""
        self.played: list[Played] = []
        """Of a recording: all runs that have ended."""
        self._post = post
        self._changed = changed
        self._notes: RunNotes | None = None
        self._unsent = ""
        """A message that waits for the worker."""
        self._exited: events.WorkerExited | None = None
        """The last event of a worker that no other replaces."""
        self.dispatcher = Dispatcher(
            self._advanced,
            journal=recorder,
            mask=StreamMasker(masker).mask,
            thresholds=thresholds,
            now=self.source.now,
            on_bug=on_bug,
            frame=frame,
        )
        self.control = RunControl(
            self.source.send,
            lambda: self.conversation,
            self.dispatcher.note,
            masker.mask,
        )

    @property
    def conversation(self) -> Conversation:
        return self.dispatcher.conversation

    @property
    def running(self) -> bool:
        return bool(self.conversation.running)

    @property
    def out(self) -> Problem | None:
        """Why it can take no message, now and later; None if it can."""
        state = self.conversation
        if state.load_problem is not None:
            return state.load_problem
        if self._exited is None:
            return None
        return Problem(
            kind="worker",
            message="The agent's process keeps exiting.",
            detail=self._exited.stderr,
        )

    @property
    def ready(self) -> bool:
        """It can take a message, or never will."""
        return self.conversation.loaded is not None or self.out is not None

    @property
    def figures(self) -> ColumnFigures:
        """Of the run in progress, or of the last one."""
        return self.figures_in(self.dispatcher.figures())

    def figures_in(self, figures: Figures) -> ColumnFigures:
        """The same, from figures of its dispatcher."""
        if self.facts is not None:
            return ended_figures(self.facts)
        if self._notes is None:
            return ColumnFigures()
        return running_figures(figures, self._notes.run, self._notes.words)

    async def serve(self) -> None:
        """Read the source's events, until it is cancelled or the recording ends."""
        async for batch in self.source.batches():
            self.take(batch)
            await asyncio.sleep(0)

    def take(self, batch: Sequence[Event]) -> None:
        """Dispatch events; those that begin a run begin its notes."""
        start = 0
        for place, event in enumerate(batch):
            if isinstance(event, events.RunStarted) and not self._notes_are_of(event.run):
                self._dispatch(batch[start:place])
                start = place
                self._begin(event.run)
        self._dispatch(batch[start:])

    def send(self, prompt: str, entered_at: int) -> None:
        """Send a message; ``entered_at`` is the time of Enter, `time.monotonic_ns()`.

        If its process is being restarted it waits until the agent is loaded again.
        """
        self.forget()
        if (problem := self.out) is not None:
            notes = RunNotes("")
            notes.fail(problem)
            self.facts = notes.facts("failed", None)
            self._changed()
            return
        if self.control.submit(prompt, entered_at + self.source.clock_offset) != "sent":
            self._unsent = prompt
        self.dispatcher.tick()

    def forget(self) -> None:
        """Another round begins."""
        self.facts = self._notes = None

    def retry(self, *, confirmed: bool = False) -> Retried:
        """As `RunControl.retry`."""
        done = self.control.retry(self.source.now(), confirmed=confirmed)
        if done == "sent":
            self.dispatcher.tick()
        return done

    def cancel(self) -> bool:
        """Cancel the run; if an earlier cancel has not ended it, restart its process.

        False if nothing runs.
        """
        match self.control.cancel(time.monotonic_ns()):
            case "cancelling":
                self.dispatcher.tick()
                return True
            case "again":
                since = self.conversation.cancelling_since or 0
                if time.monotonic_ns() - since > LATE * 1e9:
                    self.source.restart()
                return True
            case _:
                return False

    def _notes_are_of(self, run: str) -> bool:
        return self._notes is not None and self._notes.run == run

    def _begin(self, run: str) -> None:
        self._notes, self.facts = RunNotes(run), None
        self._changed()

    def _dispatch(self, batch: Sequence[Event]) -> None:
        if not batch:
            return
        if self._notes is None:
            self.dispatcher.dispatch(batch)
        else:
            self._notes.take(batch, self.dispatcher)
        for event in batch:
            self._follow(event)
        self._end_if_ended()

    def _follow(self, event: Event) -> None:
        if isinstance(event, events.WorkerExited):
            self._exited = event if event.final else None
        elif isinstance(event, events.WorkerStarted):
            self._exited = None
        elif isinstance(event, events.AgentLoaded | events.AgentLoadFailed):
            state = self.conversation
            if self._unsent and not state.running and state.load_problem is None:
                unsent, self._unsent = self._unsent, ""
                self.control.submit(unsent, self.source.now())
            self._changed()
        elif isinstance(event, events.CodeChanged) and not self.running:
            self.source.reload()

    def _end_if_ended(self) -> None:
        notes, state = self._notes, self.conversation
        if notes is None or self.facts is not None or state.running:
            return
        if notes.finished is None and state.run is not None and state.run.id != notes.run:
            return
        self._end("failed" if notes.finished is None else notes.finished.outcome)

    def _end(self, outcome: Outcome) -> None:
        assert self._notes is not None
        self.facts = facts = self._notes.facts(outcome, self.dispatcher)
        if self.player is not None and (run := self.conversation.run) is not None:
            # The next turn waits for the other columns.
            self.player.paused = True
            self.played.append(Played(run.prompt, facts.turn.wall if facts.turn else 0.0, facts))
        self.dispatcher.tick()
        self._changed()
        if self.conversation.changed_files:
            self.source.reload()

    def _advanced(self, fact: Fact) -> None:
        if isinstance(fact, StreamAdvanced):
            for step in fact.steps:
                self._sent(step)
            if self._notes is not None:
                self._notes.follow(fact.steps)
        self._post(fact)

    def _sent(self, step: Step) -> None:
        if isinstance(step.event, MessageSent | RetrySent):
            self._begin(step.event.run)
