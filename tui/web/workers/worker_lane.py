"""One worker, shared by the runs of many sessions: passes each event on to its run."""

import asyncio
from collections.abc import Sequence
from itertools import groupby
from typing import Protocol

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol import events
from tui.protocol.commands import Command
from tui.protocol.events import Event, Problem
from tui.stream.supervisor import Supervisor

_OF_ALL_RUNS = (events.LoopBlocked, events.LoopFreed, events.WorkerSilent, events.WorkerHeard)
"""Events of the worker that every run in it feels."""


class Listener(Protocol):
    """A session with an open run in the worker."""

    def take(self, batch: Sequence[Event]) -> None: ...


class WorkerLane:
    """``loaded`` or ``load_problem`` says how its agent is; neither is set while that loads."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.supervisor = Supervisor(argv)
        # Each session has its own; nothing is restored when the worker is started again.
        self.supervisor.history = _NoHistory()
        self.loaded: events.AgentLoaded | None = None
        self.load_problem: Problem | None = None
        self.beginning: list[Event] = []
        """The worker's own events, which every session in it begins with."""
        self._ready = asyncio.Event()
        self._runs: dict[str, Listener] = {}

    @property
    def running(self) -> int:
        """How many runs are open."""
        return len(self._runs)

    @property
    def is_ready(self) -> bool:
        """Its agent is loaded, or cannot be."""
        return self._ready.is_set()

    async def ready(self) -> None:
        await self._ready.wait()

    async def serve(self) -> None:
        """Read the worker's events, until it is cancelled."""
        async for batch in self.supervisor.batches():
            for run, group in groupby(batch, lambda event: event.run):
                listener = self._runs.get(run)
                if listener is not None:
                    listener.take(list(group))
                else:
                    for event in group:
                        self._take_aside(event)

    def start(self, run: str, command: Command, listener: Listener) -> bool:
        """Send the command that starts a run; False if no worker can receive it."""
        if self.supervisor.send(command):
            self._runs[run] = listener
            return True
        # The worker has just exited; that event, or its successor, is still to come.
        self._ready.clear()
        return False

    def ended(self, run: str) -> None:
        """The run is over: nothing more is passed on."""
        self._runs.pop(run, None)

    async def close(self) -> None:
        await self.supervisor.close()

    def _take_aside(self, event: Event) -> None:
        match event:
            case events.WorkerStarted():
                self.beginning = [event]
            case events.AgentLoaded():
                self.beginning = [*self.beginning[:1], event]
                self.loaded, self.load_problem = event, None
                self._ready.set()
            case events.McpToolsListed():
                self.beginning.append(event)
            case events.AgentLoadFailed(problem=problem):
                self.loaded, self.load_problem = None, problem
                self._ready.set()
            case events.WorkerExited():
                self._exited(event)
                return
        if isinstance(event, _OF_ALL_RUNS) or len(self._runs) == 1:
            for listener in tuple(self._runs.values()):
                listener.take([event])

    def _exited(self, event: events.WorkerExited) -> None:
        self._ready.clear()
        self.beginning = []
        listeners, self._runs = self._runs, {}
        for listener in dict.fromkeys(listeners.values()):
            listener.take([event])
        if event.final:
            self.load_problem = self.load_problem or Problem(
                kind="worker",
                message="The agent's process ends again and again.",
                advice="The log of the service says why.",
                detail=event.stderr,
            )
            self._ready.set()


class _NoHistory(HistoryMirror):
    """The conversations of many sessions are none of the worker's own."""

    def observe(self, event: Event) -> None:
        pass
