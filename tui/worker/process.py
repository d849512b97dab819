"""The worker process: start, event loop and end."""

import asyncio
import gc
import logging
import os
import platform
import signal
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import NoReturn

from tui.protocol.commands import Command, RetryRun, StartRun
from tui.protocol.events import AgentLoadFailed, Problem, RunFinished, WorkerStarted
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.io import client_warnings
from tui.worker.io.command_reader import CommandReader
from tui.worker.io.emitter import Emitter
from tui.worker.io.event_writer import EventWriter
from tui.worker.io.secret_watch import SecretWatch
from tui.worker.io.streams import claim_streams
from tui.worker.model.connections.phases import TracingLoop
from tui.worker.sdk_internals import supported, unsupported

GRACE_SECONDS = 1.0
"""From the request to end until the process ends, whatever is still running."""
TERMINATED = 128 + signal.SIGTERM


def run(settings: WorkerSettings) -> NoReturn:
    """Serve the UI at the other end of stdin and stdout, then end the process.

    It never leaves through the interpreter's own exit, which waits for the threads of sync tools.
    """
    streams = claim_streams()
    writer = EventWriter(streams.events, on_broken=lambda: os._exit(1))
    secrets = SecretWatch(writer)
    worker = _Worker(writer, settings, secrets)
    # Before `WorkerStarted`: once the UI knows the process id, it may send a signal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, worker.terminated)
    writer.emit(
        WorkerStarted(
            at=writer.now(),
            pid=os.getpid(),
            python=platform.python_version(),
            wall=time.time(),
            version=version("streamtui"),
        )
    )
    secrets.look_at_environment(os.environ)
    CommandReader(streams.commands, writer, deliver=worker.deliver, on_end=worker.end).start()
    worker.run()
    writer.flush()
    os._exit(worker.exit_code)


class _Worker:
    """The event loop, and the ways to end it."""

    def __init__(self, writer: EventWriter, settings: WorkerSettings, secrets: SecretWatch) -> None:
        self.exit_code = 0
        self._secrets = secrets
        self._writer = writer
        self._settings = settings
        self._loop = TracingLoop()
        self._commands: asyncio.Queue[Command | None] = asyncio.Queue()
        self._ending = threading.Event()

    def deliver(self, command: Command) -> None:
        """From any thread."""
        self._loop.call_soon_threadsafe(self._commands.put_nowait, command)

    def end(self) -> None:
        """From any thread: end soon, and after `GRACE_SECONDS` in any case."""
        if self._ending.is_set():
            return
        self._ending.set()
        hard = threading.Timer(GRACE_SECONDS, os._exit, (self.exit_code,))
        hard.daemon = True
        hard.start()
        self._loop.call_soon_threadsafe(self._commands.put_nowait, None)

    def terminated(self, _number: int, _frame: FrameType | None) -> None:
        self.exit_code = TERMINATED
        self.end()

    def run(self) -> None:
        """Import the SDK and the user's code, then handle commands until the end."""
        # Until the agent is loaded there are mostly imports: nothing of them is garbage.
        gc.disable()
        # The SDK is imported here, not above: `WorkerStarted` and `ClockRead` do not wait for it.
        try:
            problem = None if supported() else unsupported()
            from tui.worker.agent.code_watch import ImportStart  # noqa: PLC0415
            from tui.worker.agent.load_error import LoadError  # noqa: PLC0415
            from tui.worker.agent.loaded_agent import UserCode  # noqa: PLC0415
            from tui.worker.command_loop import CommandLoop  # noqa: PLC0415
            from tui.worker.io.heartbeat import Heartbeat  # noqa: PLC0415
        except (ImportError, AttributeError) as error:
            # The SDK cannot even be imported: it does not fit the installed client.
            problem = unsupported(str(error))
        if problem is not None:
            self._loop.run_until_complete(self._refuse(problem))
            return
        start = ImportStart.now()
        # Failures are reported as events; the SDK would print them to stderr as well.
        logging.getLogger("openai.agents").addHandler(logging.NullHandler())
        client_warnings.divert()
        # After our own imports: the folder may hold a package that is called `tui` too.
        sys.path.insert(0, str(Path.cwd()))
        code: UserCode | LoadError
        try:
            code = UserCode(self._settings)
        except LoadError as error:
            code = error
        asyncio.set_event_loop(self._loop)
        self._writer.batch_in(self._loop)
        command_loop = CommandLoop(self._writer, self._settings, self._secrets, start)
        Heartbeat(self._loop, self._writer, command_loop.running_tool).start()
        # What is loaded by now stays: the collector need not look at it again.
        gc.freeze()
        gc.enable()
        self._loop.run_until_complete(command_loop.serve(code, self._commands))

    async def _refuse(self, problem: Problem) -> None:
        """Report the problem as the load failure, and as the end of every run."""
        self._writer.emit(AgentLoadFailed(at=self._writer.now(), problem=problem))
        while (command := await self._commands.get()) is not None:
            if isinstance(command, StartRun | RetryRun):
                kept = isinstance(command, RetryRun)
                Emitter(self._writer, run=command.run).emit(
                    RunFinished, outcome="failed", problem=problem, kept=kept
                )
