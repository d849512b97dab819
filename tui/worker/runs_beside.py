"""Runs that share the worker and its connections, each with a conversation of its own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tui.protocol.commands import Approve, CancelRun, Reject, RetryNow, RetryRun, StartRun
from tui.protocol.events import Problem
from tui.worker.agent.loaded_agent import LoadedAgent
from tui.worker.observer import Observer
from tui.worker.run import Run
from tui.worker.server_state import ServerState
from tui.worker.tools.approvals import Approvals
from tui.worker.tools.client_tools import client_tools
from tui.worker.turn_choice import NOTHING_TO_CONTINUE, restore, turn_of


@dataclass(frozen=True, slots=True)
class _Beside:
    run: Run
    task: asyncio.Task[Problem | None]

    def cancel(self) -> None:
        """A second cancellation would interrupt the cleanup after the first."""
        if not self.task.cancelling():
            self.task.cancel()


class RunsBeside:
    """Starts and cancels them; each one ends by itself with `RunFinished`."""

    def __init__(
        self,
        observer: Observer,
        ended: Callable[[StartRun | RetryRun, asyncio.Task[Problem | None]], object],
    ) -> None:
        """``ended`` gets each task that is done.

        If the run never began, it was cancelled, or its result says why.
        """
        self._observer = observer
        self._ended = ended
        self._runs: dict[str, _Beside] = {}

    def __contains__(self, run: str) -> bool:
        return run in self._runs

    def start(self, command: StartRun | RetryRun, agent: LoadedAgent) -> None:
        observer = self._observer.beside()
        observer.ledger.agent = agent.first.name
        observer.ledger.server = ServerState.of(agent.options.beside())
        observer.client_tools = client_tools(command.client_tools, agent.first)
        run = Run(
            observer,
            Approvals(observer),
            agent=agent.first,
            run_config=agent.run_config,
            context=agent.context,
            options=agent.options.beside(),
        )
        task = asyncio.get_running_loop().create_task(_drive(run, command, agent))
        self._runs[command.run] = _Beside(run, task)
        task.add_done_callback(lambda _: self._done(command, task))

    def handle(self, command: CancelRun | RetryNow | Approve | Reject) -> None:
        """Handle a command for one of them."""
        beside = self._runs[command.run]
        match command:
            case CancelRun(mode="after_call"):
                beside.run.stop_after_call()
            case CancelRun():
                beside.cancel()
            case RetryNow():
                beside.run.observer.hurry.set()
            case Approve() | Reject():
                beside.run.approvals.answer(command)

    async def end(self) -> None:
        """Cancel all, and wait until they have ended."""
        running = list(self._runs.values())
        for beside in running:
            beside.cancel()
        if running:
            await asyncio.wait([beside.task for beside in running])

    def _done(self, command: StartRun | RetryRun, task: asyncio.Task[Problem | None]) -> None:
        del self._runs[command.run]
        self._ended(command, task)


async def _drive(run: Run, command: StartRun | RetryRun, agent: LoadedAgent) -> Problem | None:
    observer = run.observer
    observer.enter(command.run)
    if command.history is not None:
        restore(observer, command.history)
    prompt, turn, mode = turn_of(observer, command)
    if not turn.base and turn.message is None:
        return NOTHING_TO_CONTINUE
    run.agent = agent.named(turn.agent)
    await run.drive(command.run, turn, prompt=prompt, entered_at=command.entered_at, mode=mode)
    return None
