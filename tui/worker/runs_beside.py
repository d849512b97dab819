"""Runs that share the worker and its connections, each with a conversation of its own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tui.protocol.commands import Approve, CancelRun, Reject, RetryNow, StartRun
from tui.worker.agent.loaded_agent import LoadedAgent
from tui.worker.observer import Observer
from tui.worker.run import Run
from tui.worker.server_state import ServerState
from tui.worker.tools.approvals import Approvals


@dataclass(frozen=True, slots=True)
class _Beside:
    run: Run
    task: asyncio.Task[None]

    def cancel(self) -> None:
        """A second cancellation would interrupt the cleanup after the first."""
        if not self.task.cancelling():
            self.task.cancel()


class RunsBeside:
    """Starts and cancels them; each one ends by itself with `RunFinished`."""

    def __init__(
        self, observer: Observer, ended: Callable[[StartRun, asyncio.Task[None]], object]
    ) -> None:
        """``ended`` gets each task that is done; it was cancelled if the run never began."""
        self._observer = observer
        self._ended = ended
        self._runs: dict[str, _Beside] = {}

    def __contains__(self, run: str) -> bool:
        return run in self._runs

    def start(self, command: StartRun, agent: LoadedAgent) -> None:
        observer = self._observer.beside()
        observer.ledger.agent = agent.first.name
        observer.ledger.server = ServerState.of(agent.options.beside())
        turn = observer.ledger.begin(command.prompt)
        run = Run(
            observer,
            Approvals(observer),
            agent=agent.named(turn.agent),
            run_config=agent.run_config,
            context=agent.context,
            options=agent.options.beside(),
        )
        task = asyncio.get_running_loop().create_task(
            run.drive(
                command.run, turn, prompt=command.prompt, entered_at=command.entered_at, mode="send"
            )
        )
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

    def _done(self, command: StartRun, task: asyncio.Task[None]) -> None:
        del self._runs[command.run]
        self._ended(command, task)
