"""The results of runs that were recorded."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from tui.core.metrics import Thresholds
from tui.core.sanitize.characters import clean_event
from tui.headless.face import Face
from tui.headless.prompts import Prompt
from tui.headless.results import Job, RunResult
from tui.headless.run_record import RunRecord
from tui.journal.recordings import JobName, Recording
from tui.protocol import events
from tui.protocol.events import Event
from tui.stream.dispatcher import Dispatcher, Mask
from tui.stream.facts import Fact, StreamAdvanced

_START = (events.WorkerStarted, events.AgentLoaded)


def recorded_results(recording: Recording, limits: Thresholds) -> list[RunResult]:
    """Read all of it. Raise what iterating over it raises."""
    return asyncio.run(_read(recording, limits))


async def _read(recording: Recording, limits: Thresholds) -> list[RunResult]:
    runs = RecordedRuns(recording.jobs, limits)
    for batch in recording:
        runs.take(batch)
    return runs.ended()


class RecordedRuns:
    """Takes recorded events; each run has a conversation and figures of its own.

    ``face`` follows the runs as it does when they are live.
    """

    def __init__(
        self,
        jobs: Mapping[str, JobName],
        limits: Thresholds,
        face: Face | None = None,
        new_mask: Callable[[], Mask | None] = lambda: None,
    ) -> None:
        self._jobs = jobs
        self._limits = limits
        self._face = face or Face()
        self._new_mask = new_mask
        self._start: list[Event] = []
        self._open: dict[str, tuple[RunRecord, Dispatcher]] = {}
        self._records: list[RunRecord] = []

    def take(self, batch: Iterable[Event]) -> None:
        for event in batch:
            if isinstance(event, _START):
                self._start = [*([] if isinstance(event, _START[0]) else self._start), event]
            elif isinstance(event, events.RunStarted):
                self._open[event.run] = self._begin(event)
            if isinstance(event, events.WorkerExited):
                for record, dispatcher in self._open.values():
                    record.lose_worker(event, dispatcher)
            elif event.run in self._open:
                record, dispatcher = self._open[event.run]
                record.take([event], dispatcher)
            else:
                self._face.aside(clean_event(event))
            self._report_ends()

    def flush(self) -> None:
        """Show what waits for its frame."""
        for _, dispatcher in self._open.values():
            dispatcher.flush()

    def ended(self) -> list[RunResult]:
        """Runs without an end are left out: nothing says how they ended."""
        return [record.ended.result() for record in self._records if record.ended.done()]

    def _report_ends(self) -> None:
        for run, (record, _) in list(self._open.items()):
            if record.ended.done():
                del self._open[run]
                self._face.ended(record.ended.result())

    def _begin(self, event: events.RunStarted) -> tuple[RunRecord, Dispatcher]:
        number = int(re.sub(r"\D", "", event.run) or 0)
        named = self._jobs.get(event.run)
        prompt = Prompt(named.id if named else event.run, event.prompt)
        job = Job(number, prompt, named.round if named else 1)
        record = RunRecord(job, event.run, "")
        dispatcher = Dispatcher(
            partial(self._post, record),
            thresholds=self._limits,
            clean=clean_event,
            mask=self._new_mask(),
            posts_figures=False,
        )
        dispatcher.dispatch(self._start)
        self._records.append(record)
        self._face.began(record.job)
        return record, dispatcher

    def _post(self, record: RunRecord, fact: Fact) -> None:
        if isinstance(fact, StreamAdvanced):
            record.follow(fact.steps)
            self._face.advanced(record.job, fact.steps)
