"""Handles the commands of the UI, one run at a time."""

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
    ListModels,
    Reject,
    RememberAnswers,
    RestoreHistory,
    RetryNow,
    RetryRun,
    SetModel,
    StartRun,
    UndoRetry,
)
from tui.protocol.events import (
    AgentLoaded,
    AgentLoadFailed,
    Noticed,
    Problem,
    UndoRefused,
)
from tui.protocol.worker_settings import Endpoint, WorkerSettings
from tui.worker.agent.code_watch import CodeWatch, ImportStart
from tui.worker.agent.import_failures import crashed
from tui.worker.agent.load_error import LoadError
from tui.worker.agent.loaded_agent import LoadedAgent, UserCode
from tui.worker.agent.loader import named_targets
from tui.worker.history_commands import HistoryCommands
from tui.worker.io.emitter import Emitter
from tui.worker.io.event_writer import EventWriter
from tui.worker.io.secret_watch import SecretWatch
from tui.worker.mcp_listing import report_mcp_tools
from tui.worker.model import tap
from tui.worker.model.connections.warm_up import warm_up_aside
from tui.worker.model_choice import ModelChoice
from tui.worker.observer import Observer
from tui.worker.retry_undo import refusal_of_undo
from tui.worker.run import Run
from tui.worker.runs_beside import RunsBeside
from tui.worker.server_state import ServerState
from tui.worker.session_sync import SessionSync
from tui.worker.tools import guardrail_watch, sandbox_watch, span_failures
from tui.worker.tools.approvals import Approvals
from tui.worker.tools.client_tools import client_tools
from tui.worker.tools.client_tools import install as install_client_tools
from tui.worker.tools.native_tools import NativeToolTap
from tui.worker.tools.tool_wrappers import RunningTool, ToolTap
from tui.worker.turn_choice import NOTHING_TO_CONTINUE, attachment_problem, turn_of
from tui.worker.unstarted_run import end_unstarted


