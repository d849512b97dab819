"""One worker, shared by the runs of many sessions: passes each event on to its run."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Protocol

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol import events
from tui.protocol.commands import Command
from tui.protocol.events import Event, Problem
from tui.stream.supervisor import Supervisor

_OF_ALL_RUNS = (events.LoopBlocked, events.LoopFreed, events.WorkerSilent, events.WorkerHeard)
"""Events of the worker that every run in it feels."""

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """A session with an open run in the worker."""

    def take(self, batch: Sequence[Event]) -> None: ...


class WorkerLane:
    """``loaded`` or ``load_problem`` says how its agent is; neither is set while that loads."""

    def __init__(self, argv: Sequence[str], *, learn: Callable[[Sequence[str]], object]) -> None:
        """``learn`` gets keys that must not be shown to anyone."""
        self._learn = learn
        self.supervisor = Supervisor(argv)
        # Each session has its own; nothing is restored when the worker is started again.
        self.supervisor.history = _NoHistory()
        self.loaded: events.AgentLoaded | None = None
        self.load_problem: Problem | None = None
        self.beginning: list[Event] = []
        """The worker's own events, which every session in it begins with."""
        self.awaited = 0
        """How many runs wait until it is ready."""
        self.gave_up = 0.0
        """When too many workers had ended, by `time.monotonic`."""
        self._ready = asyncio.Event()
        self._runs: dict[str, Listener] = {}

    @property
    def running(self) -> int:
        """How many runs are open."""
        return len(self._runs)

    @property
    def load(self) -> int:
        """How many runs are open, or about to be sent."""
        return self.running + self.awaited

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

    def try_again(self) -> None:
        """Start another worker after too many have ended."""
        self.load_problem = None
        self._ready.clear()
        self.supervisor.restart()

    async def close(self) -> None:
        await self.supervisor.close()

    def _take_aside(self, event: Event) -> None:
        match event:
            case events.SecretsLearned(values=values):
                self._learn(values)
                return
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
                _log.error("the agent cannot be loaded: %s %s", problem.message, problem.advice)
                self._ready.set()
            case events.WorkerExited():
                self._exited(event)
                return
            case events.OutputPrinted(text=text) if not self._runs:
                _log.info("the agent's code: %s", text)
        if isinstance(event, _OF_ALL_RUNS) or len(self._runs) == 1:
            for listener in tuple(self._runs.values()):
                listener.take([event])

    def _exited(self, event: events.WorkerExited) -> None:
        self._ready.clear()
        self.beginning = []
        if not event.expected:
            how = event.signal or f"exit code {event.code}"
            _log.error("a worker has ended: %s\n%s", how, event.stderr)
        listeners, self._runs = self._runs, {}
        for listener in dict.fromkeys(listeners.values()):
            listener.take([event])
        if event.final:
            self.load_problem = Problem(
                kind="worker",
                message="The agent's process keeps exiting.",
                detail=event.stderr,
            )
            self.gave_up = time.monotonic()
            self._ready.set()


class _NoHistory(HistoryMirror):
    """The conversations of many sessions are none of the worker's own."""

    def observe(self, event: Event) -> None:
        pass
