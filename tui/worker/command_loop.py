"""The session: commands in, one run at a time."""

import asyncio
import os
from collections import deque
from contextlib import AsyncExitStack
from typing import Any, Literal

from tui.protocol.commands import (
    Approve,
    CancelRun,
    CancelTool,
    ClearHistory,
    Command,
    Reject,
    RestoreHistory,
    RetryNow,
    RetryRun,
    SetModel,
    StartRun,
)
from tui.protocol.events import AgentLoadFailed, Noticed, Problem, RunFinished, RunStarted
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.agent.code_watch import Beginning, CodeWatch
from tui.worker.agent.loaded_agent import LoadedAgent, UserCode
from tui.worker.agent.loader import LoadError, Target, parse_target
from tui.worker.input_items import call_id_of
from tui.worker.io.event_writer import EventWriter
from tui.worker.io.secret_watch import SecretWatch
from tui.worker.ledger import Turn
from tui.worker.model import tap
from tui.worker.model.warm_up import warm_up_aside
from tui.worker.observer import Observer
from tui.worker.run import Mode, Run
from tui.worker.tools import span_failures
from tui.worker.tools.approvals import Approvals
from tui.worker.tools.native_tools import NativeToolTap
from tui.worker.tools.tool_wrappers import RunningTool, ToolTap

_NOTHING_FINISHED = Problem(
    kind="agent", message="There is nothing to go on from.", advice="Send a message."
)