class CommandLoop:
    """Create it in the event loop's thread, before the loop runs or while it does."""

    def __init__(
        self,
        writer: EventWriter,
        settings: WorkerSettings,
        secrets: SecretWatch,
        import_start: ImportStart,
    ) -> None:
        self._writer = writer
        self._import_start = import_start
        self._observer = Observer(writer, settings, secrets)
        self._approvals = Approvals(self._observer)
        self._tools = ToolTap(self._observer)
        self._beside = RunsBeside(self._observer, self._beside_ended)
        self._settings = settings
        self._agent: LoadedAgent | None = None
        self._load_error: LoadError | None = None
        self._waiting: deque[StartRun | RetryRun] = deque()
        self._run: Run | None = None
        self._command: StartRun | RetryRun | None = None
        """The one that the current run was started by."""
        self._task: asyncio.Task[None] | None = None
        self._undo: UndoRetry | None = None
        """It waits for the end of the run that was cancelled for it."""
        self._commands: asyncio.Queue[Command | None] = asyncio.Queue()
        self._crash: BaseException | None = None
        self._aside: set[asyncio.Task[None]] = set()
        self._models = ModelChoice(self._observer, settings)
        self._history = HistoryCommands(self._observer)
        span_failures.install(self._observer.router, exported=settings.tracing)
        tap.install(self._observer)
        self._tools.install()
        NativeToolTap(self._observer, self._tools).install()
        install_client_tools(lambda: self._observer.offered_client_tools)
        guardrail_watch.install(lambda: self._observer.current.guardrail_checked)

    def running_tool(self, task: asyncio.Task[Any] | None) -> RunningTool | None:
        """The tool whose code a task of the event loop runs; from any thread."""
        return self._tools.of_task(task)

    async def serve(
        self, code: UserCode | LoadError, commands: asyncio.Queue[Command | None]
    ) -> None:
        """Load the agent, then handle commands until None comes; close everything at the end."""
        async with AsyncExitStack() as stack:
            await self._load(code, stack)
            stack.callback(self._watch_code().cancel)
            self._commands = commands
            while self._crash is None:
                if commands.empty():
                    await self._history.read_session()
                if (command := await commands.get()) is None:
                    break
                if isinstance(command, StartRun | RetryRun):
                    await self._history.read_session()
                self._handle(command)
            await self._end_run()
            if self._observer.cache is not None:
                await self._observer.cache.close()
            if self._crash is not None:
                raise self._crash

    async def _load(self, code: UserCode | LoadError, stack: AsyncExitStack) -> None:
        try:
            self._agent, described = await self._loaded(code, stack)
        except LoadError as error:
            self._load_error = error
            self._writer.emit(
                AgentLoadFailed(at=self._writer.now(), problem=error.problem, choices=error.choices)
            )
            return
        options = self._agent.options
        self._observer.ledger.server = ServerState.of(options)
        if options.session is not None:
            self._history.use(
                SessionSync(
                    options.session,
                    self._agent.run_config,
                    self._observer.tell,
                    self._observer.take_compacted,
                )
            )
        self._observer.exports_traces = self._agent.exports_traces
        # Again: the user's code may have replaced the trace provider.
        span_failures.install(self._observer.router, exported=self._agent.exports_traces)
        sandbox_watch.install(lambda: self._observer.current.reports.done_in_sandbox)
        self._observer.ledger.agent = self._agent.first.name
        self._writer.emit(described)
        warming = warm_up_aside(described.api, described.host)
        warming.add_done_callback(lambda _: self._observer.warm.set())
        for place in range(len(self._agent.servers)):
            listing = report_mcp_tools(self._writer, self._agent, place, self._settings)
            task = asyncio.get_running_loop().create_task(listing, name="list MCP tools")
            stack.callback(task.cancel)

    async def _loaded(
        self, code: UserCode | LoadError, stack: AsyncExitStack
    ) -> tuple[LoadedAgent, AgentLoaded]:
        """Raise `LoadError`, whatever fails."""
        try:
            agent = await _user_code(code).load(stack)
            return agent, agent.described(self._writer.now())
        except LoadError:
            raise
        except Exception as error:
            raise crashed("The agent could not be described", error) from error
        finally:
            # The user's code may have read a file of variables; an error may quote one.
            self._observer.secrets.look_at_environment(os.environ)

    def _watch_code(self) -> asyncio.Task[None]:
        targets = named_targets(self._settings)
        watch = CodeWatch(self._writer, targets, self._import_start, self._load_error)
        return asyncio.get_running_loop().create_task(watch.watch(), name="code watch")

    def _handle(self, command: Command) -> None:
        match command:
            case StartRun() | RetryRun():
                self._start(command)
            case CancelRun() | RetryNow() | Approve() | Reject() if command.run in self._beside:
                self._beside.handle(command)
            case CancelRun():
                self._cancel(command)
            case RetryNow():
                self._observer.hurry.set()
            case Approve() | Reject() | RememberAnswers():
                self._approvals.answer(command)
            case CancelTool(tool_call=tool_call):
                self._tools.cancel(tool_call)
            case RestoreHistory() | ClearHistory() | UndoRetry():
                self._change_history(command)
            case SetModel() | ListModels():
                self._about_models(command)

    # Runs

    def _start(self, command: StartRun | RetryRun) -> None:
        problem = attachment_problem(command)
        if problem is not None:
            self._end_unstarted(command, "failed", problem)
        elif command.beside:
            self._start_beside(command)
        else:
            self._waiting.append(command)
            self._start_next()

    def _start_next(self) -> None:
        if self._task is not None or not self._waiting:
            return
        command = self._waiting.popleft()
        if self._agent is None:
            # Without an agent no turn starts: it must not be counted as one.
            problem = self._load_error.problem if self._load_error is not None else None
            self._end_unstarted(command, "failed", problem, counted=False)
            return
        self._models.take_effect(self._agent)
        prompt, turn, mode = turn_of(self._observer, command)
        if not turn.base and turn.message is None:
            self._end_unstarted(command, "failed", NOTHING_TO_CONTINUE)
            return
        self._observer.client_tools = client_tools(command.client_tools, self._agent.first)
        self._run = Run(
            self._observer,
            self._approvals,
            agent=self._agent.named(turn.agent),
            run_config=self._agent.run_config,
            context=self._agent.context,
            options=self._agent.options,
            session=self._history.session,
        )
        self._command = command
        self._task = asyncio.get_running_loop().create_task(
            self._run.drive(
                command.run, turn, prompt=prompt, entered_at=command.entered_at, mode=mode
            )
        )
        self._task.add_done_callback(self._run_ended)

    def _start_beside(self, command: StartRun | RetryRun) -> None:
        if self._agent is None:
            problem = self._load_error.problem if self._load_error is not None else None
            self._end_unstarted(command, "failed", problem, counted=False)
            return
        self._beside.start(command, self._agent)

    def _beside_ended(
        self, command: StartRun | RetryRun, task: asyncio.Task[Problem | None]
    ) -> None:
        if task.cancelled():
            # Before its first step: later, a run ends by itself.
            self._end_unstarted(command, "cancelled")
        elif task.exception() is not None:
            self._crashed(task)
        elif (problem := task.result()) is not None:
            self._end_unstarted(command, "failed", problem)

    def _run_ended(self, task: asyncio.Task[None]) -> None:
        command, self._command = self._command, None
        self._task = self._run = None
        undo, self._undo = self._undo, None
        if not task.cancelled() and task.exception() is not None:
            self._crashed(task)
            return
        if task.cancelled() and command is not None:
            # Before its first step: later, a run ends by itself.
            self._end_unstarted(command, "cancelled")
        if undo is not None:
            self._undo_retry(undo)
        self._start_next()

    def _crashed(self, task: asyncio.Task[Any]) -> None:
        """A bug of streamtui: the process ends, and the UI shows why."""
        self._crash = task.exception()
        self._commands.put_nowait(None)

    def _cancel(self, command: CancelRun) -> None:
        for waiting in [queued for queued in self._waiting if queued.run == command.run]:
            self._waiting.remove(waiting)
            self._end_unstarted(waiting, "cancelled")
        if self._task is None or self._run is None or self._command is None:
            return
        if command.run != self._command.run:
            return
        if command.mode == "after_call":
            self._run.stop_after_call()
        else:
            _cancel_once(self._task)

    async def _end_run(self) -> None:
        self._waiting.clear()
        await self._beside.end()
        if self._task is not None:
            _cancel_once(self._task)
            await asyncio.wait({self._task})
        await self._history.written()

    def _end_unstarted(
        self,
        command: StartRun | RetryRun,
        outcome: Literal["failed", "cancelled"],
        problem: Problem | None = None,
        *,
        counted: bool = True,
    ) -> None:
        emitter = Emitter(self._writer, run=command.run)
        in_ledger = bool(self._observer.ledger.items)
        # Killed between the start and the end, it would look like a run that was interrupted.
        with self._writer.together():
            end_unstarted(emitter, command, outcome, problem, counted=counted, in_ledger=in_ledger)

    # The conversation

    def _change_history(self, command: RestoreHistory | ClearHistory | UndoRetry) -> None:
        if isinstance(command, UndoRetry):
            self._undo_retry(command)
        elif not self._is_busy():
            if isinstance(command, RestoreHistory):
                self._history.restore(command)
            else:
                self._history.clear(self._agent.first.name if self._agent is not None else "")

    def _undo_retry(self, command: UndoRetry) -> None:
        """Bring the turn before a retry back, after the end of that retry."""
        running = self._command.run if self._command is not None else ""
        refusal = refusal_of_undo(self._observer, command, running=running)
        if refusal:
            Emitter(self._writer, run=command.run).emit(UndoRefused, reason=refusal)
        elif self._task is not None:
            self._undo = command
            _cancel_once(self._task)
        else:
            self._history.undo_retry(command)

    def _about_models(self, command: SetModel | ListModels) -> None:
        if isinstance(command, ListModels):
            listing = self._list_models(command.endpoint)
            self._aside.add(task := asyncio.create_task(listing, name="list models"))
            task.add_done_callback(self._aside.discard)
        elif self._agent is not None:
            self._models.choose(self._agent, command)
            self._writer.emit(self._agent.described(self._writer.now()))

    async def _list_models(self, endpoint: Endpoint | None) -> None:
        """Nothing waits for it: a server may take its time."""
        self._writer.emit(await self._models.listed(self._agent, endpoint))

    def _is_busy(self) -> bool:
        if self._task is None:
            return False
        text = "the history cannot be changed during a run"
        self._writer.emit(Noticed(at=self._writer.now(), text=text, level="warning"))
        return True


def _cancel_once(task: asyncio.Task[None]) -> None:
    """A second cancellation would interrupt the cleanup after the first."""
    if not task.cancelling():
        task.cancel()


def _user_code(code: UserCode | LoadError) -> UserCode:
    if isinstance(code, LoadError):
        raise code
    return code
