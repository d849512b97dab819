"""The source of events that is an agent on a server: takes commands, speaks AG-UI.

Only what the first frame may import is imported here.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol import events
from tui.protocol.commands import (
    Approve,
    CancelRun,
    CancelTool,
    ClearHistory,
    Command,
    ListModels,
    Reject,
    RestoreHistory,
    RetryNow,
    RetryRun,
    SetModel,
    StartRun,
    UndoRetry,
)
from tui.protocol.events import Event
from tui.remote.remote_settings import RemoteSettings
from tui.stream.source import Batch

if TYPE_CHECKING:
    import httpx2

    from tui.remote.agui_thread import AguiThread
    from tui.remote.interrupts import Decision
    from tui.remote.reading.lanes import ServerNames
    from tui.remote.reading.remote_calls import ShownNames
    from tui.remote.remote_run import RemoteRun

MOST_WAITING = 2_000
"""Events that wait to be read; with more, the stream is read no further."""

CLOSE_GRACE = 1.0
"""Seconds that a run has to end when the source is closed."""


class RemoteSource:
    """One conversation with a remote agent, and any number of others beside it."""

    def __init__(self, settings: RemoteSettings) -> None:
        self.chosen: SetModel | None = None
        self.clock_offset = 0
        self._settings = settings
        self._waiting: list[Event] = []
        self._arrived = asyncio.Event()
        self._taken = asyncio.Event()
        self._closed = False
        self.history = HistoryMirror()
        self._undo: UndoRetry | None = None
        """It waits for the end of the run that was cancelled for it."""
        self._history: RestoreHistory | None = None
        self._thread: AguiThread | None = None
        """None until the modules for it are loaded."""
        self._ids: ShownNames | None = None
        self._client: httpx2.AsyncClient | None = None
        self._server: ServerNames | None = None
        self._always: set[str] = set()
        self._runs: dict[str, tuple[RemoteRun, asyncio.Task[None]]] = {}
        self._beside: set[str] = set()
        """Runs that have a conversation of their own."""
        self._handlers: dict[type, Callable[[Any], object]] = {
            CancelRun: self._cancel,
            RetryNow: self._hurry,
            Approve: self._approve,
            Reject: self._reject,
            ClearHistory: lambda _: self._set_history(None),
            RestoreHistory: self._set_history,
            SetModel: self._set_model,
            ListModels: self._list_models,
            CancelTool: self._cancel_tool,
            UndoRetry: self._undo_retry,
        }
        self._failure: BaseException | None = None
        """A bug, for the reader of the events."""

    def now(self) -> int:
        return time.monotonic_ns()

    async def batches(self) -> AsyncIterator[Batch]:
        if self._thread is None:
            await asyncio.to_thread(_import)
            self._load()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            if (failure := self._failure) is not None:
                self._failure = None
                raise failure
            if self._closed and not self._waiting:
                return
            batch, self._waiting = self._waiting, []
            self._taken.set()
            if batch:
                yield batch

    def send(self, command: Command) -> bool:
        if self._thread is None or self._closed:
            return False
        if isinstance(command, StartRun | RetryRun):
            return self._start(command)
        handler = self._handlers.get(type(command))
        if handler is not None:
            handler(command)
        return True

    def restore(self, history: HistoryMirror) -> None:
        self.history = history
        self._set_history(None if history.empty else history.take())

    def restart(self) -> None:
        """Give up every run, and connect anew."""
        for _, task in self._runs.values():
            task.cancel()
        self.reload()

    def reload(self) -> None:
        """Connect anew; the conversation stays."""
        if self._thread is not None:
            self._connect()

    async def close(self) -> None:
        self._closed = True
        tasks = [task for _, task in self._runs.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_GRACE)
        if self._client is not None:
            await self._client.aclose()
        self._arrived.set()

    def _load(self) -> None:
        from tui.remote.agui_thread import AguiThread
        from tui.remote.reading.lanes import ServerNames
        from tui.remote.reading.remote_calls import ShownNames

        self._thread, self._ids = AguiThread(), ShownNames()
        self._server = ServerNames(self._settings.host)
        self._set_history(self._history)
        self._connect()

    def _connect(self) -> None:
        from tui.remote.agui_request import new_client

        old, self._client = self._client, new_client(self._settings)
        if old is not None:
            asyncio.ensure_future(old.aclose())  # noqa: RUF006 - nothing waits for it
        at, settings = self.now(), self._settings
        self._post(
            [
                events.WorkerStarted(at=at, pid=os.getpid(), python="", wall=time.time()),
                events.AgentLoaded(
                    at=at,
                    agent=settings.agent,
                    model="",
                    host=settings.host,
                    sdk="AG-UI",
                    address=settings.url,
                    agents=(settings.agent,),
                ),
            ]
        )

    def _start(self, command: StartRun | RetryRun) -> bool:
        from tui.remote.agui_thread import AguiThread
        from tui.remote.reading.remote_calls import ShownNames
        from tui.remote.remote_run import Asked, RemoteRun

        if self._thread is None or self._ids is None:
            return False
        assert self._client is not None
        assert self._server is not None
        thread, ids = self._thread, self._ids
        if command.beside:
            thread = (
                AguiThread() if command.history is None else AguiThread.restored(command.history)
            )
            ids = ShownNames() if command.history is None else ShownNames(command.history.calls)
            self._beside.add(command.run)
        elif self._runs.keys() - self._beside:
            return False
        if isinstance(command, StartRun):
            asked = Asked(command.run, command.prompt, command.entered_at, images=command.images)
        else:
            asked = Asked(command.run, "", command.entered_at, command.mode)
        ids.begin_run()
        run = RemoteRun(
            asked,
            thread,
            ids,
            names=self._server,
            settings=self._settings,
            client=self._client,
            always=self._always,
            post=self._post,
            drained=self._drained,
        )
        task = asyncio.create_task(run.run(), name=f"remote {command.run}")
        self._runs[command.run] = run, task
        task.add_done_callback(lambda ended: self._ended(command.run, ended))
        return True

    def _ended(self, run: str, task: asyncio.Task[None]) -> None:
        self._runs.pop(run, None)
        self._beside.discard(run)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failure = error
            self._arrived.set()
        undo, self._undo = self._undo, None
        if undo is not None:
            self._undo_retry(undo)

    def _undo_retry(self, command: UndoRetry) -> None:
        """Bring the turn before a retry back, after the end of that retry."""
        from tui.remote.agui_thread import AguiThread

        running = self._runs.keys() - self._beside
        history = self.history.before_retry()
        if running and command.run not in running:
            self._refuse_undo(command, "another run is in progress")
        elif history is None:
            self._refuse_undo(command, "there is no retry to undo")
        elif running:
            self._undo = command
            self._cancel(CancelRun(run=command.run))
        else:
            self._thread = AguiThread.restored(history)
            undone = events.RetryUndone(at=self.now(), run=command.run, restored=command.restored)
            self._post([undone])

    def _refuse_undo(self, command: UndoRetry, reason: str) -> None:
        self._post([events.UndoRefused(at=self.now(), run=command.run, reason=reason)])

    def _cancel(self, command: CancelRun) -> None:
        found = self._runs.get(command.run)
        if found is None:
            return
        run, task = found
        if command.mode == "now":
            task.cancel()
        else:
            run.stop_after_call()

    def _hurry(self, command: RetryNow) -> None:
        if command.run in self._runs:
            self._runs[command.run][0].hurry()

    def _approve(self, command: Approve) -> None:
        from tui.remote.interrupts import Decision, edited

        arguments, wrong = edited(command.arguments) if command.arguments else (None, "")
        if wrong:
            self._notice(wrong, chat=True)
            self._ask_again(command.tool_call)
            return
        self._decide(command, Decision(approved=True, arguments=arguments, always=command.always))

    def _reject(self, command: Reject) -> None:
        from tui.remote.interrupts import Decision

        self._decide(command, Decision(approved=False, reason=command.reason))

    def _decide(self, command: Approve | Reject, decision: Decision) -> None:
        for name, (run, _) in self._runs.items():
            if command.run in ("", name) and run.decide(command.tool_call, decision):
                return

    def _ask_again(self, tool_call: str) -> None:
        for run, _ in self._runs.values():
            run.ask_again(tool_call)

    def _set_model(self, command: SetModel) -> None:
        if command.model or command.endpoint is not None:
            self._notice("The server chooses the model: /model has no effect here.", chat=True)

    def _list_models(self, _: ListModels) -> None:
        problem = "the server chooses the model"
        self._post([events.ModelsListed(at=self.now(), problem=problem)])

    def _cancel_tool(self, _: CancelTool) -> None:
        self._notice("A tool on the server cannot be cancelled alone: cancel the run.", chat=True)

    def _set_history(self, history: RestoreHistory | None) -> None:
        self._history = history
        if self._thread is None:
            return
        from tui.remote.agui_thread import AguiThread
        from tui.remote.reading.remote_calls import ShownNames

        self._thread = AguiThread() if history is None else AguiThread.restored(history)
        self._ids = ShownNames() if history is None else ShownNames(history.calls)
        self._always.clear()

    def _notice(self, text: str, *, chat: bool = False) -> None:
        self._post([events.Noticed(at=self.now(), text=text, chat=chat)])

    def _post(self, batch: Sequence[Event]) -> None:
        for event in batch:
            if event.run not in self._beside:
                self.history.observe(event)
        self._waiting += batch
        self._arrived.set()

    async def _drained(self) -> None:
        while len(self._waiting) > MOST_WAITING and not self._closed:
            self._taken.clear()
            await self._taken.wait()


def _import() -> None:
    """Called in a thread, so that keys are accepted meanwhile."""
    import tui.remote.remote_run  # noqa: F401
