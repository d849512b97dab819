"""The workers: as many as there are processors, each started when those before it are busy."""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Sequence

from tui.protocol.events import AgentLoaded, Problem
from tui.web.request_refusals import RefusedError
from tui.web.workers.worker_lane import WorkerLane

TRY_AGAIN = 30.0
"""Seconds after which a worker is started again that had ended again and again."""

_log = logging.getLogger(__name__)


class WorkerPool:
    """``most``: how many processes; None: one for each processor that this one may use."""

    def __init__(
        self,
        argv: Sequence[str],
        most: int | None = None,
        *,
        learn: Callable[[Sequence[str]], object],
    ) -> None:
        self.lanes: list[WorkerLane] = []
        self.failed = asyncio.Event()
        """A bug has ended the reading of a worker's events."""
        self._argv = argv
        self._most = most or len(os.sched_getaffinity(0))
        self._learn = learn
        self._servers: list[asyncio.Task[None]] = []

    @property
    def loaded(self) -> AgentLoaded | None:
        """The agent, once a worker has loaded it."""
        return next((lane.loaded for lane in self.lanes if lane.loaded is not None), None)

    @property
    def load_problem(self) -> Problem | None:
        """Why no worker has the agent, if that is known."""
        if self.loaded is not None:
            return None
        return next((lane.load_problem for lane in self.lanes if lane.load_problem), None)

    def start(self) -> None:
        """Start the first worker, so that the agent is loaded before anyone asks."""
        self._add()

    async def lane_for(self, bound: WorkerLane | None) -> WorkerLane:
        """The worker for a session's next run: the one it is bound to, or one with less to do.

        Raise `RefusedError` if there is no agent.
        """
        lane = self._chosen(bound)
        lane.awaited += 1
        try:
            await lane.ready()
        finally:
            lane.awaited -= 1
        if lane.load_problem is not None:
            if lane.supervisor.given_up and time.monotonic() - lane.gave_up > TRY_AGAIN:
                lane.try_again()
            raise RefusedError(
                "AGENT_UNAVAILABLE", "the agent cannot be run: see the service's log"
            )
        return lane

    async def close(self) -> None:
        """End all of them; what runs is given a moment."""
        for server in self._servers:
            server.remove_done_callback(self._served)
        await asyncio.gather(*(lane.close() for lane in self.lanes))
        for server in self._servers:
            server.cancel()
        if self._servers:
            await asyncio.wait(self._servers)

    def _chosen(self, bound: WorkerLane | None) -> WorkerLane:
        usable = [lane for lane in self.lanes if lane.is_ready and lane.load_problem is None]
        lane = min(usable or self.lanes, key=lambda one: one.load)
        if lane.load and len(self.lanes) < self._most:
            # One that is ready is not left for one that is not, but the next may be.
            started = self._add()
            lane = lane if usable else started
        if bound is not None and bound in usable and bound.load <= lane.load + 1:
            return bound
        return lane

    def _add(self) -> WorkerLane:
        lane = WorkerLane(self._argv, learn=self._learn)
        self.lanes.append(lane)
        server = asyncio.create_task(lane.serve(), name="worker lane")
        server.add_done_callback(self._served)
        self._servers.append(server)
        return lane

    def _served(self, server: asyncio.Task[None]) -> None:
        if not server.cancelled() and (error := server.exception()) is not None:
            _log.error("a bug in streamtui ended a worker", exc_info=error)
            self.failed.set()
