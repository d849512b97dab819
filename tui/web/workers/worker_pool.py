"""The workers: as many as there are processors, each started when those before it are busy."""

import asyncio
import os
from collections.abc import Sequence

from tui.protocol.events import AgentLoaded, Problem
from tui.web.refusals import RefusedError
from tui.web.workers.worker_lane import WorkerLane


class WorkerPool:
    """``most``: how many processes; None: one for each processor that this one may use."""

    def __init__(self, argv: Sequence[str], most: int | None = None) -> None:
        self._argv = argv
        self._most = most or len(os.sched_getaffinity(0))
        self.lanes: list[WorkerLane] = []
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
        """The worker for a session's next run: the one it is bound to, or the one with least to do.

        Raise `RefusedError` if the agent cannot be loaded.
        """
        lane = bound if bound is not None and bound.is_ready and bound.loaded else self._least()
        await lane.ready()
        if lane.load_problem is not None:
            raise RefusedError("AGENT_UNAVAILABLE", lane.load_problem.message)
        return lane

    async def close(self) -> None:
        """End all of them; what runs is given a moment."""
        await asyncio.gather(*(lane.close() for lane in self.lanes))
        for server in self._servers:
            server.cancel()
        if self._servers:
            await asyncio.wait(self._servers)

    def _least(self) -> WorkerLane:
        usable = [lane for lane in self.lanes if lane.is_ready and lane.load_problem is None]
        lane = min(usable or self.lanes, key=lambda one: one.running)
        if lane.running and len(self.lanes) < self._most:
            # For the next one who asks: this one need not wait for it.
            self._add()
        return lane

    def _add(self) -> None:
        lane = WorkerLane(self._argv)
        self.lanes.append(lane)
        self._servers.append(asyncio.create_task(lane.serve(), name="worker lane"))
