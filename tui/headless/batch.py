"""Runs all jobs: at most so many at once, in so many workers."""

import asyncio
import os
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Literal

import msgspec

from tui.headless.ending import say
from tui.headless.lane import Lane, Terms
from tui.headless.prompts import Prompt
from tui.headless.results import Job, RunResult
from tui.stream.source import Source
from tui.stream.supervisor import Supervisor

LATE = 10.0
"""Seconds after its time-out when a run that still has not ended costs its worker its life."""

CANCEL_GRACE = 3.0
"""Seconds that cancelled runs have to end."""


def jobs_of(prompts: Sequence[Prompt], *, repeat: int = 1, warm_ups: int = 0) -> list[Job]:
    """The warm-ups, then all prompts, as often as asked for, round by round."""
    warm = [(prompts[n % len(prompts)], 0) for n in range(warm_ups)]
    real = [(prompt, round_) for round_ in range(1, repeat + 1) for prompt in prompts]
    return [Job(n, prompt, round_) for n, (prompt, round_) in enumerate(warm + real, 1)]


class BatchPlan(msgspec.Struct, frozen=True, kw_only=True):
    """``workers``: how many processes; None: one for each processor, and no more than needed."""

    worker_command: tuple[str, ...] = ()
    source: Callable[[], Source] | None = None
    """Makes each source of events; None: it is a worker with this command."""
    concurrency: int = 1
    workers: int | None = None
    timeout: float | None = None
    """Seconds for each run; the worker enforces it, see `LATE`."""
    started: subprocess.Popen[bytes] | None = None
    """The first worker, where that has been started already."""

    def sources(self) -> list[Source]:
        """One for each lane, to be used once."""
        if self.source is not None:
            return [self.source() for _ in range(self.lanes)]
        first = [self.started, *[None] * (self.lanes - 1)]
        return [Supervisor(self.worker_command, first=started) for started in first]

    @property
    def lanes(self) -> int:
        most = self.workers or len(os.sched_getaffinity(0))
        return max(1, min(self.concurrency, most))


class Batch:
    """``results`` are those of the measured runs so far, in the order in which they ended."""

    def __init__(
        self,
        plan: BatchPlan,
        terms: Terms,
        wait_for_others: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """``wait_for_others`` is awaited when the agents are loaded: batches that start at once."""
        self.plan = plan
        self.results: list[RunResult] = []
        self.began = self.ended = 0.0
        """Unix seconds: of the first measured run, and of the end."""
        self.seconds = 0.0
        """From the first measured run's begin to the end of the last."""
        self._interrupted = asyncio.Event()
        self.connections = terms.connections
        self._terms = terms
        self._wait_for_others = wait_for_others
        self._lanes = [Lane(source, terms) for source in plan.sources()]

    @property
    def lanes(self) -> Sequence[Lane]:
        return self._lanes

    @property
    def interrupted(self) -> bool:
        return self._interrupted.is_set()

    async def run(self, jobs: Iterable[Job]) -> None:
        """Run all of them; a failed one does not stop the others."""
        every = list(jobs)
        servers = [asyncio.create_task(lane.serve()) for lane in self._lanes]
        try:
            # Loading the agent is no part of what is measured.
            await self._all_ready(servers)
            loaded = self._lanes[0].loaded
            if loaded is not None and (doubt := self._terms.approvals.doubt(loaded)):
                say(doubt)
            if self._wait_for_others is not None:
                await self._wait_for_others()
            await self._run_all([job for job in every if job.is_warm_up], servers)
            self.began, start = time.time(), time.monotonic()
            await self._run_all([job for job in every if not job.is_warm_up], servers)
            self.ended, self.seconds = time.time(), time.monotonic() - start
        finally:
            await asyncio.gather(*(lane.source.close() for lane in self._lanes))
            for server in servers:
                server.cancel()
            await asyncio.wait(servers)

    def interrupt(self) -> None:
        """Begin no further run, and cancel those that run."""
        self._interrupted.set()
        for lane in self._lanes:
            lane.cancel_all()
        asyncio.get_running_loop().call_later(CANCEL_GRACE, self._kill)

    async def _all_ready(self, servers: list[asyncio.Task[None]]) -> None:
        """Wait until all agents are loaded, which may take long, or for an interruption."""
        interrupted = asyncio.create_task(self._interrupted.wait())
        waiting = [asyncio.create_task(self._ready(lane, interrupted)) for lane in self._lanes]
        try:
            await self._until_done(waiting, servers)
        finally:
            interrupted.cancel()

    @staticmethod
    async def _ready(lane: Lane, interrupted: asyncio.Task[Literal[True]]) -> None:
        ready = asyncio.create_task(lane.ready())
        try:
            await asyncio.wait((ready, interrupted), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()

    async def _run_all(self, jobs: list[Job], servers: list[asyncio.Task[None]]) -> None:
        waiting = iter(jobs)
        slots = [
            asyncio.create_task(self._slot(self._lanes[n % len(self._lanes)], waiting))
            for n in range(min(self.plan.concurrency, len(jobs)))
        ]
        await self._until_done(slots, servers)

    @staticmethod
    async def _until_done(
        tasks: Sequence[asyncio.Task[None]], servers: Sequence[asyncio.Task[None]]
    ) -> None:
        """Wait for all of them; if a lane ends meanwhile, which only a bug can do, raise that."""
        pending = set(tasks)
        try:
            while pending:
                done, _ = await asyncio.wait(
                    {*pending, *servers}, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    task.result()
                pending -= done
        finally:
            for task in tasks:
                task.cancel()

    async def _slot(self, lane: Lane, waiting: Iterable[Job]) -> None:
        for job in waiting:
            if self.interrupted:
                return
            result = await self._in_time(lane, job)
            if not job.is_warm_up:
                self.results.append(result)
            for face in self._terms.faces:
                face.ended(result)

    async def _in_time(self, lane: Lane, job: Job) -> RunResult:
        running = asyncio.ensure_future(lane.run(job))
        if self.plan.timeout is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(running), self.plan.timeout + LATE)
            if not running.done():
                lane.source.restart()
        return await running

    def _kill(self) -> None:
        for lane in self._lanes:
            if lane.running:
                lane.source.restart()
