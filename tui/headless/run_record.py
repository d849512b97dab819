"""One run of a batch: what arrives of it, as one result."""

import asyncio
from collections.abc import Sequence

import msgspec

from tui.core.conversation import Step
from tui.headless.results import Job, RunResult
from tui.protocol import events
from tui.protocol.events import Event, Problem
from tui.stream.dispatcher import Dispatcher
from tui.stream.run_facts import Outcome, RunNotes


class RunRecord:
    """``ended`` is its result, once there is one."""

    def __init__(self, job: Job, run: str, session: str) -> None:
        self.job = msgspec.structs.replace(job, run=run)
        self.run = run
        self.session = session
        self.ended: asyncio.Future[RunResult] = asyncio.get_running_loop().create_future()
        self._notes = RunNotes(run)

    def take(self, batch: Sequence[Event], dispatcher: Dispatcher) -> None:
        """Dispatch events of this run, and keep the figures of each attempt that ends in them."""
        self._notes.take(batch, dispatcher)
        if self._notes.finished is not None:
            self._end(dispatcher, self._notes.finished.outcome)

    def follow(self, steps: Sequence[Step]) -> None:
        """Note what the events, cleaned and masked, have changed."""
        self._notes.follow(steps)

    def lose_worker(self, exited: events.WorkerExited, dispatcher: Dispatcher) -> None:
        """Its worker has exited, and the run with it."""
        dispatcher.dispatch([exited])
        self._end(dispatcher, "failed")

    def fail(self, problem: Problem) -> None:
        """It cannot even begin."""
        self._notes.fail(problem)
        self._end(None, "failed")

    def _end(self, dispatcher: Dispatcher | None, outcome: Outcome) -> None:
        if self.ended.done():
            return
        facts = self._notes.facts(outcome, dispatcher)
        known = msgspec.structs.asdict(facts)
        self.ended.set_result(RunResult(job=self.job, session=self.session, **known))
