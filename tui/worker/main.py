"""The worker's process: set-up, life and end."""

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
from typing import TYPE_CHECKING, NoReturn

from tui.protocol.commands import Command
from tui.protocol.events import WorkerStarted
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.io.command_reader import CommandReader
from tui.worker.io.event_writer import EventWriter
from tui.worker.io.secret_watch import SecretWatch
from tui.worker.io.streams import claim_streams
from tui.worker.model.phases import TracingLoop

if TYPE_CHECKING:
    from tui.worker.agent.loaded_agent import UserCode
    from tui.worker.agent.loader import LoadError

GRACE_SECONDS = 1.0
"""From the order to end until the process ends, whatever still runs."""
TERMINATED = 128 + signal.SIGTERM


def run(settings: WorkerSettings) -> NoReturn:
    """Serve the UI at the other end of stdin and stdout; ends the process itself.

    Threads of sync tools must not hold the process up, so it never leaves through the
    interpreter's own exit, which would wait for them.
    """
    streams = claim_streams()
    writer = EventWriter(streams.events, on_broken=lambda: os._exit(1))
    secrets = SecretWatch(writer)
    worker = _Worker(writer, settings, secrets)
    # First: who is known can be told to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, worker.terminated)
    _tell_start(writer)
    secrets.look_at_environment(os.environ)
    CommandReader(streams.commands, writer, deliver=worker.deliver, on_end=worker.end).start()
    worker.run()
    writer.flush()
    os._exit(worker.exit_code)


class _Worker:
    """The loop, and the ways to end it."""

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
        """Import the SDK and the user's code, then serve until the end is asked for."""
        # Imported here, not above: `WorkerStarted` and `ClockRead` need not wait for the SDK.
        from tui.worker.agent.code_watch import Beginning  # noqa: PLC0415
        from tui.worker.command_loop import Session  # noqa: PLC0415
        from tui.worker.io.heartbeat import Heartbeat  # noqa: PLC0415

        beginning = Beginning.now()
        code = _import_user_code(self._settings)
        asyncio.set_event_loop(self._loop)
        self._writer.batch_in(self._loop)
        session = Session(self._writer, self._settings, self._secrets, beginning)
        Heartbeat(self._loop, self._writer, session.running_tool).start()
        # What is loaded by now stays: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        self._loop.run_until_complete(session.serve(code, self._commands))


def _import_user_code(settings: WorkerSettings) -> "UserCode | LoadError":
    from tui.worker.agent.loaded_agent import UserCode  # noqa: PLC0415 (loads the SDK)
    from tui.worker.agent.loader import LoadError  # noqa: PLC0415

    # Failures travel as events; the SDK would print them to stderr as well.
    logging.getLogger("openai.agents").addHandler(logging.NullHandler())
    # After our own imports: the folder may hold a package that is called `tui` too.
    sys.path.insert(0, str(Path.cwd()))
    try:
        return UserCode(settings)
    except LoadError as error:
        return error


def _tell_start(writer: EventWriter) -> None:
    writer.emit(
        WorkerStarted(
            at=writer.now(),
            pid=os.getpid(),
            python=platform.python_version(),
            wall=time.time(),
            version=version("streamtui"),
        )
    )
