"""Starts the worker process, reads its events, writes its commands, and restarts it.

An async source of event batches: the events on the worker's standard output, every line that it or
the agent's code prints on standard error, and its exit, in one stream.
"""

import asyncio
import errno
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import msgspec
from msgspec.structs import replace

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol import events
from tui.protocol.codec import encode
from tui.protocol.commands import (
    ClearHistory,
    Command,
    Hello,
    RememberAnswers,
    SetModel,
    Shutdown,
    UndoRetry,
)
from tui.protocol.worker_settings import WorkerSettings
from tui.stream.clock_sync import ClockSync
from tui.stream.liveness import Liveness
from tui.stream.source import Batch, Source
from tui.stream.worker_lines import events_in
from tui.stream.worker_process import kill_worker, start_worker

SECOND = 1_000_000_000

READ_SIZE = 1 << 16
"""Bytes per read: some 700 deltas, so that one batch takes only a few ms of the UI's loop."""

QUICK_EXIT = 5.0
"""Seconds: a worker that ran for less, or never got its agent loaded, is restarted with a growing
delay."""

MAX_QUICK_EXITS = 3
"""After this many in a row, the worker is not restarted automatically."""

RELOAD_GRACE = 1.5
"""Seconds that a worker has to exit by itself on a reload."""

PING_EVERY = 3.0
"""Seconds between two pings."""

ANSWER_TIMEOUT = 4.0
"""Seconds without an answer after which the worker counts as unresponsive."""

LOADING_ANSWER_TIMEOUT = 60.0
"""The same while it loads its agent: importing a large package may block it for that long."""

PERMANENT_ERRORS = frozenset(
    (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ENOEXEC, errno.ELOOP)
)
"""With these, starting the program again would fail too."""

_LOADED = (events.AgentLoaded, events.AgentLoadFailed)


def why_no_worker(source: Source) -> str:
    """Why nothing can be sent now, and what to do."""
    if isinstance(source, Supervisor) and source.given_up:
        return "The agent's process has ended. /reload starts another one."
    return "The agent is starting. Try again in a moment."