class Session:
    """Made in the event loop's thread, before or while the loop runs."""

    def __init__(
        self,
        writer: EventWriter,
        settings: WorkerSettings,
        secrets: SecretWatch,
        beginning: Beginning,
    ) -> None:
        """``beginning``: of the user's files being read."""
        self._writer = writer
        self._beginning = beginning
        self._observer = Observer(writer, settings, secrets)
        self._approvals = Approvals(self._observer)
        self._tools = ToolTap(self._observer)
        self._settings = settings
        self._agent: LoadedAgent | None = None
        self._load_problem: Problem | None = None
        self._load_error: LoadError | None = None
        self._waiting: deque[StartRun | RetryRun] = deque()
        self._run: Run | None = None
        self._run_id = ""
        self._command: StartRun | RetryRun | None = None
        self._task: asyncio.Task[None] | None = None
        self._commands: asyncio.Queue[Command | None] = asyncio.Queue()
        self._crash: BaseException | None = None
        span_failures.install(self._observer.spans, exported=settings.tracing)
        tap.install(self._observer)
        self._tools.install()
        NativeToolTap(self._observer, self._tools).install()

    def running_tool(self, task: asyncio.Task[Any] | None) -> RunningTool | None:
        """The tool whose code a task of the loop runs; from any thread."""
        return self._tools.of_task(task)

    async def serve(
        self, code: UserCode | LoadError, commands: asyncio.Queue[Command | None]
    ) -> None:
        """Load the agent, then obey until None comes; leave nothing open behind."""
        async with AsyncExitStack() as stack:
            await self._load(code, stack)
            stack.callback(self._watch_code().cancel)
            self._commands = commands
            while (command := await commands.get()) is not None and self._crash is None:
                self._obey(command)
            await self._end_run()
            if self._crash is not None:
                raise self._crash

    async def _load(self, code: UserCode | LoadError, stack: AsyncExitStack) -> None:
        try:
            self._agent = await self._loaded(code, stack)
        except LoadError as error:
            self._load_error = error
            self._load_problem = error.problem
            self._writer.emit(AgentLoadFailed(at=self._writer.now(), problem=error.problem))
            return
        span_failures.install(self._observer.spans, exported=self._settings.tracing)
        self._observer.ledger.agent = self._agent.first.name
        described = self._agent.described(self._writer.now())
        self._writer.emit(described)
        warming = warm_up_aside(described.api, described.host)
        warming.add_done_callback(lambda _: self._observer.warm.set())

    async def _loaded(self, code: UserCode | LoadError, stack: AsyncExitStack) -> LoadedAgent:
        try:
            if isinstance(code, LoadError):
                raise code
            return await code.load(stack)
        finally:
            # The user's code may have read a file of variables; an error may quote one.
            self._observer.secrets.look_at_environment(os.environ)

    def _watch_code(self) -> asyncio.Task[None]:
        watch = CodeWatch(self._writer, self._settings_targets(), self._beginning, self._load_error)
        return asyncio.get_running_loop().create_task(watch.watch(), name="code watch")

    def _settings_targets(self) -> list[Target]:
        settings = self._settings
        named = (settings.agent, settings.context, settings.run_config)
        return [parse_target(name) for name in named if name is not None]

    def _obey(self, command: Command) -> None:
        match command:
            case StartRun() | RetryRun():
                self._waiting.append(command)
                self._start_next()
            case CancelRun():
                self._cancel(command)
            case RetryNow():
                self._observer.hurry.set()
            case Approve() | Reject():
                self._approvals.answer(command)
            case CancelTool(tool_call=tool_call):
                self._tools.cancel(tool_call)
            case RestoreHistory():
                self._restore(command)
            case ClearHistory():
                self._clear()
            case SetModel(model=model):
                self._set_model(model)

    # Runs

    def _start_next(self) -> None:
        if self._task is not None or not self._waiting:
            return
        command = self._waiting.popleft()
        if self._agent is None:
            # Without an agent there is no turn, and nothing to be counted as one.
            self._never_begun(command, "failed", self._load_problem, begins=False)
            return
        prompt, turn, mode = self._turn_of(command)
        if not turn.base and turn.message is None:
            self._never_begun(command, "failed", _NOTHING_FINISHED)
            return
        self._run = Run(
            self._observer,
            self._approvals,
            agent=self._agent.named(turn.agent),
            run_config=self._agent.run_config,
            context=self._agent.context,
        )
        self._run_id = command.run
        self._command = command
        self._task = asyncio.get_running_loop().create_task(
            self._run.drive(
                command.run, turn, prompt=prompt, entered_at=command.entered_at, mode=mode
            )
        )
        self._task.add_done_callback(self._run_ended)

    def _turn_of(self, command: StartRun | RetryRun) -> tuple[str, Turn, Mode]:
        ledger = self._observer.ledger
        if isinstance(command, StartRun):
            return command.prompt, ledger.begin(command.prompt), "send"
        rewound = ledger.rewind() if command.mode == "rewind" else None
        if rewound is None:
            return "", ledger.go_on(), "continue"
        turn, prompt = rewound
        return prompt, turn, "rewind"

    def _run_ended(self, task: asyncio.Task[None]) -> None:
        self._task = self._run = None
        self._run_id = ""
        if task.cancelled():
            # Before its first step: a run that has begun ends by itself.
            if self._command is not None:
                self._never_begun(self._command, "cancelled")
            self._start_next()
            return
        self._crash = task.exception()
        if self._crash is None:
            self._start_next()
        else:
            # A bug of ours: the process ends and the UI says why.
            self._commands.put_nowait(None)

    def _cancel(self, command: CancelRun) -> None:
        for waiting in [queued for queued in self._waiting if queued.run == command.run]:
            self._waiting.remove(waiting)
            self._never_begun(waiting, "cancelled")
        if self._task is None or self._run is None or command.run != self._run_id:
            return
        if command.mode == "after_call":
            self._run.stop_after_call()
        else:
            _cancel_once(self._task)

    async def _end_run(self) -> None:
        self._waiting.clear()
        if self._task is not None:
            _cancel_once(self._task)
            await asyncio.wait({self._task})

    def _never_begun(
        self,
        command: StartRun | RetryRun,
        outcome: Literal["failed", "cancelled"],
        problem: Problem | None = None,
        *,
        begins: bool = True,
    ) -> None:
        """Nothing was sent and nothing has changed; every run that was asked for has an end."""
        retry = command if isinstance(command, RetryRun) else None
        # A turn that was to be retried is as it was.
        kept = retry is not None and bool(self._observer.ledger.items)
        now = self._writer.now
        current, self._writer.run = self._writer.run, command.run
        if begins:
            self._writer.emit(
                RunStarted(
                    at=now(),
                    prompt=command.prompt if isinstance(command, StartRun) else "",
                    entered_at=command.entered_at,
                    wall=0.0,
                    mode="send" if retry is None else "continue",
                )
            )
        self._writer.emit(
            RunFinished(
                at=now(),
                outcome=outcome,
                problem=problem,
                kept=kept,
                can_continue=kept and retry is not None and retry.mode == "continue",
            )
        )
        self._writer.run = current

    # The conversation

    def _restore(self, command: RestoreHistory) -> None:
        if self._is_busy("the history"):
            return
        agent = command.agent or self._observer.ledger.agent
        ledger = self._observer.ledger
        ledger.restore(command.items, agent)
        changed = ledger.changed(ledger.after_death(command.partial), at=self._writer.now())
        if changed is not None:
            self._writer.emit(changed)
        for call_id in (*command.calls, *map(call_id_of, ledger.items)):
            self._observer.ids.reserve(call_id)

    def _clear(self) -> None:
        if self._is_busy("the history"):
            return
        ledger = self._observer.ledger
        ledger.agent = self._agent.first.name if self._agent is not None else ""
        changed = ledger.changed([], at=self._writer.now())
        if changed is not None:
            self._writer.emit(changed)

    def _set_model(self, model: str) -> None:
        if self._agent is not None:
            self._agent.set_model(model or self._settings.model)
            self._writer.emit(self._agent.described(self._writer.now()))

    def _is_busy(self, what: str) -> bool:
        if self._task is None:
            return False
        self._writer.emit(
            Noticed(
                at=self._writer.now(),
                text=f"{what} cannot be changed while a run goes on",
                level="warning",
            )
        )
        return True


def _cancel_once(task: asyncio.Task[None]) -> None:
    """A second cancellation would break off what the first one has to put in order."""
    if not task.cancelling():
        task.cancel()
