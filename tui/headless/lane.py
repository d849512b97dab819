"""One worker and the runs in it: sends commands, and passes each event on to its run."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

import msgspec

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.core.metrics import Thresholds
from tui.core.sanitize.secret_stream import StreamMasker
from tui.core.sanitize.secrets import Masker
from tui.headless.approval_policy import ApprovalPolicy
from tui.headless.connection_counts import ConnectionCounts
from tui.headless.face import Face
from tui.headless.results import Job, RunResult
from tui.headless.run_record import RunRecord
from tui.journal import Journal, new_session_id
from tui.protocol import events
from tui.protocol.commands import CancelRun, StartRun
from tui.protocol.events import Event, Problem
from tui.stream.dispatcher import Dispatcher, EventSink, Past
from tui.stream.facts import Fact, StreamAdvanced
from tui.stream.source import Source

_OF_ALL_RUNS = (events.LoopBlocked, events.LoopFreed, events.WorkerSilent, events.WorkerHeard)
"""Events of the worker that every run in it feels."""


class ResumedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A stored session that all prompts continue, one after the other."""

    id: str
    past: Past
    history: HistoryMirror
    recorder: EventSink


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What all lanes have in common."""

    masker: Masker
    faces: tuple[Face, ...]
    approvals: ApprovalPolicy
    thresholds: Thresholds
    journal: Journal | None = None
    resumed: ResumedSession | None = None
    connections: ConnectionCounts = msgspec.field(default_factory=ConnectionCounts)


class Lane:
    """Runs prompts in one worker.

    Each has a conversation, figures and a session of its own, unless a session is resumed.
    """

    def __init__(self, source: Source, terms: Terms) -> None:
        self.source = source
        self.load_problem: Problem | None = None
        self.loaded: events.AgentLoaded | None = None
        self._terms = terms
        self._ready = asyncio.Event()
        self._start: list[Event] = []
        """The worker's own events, which every session begins with."""
        self._runs: dict[str, tuple[RunRecord, Dispatcher]] = {}
        self._continued: Dispatcher | None = None
        """Of the resumed session, with all its turns."""
        if terms.resumed is not None:
            source.restore(terms.resumed.history)

    @property
    def running(self) -> int:
        """How many runs are open."""
        return len(self._runs)

    async def serve(self) -> None:
        """Read the worker's events, until it is cancelled."""
        async for batch in self.source.batches():
            for event in batch:
                if isinstance(event, events.ConnectionsChanged | events.WorkerExited):
                    self._count_connections(event)
            for run, group in groupby(batch, lambda event: event.run):
                self._take(run, list(group))

    def _count_connections(self, event: events.ConnectionsChanged | events.WorkerExited) -> None:
        counts = self._terms.connections
        counts.changed(id(self), None if isinstance(event, events.WorkerExited) else event)
        for face in self._terms.faces:
            face.connected(counts)

    async def ready(self) -> None:
        """Wait until the worker has loaded its agent, or failed to."""
        await self._ready.wait()

    async def run(self, job: Job) -> RunResult:
        """Run a prompt and wait until it has ended."""
        await self._ready.wait()
        resumed = self._terms.resumed
        record, dispatcher = (
            self._beginning(job) if resumed is None else await self._continuing(job, resumed)
        )
        for face in self._terms.faces:
            face.began(record.job)
        try:
            if problem := await self._start_run(record):
                record.fail(problem)
            else:
                self._runs[record.run] = record, dispatcher
            return await record.ended
        finally:
            self._runs.pop(record.run, None)
            if record.session and resumed is None and self._terms.journal is not None:
                self._terms.journal.release(record.session)

    async def _start_run(self, record: RunRecord) -> Problem | None:
        """Send the command to the worker, or its successor; why none will ever run it."""
        while True:
            await self._ready.wait()
            if self.load_problem is not None:
                return self.load_problem
            started = StartRun(
                run=record.run,
                prompt=record.job.prompt.text,
                entered_at=self.source.now(),
                images=record.job.prompt.attached,
                beside=self._terms.resumed is None,
            )
            if self.source.send(started):
                return None
            # The worker has just exited; that event, or its successor, is still to come.
            self._ready.clear()

    def cancel_all(self) -> None:
        """Cancel what runs; each run ends by itself."""
        for run in self._runs:
            self.source.send(CancelRun(run=run))

    def _beginning(self, job: Job) -> tuple[RunRecord, Dispatcher]:
        """A run with a conversation of its own."""
        journal = None if job.is_warm_up else self._terms.journal
        session = new_session_id() if journal is not None else ""
        record = RunRecord(job, f"r{job.number}", session)
        recorder = None if journal is None else journal.recorder(session)
        dispatcher = self._dispatcher(record, recorder)
        dispatcher.dispatch(self._start)
        return record, dispatcher

    async def _continuing(self, job: Job, resumed: ResumedSession) -> tuple[RunRecord, Dispatcher]:
        """The next turn of the resumed session, which begins with all that the last one knew."""
        before = self._continued
        past = resumed.past if before is None else Past(
            steps=(), metrics=before.metrics, conversation=before.conversation
        )  # fmt: skip
        record = RunRecord(job, f"r{past.conversation.runs + 1}", resumed.id)
        dispatcher = self._continued = self._dispatcher(record, resumed.recorder)
        tee = _Tee(partial(self._received, record.job), resumed.recorder.append)
        await dispatcher.replay(past, tee)
        dispatcher.release()
        if before is None:
            dispatcher.dispatch(self._start)
        return record, dispatcher

    def _dispatcher(self, record: RunRecord, recorder: EventSink | None) -> Dispatcher:
        return Dispatcher(
            partial(self._post, record),
            journal=_Tee(
                partial(self._received, record.job), None if recorder is None else recorder.append
            ),
            mask=StreamMasker(self._terms.masker).mask,
            thresholds=self._terms.thresholds,
            now=self.source.now,
            posts_figures=False,
        )

    def _post(self, record: RunRecord, fact: Fact) -> None:
        if isinstance(fact, StreamAdvanced) and fact.live:
            record.follow(fact.steps)
            for face in self._terms.faces:
                face.advanced(record.job, fact.steps)

    def _received(self, job: Job, batch: Sequence[Event]) -> None:
        own = [event for event in batch if event.run]
        for face in self._terms.faces:
            face.received(job, own)

    def _take(self, run: str, batch: list[Event]) -> None:
        if run in self._runs:
            record, dispatcher = self._runs[run]
            record.take(batch, dispatcher)
            for event in batch:
                if isinstance(event, events.ApprovalRequested):
                    self.source.send(self._terms.approvals.answer(event))
        else:
            for event in batch:
                self._take_aside(event)

    def _take_aside(self, event: Event) -> None:
        match event:
            case events.SecretsLearned(values=values):
                self._terms.masker.learn(values)
                return
            case events.WorkerStarted():
                self._start = [event]
            case events.AgentLoaded():
                self._start = [*self._start[:1], event]
                self.loaded, self.load_problem = event, None
                self._ready.set()
            case events.AgentLoadFailed(problem=problem):
                self.load_problem = problem
                self._ready.set()
            case events.WorkerExited():
                self._worker_exited(event)
        if isinstance(event, _OF_ALL_RUNS) or len(self._runs) == 1:
            for record, dispatcher in self._runs.values():
                record.take([event], dispatcher)
        shown = self._terms.masker.shown(event)
        for face in self._terms.faces:
            face.aside(shown)

    def _worker_exited(self, event: events.WorkerExited) -> None:
        self._ready.clear()
        for record, dispatcher in list(self._runs.values()):
            record.lose_worker(event, dispatcher)
        if event.final and self.load_problem is None:
            text = event.stderr.strip().rpartition("\n")[2]
            self.load_problem = Problem(
                kind="worker",
                message="The agent's process keeps exiting.",
                detail=event.stderr,
                advice=text,
            )
            self._ready.set()


class _Tee:
    """A sink that passes batches on to each of these."""

    def __init__(self, *sinks: Callable[[Sequence[Event]], object] | None) -> None:
        self._sinks = [sink for sink in sinks if sink is not None]

    def append(self, batch: Sequence[Event]) -> None:
        for sink in self._sinks:
            sink(batch)