class Supervisor:
    """Runs one worker at a time with ``argv``; ``batches()`` yields its events.

    ``first`` is one that `start_worker` has started already, with the same ``argv``.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        first: subprocess.Popen[bytes] | None = None,
        ping_every: float = PING_EVERY,
        answer_timeout: float = ANSWER_TIMEOUT,
        loading_answer_timeout: float = LOADING_ANSWER_TIMEOUT,
    ) -> None:
        self.argv = list(argv)
        self.history = HistoryMirror()
        self.clock_offset = 0
        """Nanoseconds to add to this process's clock to get the worker's."""
        self._first = first
        self._ping_every = ping_every
        self._answer_timeout = round(answer_timeout * SECOND)
        self._loading_answer_timeout = round(loading_answer_timeout * SECOND)
        self._liveness = Liveness(self._loading_answer_timeout)
        self._clock = ClockSync()
        self._queue: asyncio.Queue[Batch] = asyncio.Queue(maxsize=8)
        self._process: subprocess.Popen[bytes] | None = None
        self._shutting_down: subprocess.Popen[bytes] | None = None
        """A worker that was sent `Shutdown`: further commands would be lost."""
        self._stdin: asyncio.WriteTransport | None = None
        self._printed: deque[str] = deque(maxlen=20)
        self._expected = False
        self._closing = False
        self._restart = asyncio.Event()
        self._quick_exits = 0
        self._loaded = False
        """Whether the worker has said that its agent is loaded, or why it is not."""
        self.chosen: SetModel | None = None
        """The chosen model and server, sent to every new worker; None: none was chosen."""

    @property
    def pid(self) -> int | None:
        """The running worker's process id; None when none runs."""
        return self._process.pid if self._process is not None else None

    @property
    def given_up(self) -> bool:
        """Too many quick exits: only `restart` and `reload` start another worker."""
        return self._quick_exits >= MAX_QUICK_EXITS

    def now(self) -> int:
        """The worker's clock now, in nanoseconds."""
        return time.monotonic_ns() + self.clock_offset

    def send(self, command: Command) -> bool:
        """Write a command; False if no worker can receive it."""
        if self._stdin is None or self._stdin.is_closing() or self._shutting_down is self._process:
            return False
        if isinstance(command, UndoRetry):
            command = replace(command, history=self.history.before_retry())
        self._stdin.write(encode(command))
        return True

    def restore(self, history: HistoryMirror) -> None:
        """Switch this and every later worker to another conversation. No run may be active."""
        history.standing = self.history.standing
        self.history = history
        self.send(ClearHistory() if history.empty else history.take())

    @property
    def is_local(self) -> bool:
        """The worker is started with settings of ours, and not by a command of the user's."""
        return self.argv[-2:-1] == ["--settings"]

    def choose_agent(self, name: str) -> None:
        """Load this agent of the module, now and from now on; only for a local worker."""
        settings = msgspec.json.decode(self.argv[-1], type=WorkerSettings)
        chosen = replace(settings, agent_name=name)
        self.argv[-1] = msgspec.json.encode(chosen).decode()
        self.reload()

    def restart(self) -> None:
        """Kill the worker and start another with the same conversation."""
        self._expected = True
        self._quick_exits = 0
        # Until it has ended, what is written to it would be lost.
        self._shutting_down = self._process
        self._restart.set()
        self._kill()

    def reload(self) -> None:
        """Let the worker exit and close its connections, and start another, with new questions."""
        self.history.standing.clear()
        process = self._process
        if process is None or not self.send(Shutdown()):
            self.restart()
            return
        self._shutting_down = process
        self._expected = True
        self._quick_exits = 0
        self._restart.set()
        asyncio.get_running_loop().call_later(RELOAD_GRACE, self._kill, process)

    async def batches(self) -> AsyncIterator[Batch]:
        """Start the worker and yield its event batches, and those of its successors."""
        runner = asyncio.create_task(self._keep_worker_running(), name="supervisor")
        try:
            while True:
                if batch := self._process_batch(await self._next(runner)):
                    yield batch
        finally:
            runner.cancel()
            await asyncio.wait((runner,))

    async def _next(self, runner: asyncio.Task[None]) -> Batch:
        """The next batch; if the runner has failed, raise its exception."""
        if not self._queue.empty():
            return self._queue.get_nowait()
        getter = asyncio.create_task(self._queue.get())
        try:
            await asyncio.wait((getter, runner), return_when=asyncio.FIRST_COMPLETED)
            if not getter.done():
                runner.result()
            return await getter
        finally:
            getter.cancel()

    async def close(self, grace: float = 1.0) -> None:
        """Ask the worker to exit; after ``grace`` seconds kill its whole process group."""
        self._closing = self._expected = True
        process = self._process
        if process is None:
            return
        self.send(Shutdown())
        if self._stdin is not None:
            self._stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._wait_for_exit(process)
        kill_worker(process)

    async def _keep_worker_running(self) -> None:
        while not self._closing:
            self._expected = False
            try:
                await self._run_worker()
            except OSError as error:
                permanent = error.errno in PERMANENT_ERRORS
                self._quick_exits = MAX_QUICK_EXITS if permanent else self._quick_exits + 1
                await self._queue.put([self._not_started(error)])
            delay = None if self.given_up else 0.5 * (2**self._quick_exits - 1)
            # asyncio.wait_for of Python 3.11 can lose a cancellation.
            with suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._restart.wait()
            self._restart.clear()

    async def _run_worker(self) -> None:
        loop = asyncio.get_running_loop()
        started = time.monotonic()
        process, self._first = self._first, None
        if process is None:
            process = start_worker(self.argv)
        self._process = process
        self._liveness = Liveness(self._loading_answer_timeout)
        self._clock = ClockSync()
        self._loaded = False
        self._printed.clear()
        transport, _ = await loop.connect_write_pipe(asyncio.Protocol, process.stdin)
        self._stdin = transport
        self._ping()
        if not self.history.empty:
            self.send(self.history.take())
        if self.chosen is not None:
            self.send(self.chosen)
        if self.history.standing:
            self.send(RememberAnswers(answers=tuple(self.history.standing.values())))
        stdout, stdout_pipe = await _reader(process.stdout)
        stderr, stderr_pipe = await _reader(process.stderr)
        readers = [
            asyncio.create_task(self._read_events(stdout), name="worker stdout"),
            asyncio.create_task(self._read_output(stderr), name="worker stderr"),
            asyncio.create_task(self._check_liveness(), name="worker liveness"),
        ]
        try:
            await self._wait_for_exit(process)
            # A child process of the agent's code may keep the pipes open.
            await asyncio.wait(readers[:2], timeout=0.5)
        finally:
            for reader in readers:
                reader.cancel()
            stdout_pipe.close()
            stderr_pipe.close()
            transport.close()
            self._stdin = None
            self._process = None
            if process.poll() is None:
                # Its input is closed, but a stopped process would not notice.
                kill_worker(process)
        short = time.monotonic() - started < QUICK_EXIT
        quick = (short or not self._loaded) and not self._expected
        self._quick_exits = self._quick_exits + 1 if quick else 0
        await self._queue.put([self._exited(process)])

    async def _wait_for_exit(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the process, even if another one keeps its pipes open."""
        loop = asyncio.get_running_loop()
        exited = asyncio.Event()

        def wait() -> None:
            process.wait()
            with suppress(RuntimeError):  # the loop may be closed
                loop.call_soon_threadsafe(exited.set)

        threading.Thread(target=wait, name="worker exit", daemon=True).start()
        await exited.wait()

    async def _read_events(self, stdout: asyncio.StreamReader) -> None:
        # A picture is one line of many reads: joined once, so that its cost grows with its length.
        waiting: list[bytes] = []
        while data := await stdout.read(READ_SIZE):
            await self._note_received()
            lines, newline, rest = data.rpartition(b"\n")
            if newline:
                batch = events_in(b"".join([*waiting, lines, newline]), self.now)
                self._loaded = self._loaded or any(isinstance(event, _LOADED) for event in batch)
                await self._queue.put(batch)
                waiting = []
            waiting.append(rest)

    async def _read_output(self, stderr: asyncio.StreamReader) -> None:
        rest = b""
        # This does not count as an answer: a child process may write here too.
        while data := await stderr.read(READ_SIZE):
            *lines, rest = (rest + data).split(b"\n")
            if len(rest) > READ_SIZE:
                lines, rest = [*lines, rest], b""
            if lines:
                await self._queue.put([self._output(line) for line in lines])
        if rest:
            await self._queue.put([self._output(rest)])

    async def _note_received(self) -> None:
        if self._liveness.received():
            await self._queue.put([events.WorkerHeard(at=self.now())])

    async def _check_liveness(self) -> None:
        """Ping the worker, and report when it does not answer."""
        liveness = self._liveness
        while True:
            slept = time.monotonic()
            await asyncio.sleep(self._ping_every)
            now = time.monotonic_ns()
            if time.monotonic() - slept > 1.5 * self._ping_every or self._queue.full():
                # This process was held up, so an answer may be waiting to be read.
                liveness.restart_wait(now)
            elif liveness.becomes_unresponsive(now):
                since = (liveness.unresponsive_since or now) + self.clock_offset
                await self._queue.put([events.WorkerSilent(at=self.now(), since=since)])
            elif liveness.should_ping(now):
                self._ping()

    def _ping(self) -> None:
        self.send(Hello(sent=time.monotonic_ns()))

    def _output(self, line: bytes) -> events.OutputPrinted:
        text = line.rstrip(b"\r").decode("utf-8", "replace")
        self._printed.append(text)
        return events.OutputPrinted(at=self.now(), text=text)

    def _process_batch(self, batch: Batch) -> Batch:
        """Update the supervisor's state; return the batch without `ClockRead`."""
        others: list[events.Event] = []
        for event in batch:
            if isinstance(event, events.ClockRead):
                self._clock.add(sent=event.sent, received=time.monotonic_ns(), theirs=event.at)
                self.clock_offset = self._clock.offset
                continue
            if isinstance(event, _LOADED):
                self._liveness.limit = self._answer_timeout
            self.history.observe(event)
            others.append(event)
        return others

    def _exited(self, process: subprocess.Popen[bytes]) -> events.WorkerExited:
        code = process.returncode
        killed = code is not None and code < 0
        return events.WorkerExited(
            at=self.now(),
            code=None if killed else code,
            signal=_signal_name(-code) if killed else "",
            expected=self._expected,
            stderr="\n".join(self._printed),
            pid=process.pid,
            final=self.given_up,
        )

    def _not_started(self, error: OSError) -> events.WorkerExited:
        text = f"{self.argv[0]}: {error.strerror or error}"
        return events.WorkerExited(at=self.now(), code=None, stderr=text, final=self.given_up)

    def _kill(self, process: subprocess.Popen[bytes] | None = None) -> None:
        """Kill this worker, or the current one, unless it has already exited."""
        process = process or self._process
        if process is not None and process is self._process and process.poll() is None:
            kill_worker(process)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


async def _reader(pipe: object) -> tuple[asyncio.StreamReader, asyncio.ReadTransport]:
    reader = asyncio.StreamReader(limit=2 * READ_SIZE)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader, transport
