"""Starts the worker process, reads its events, writes its commands, and starts it anew.

An async source of event batches: everything that the worker says on its standard output, every
line that it or the user's code prints on standard error, and its death, in one stream.
"""

import asyncio
import errno
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress

import msgspec

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol import events
from tui.protocol.codec import decode_event, decode_events, encode
from tui.protocol.commands import ClearHistory, Command, Hello, SetModel, Shutdown
from tui.stream.liveness import SECOND, Pulse, clock_offset

READ_SIZE = 1 << 16
"""Bytes a read: some 700 deltas, so that one batch keeps the UI's loop for a few ms only."""

QUICK_DEATH = 5.0
"""Seconds: a worker that lived for less is started again with a growing delay."""

MOST_QUICK_DEATHS = 3
"""After so many of them in a row no other worker is started unasked."""

RELOAD_GRACE = 1.5
"""Seconds that a worker has to end by itself when another one is to take its place."""

PULSE_EVERY = 3.0
"""Seconds between two questions for a sign of life."""

SILENCE = 4.0
"""Seconds without an answer after which the worker is said to be silent."""

LOADING_SILENCE = 60.0
"""The same while it loads its agent: importing what is large may keep all of it for that long."""

HOPELESS = frozenset((errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ENOEXEC, errno.ELOOP))
"""Why a program cannot be started now or later."""

Batch = Sequence[events.Event]
_LOADED = (events.AgentLoaded, events.AgentLoadFailed)


class Supervisor:
    """One worker at a time. ``argv`` starts it; ``batches()`` yields what it says."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
        pulse_every: float = PULSE_EVERY,
        silence: float = SILENCE,
        loading_silence: float = LOADING_SILENCE,
    ) -> None:
        self.argv = list(argv)
        self.history = HistoryMirror()
        self.clock_offset = 0
        """Nanoseconds to add to this process's clock to get the worker's."""
        self._cwd = cwd
        self._env = env
        self._pulse_every = pulse_every
        self._silence = round(silence * SECOND)
        self._loading_silence = round(loading_silence * SECOND)
        self._pulse = Pulse(self._loading_silence)
        self._queue: asyncio.Queue[Batch] = asyncio.Queue(maxsize=8)
        self._process: subprocess.Popen[bytes] | None = None
        self._retiring: subprocess.Popen[bytes] | None = None
        """A worker that was told to end: what it is sent now would be lost."""
        self._stdin: asyncio.WriteTransport | None = None
        self._printed: deque[str] = deque(maxlen=20)
        self._expected = False
        self._closing = False
        self._restart = asyncio.Event()
        self._quick_deaths = 0
        self.model = ""
        """The model that was chosen; every new worker is told. "": the agent's own."""

    @property
    def pid(self) -> int | None:
        """The running worker's process id; None when none runs."""
        return self._process.pid if self._process is not None else None

    @property
    def given_up(self) -> bool:
        """Workers died at once, one after the other: only `restart` starts another."""
        return self._quick_deaths >= MOST_QUICK_DEATHS

    def now(self) -> int:
        """This instant on the worker's clock, in nanoseconds."""
        return time.monotonic_ns() + self.clock_offset

    def send(self, command: Command) -> bool:
        """Write a command; False when there is no worker to take it."""
        if self._stdin is None or self._stdin.is_closing() or self._retiring is self._process:
            return False
        self._stdin.write(encode(command))
        return True

    def restore(self, history: HistoryMirror) -> None:
        """Go on with another conversation: the worker that runs is told, and so is every later one.

        Nothing may be under way.
        """
        self.history = history
        self.send(ClearHistory())
        if not history.empty:
            self.send(history.take())

    def restart(self) -> None:
        """End the worker, whatever it does, and start another with the same conversation."""
        self._expected = True
        self._quick_deaths = 0
        self._restart.set()
        self._kill()

    def reload(self) -> None:
        """Let the worker end, which closes what it has opened, and start another."""
        process = self._process
        if process is None or not self.send(Shutdown()):
            self.restart()
            return
        self._retiring = process
        self._expected = True
        self._quick_deaths = 0
        self._restart.set()
        asyncio.get_running_loop().call_later(RELOAD_GRACE, self._kill, process)

    async def batches(self) -> AsyncIterator[Batch]:
        """Event batches for as long as the supervisor lives; starts the worker."""
        keeper = asyncio.create_task(self._keep_running(), name="supervisor")
        try:
            while True:
                if batch := self._observed(await self._next(keeper)):
                    yield batch
        finally:
            keeper.cancel()
            await asyncio.wait((keeper,))

    async def _next(self, keeper: asyncio.Task[None]) -> Batch:
        """The next batch; if the keeper has died instead, raise what it died of."""
        if not self._queue.empty():
            return self._queue.get_nowait()
        getter = asyncio.create_task(self._queue.get())
        try:
            await asyncio.wait((getter, keeper), return_when=asyncio.FIRST_COMPLETED)
            if not getter.done():
                keeper.result()
            return await getter
        finally:
            getter.cancel()

    async def close(self, grace: float = 1.0) -> None:
        """Ask the worker to end; after ``grace`` seconds kill its whole process group."""
        self._closing = self._expected = True
        process = self._process
        if process is None:
            return
        self.send(Shutdown())
        if self._stdin is not None:
            self._stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._exit_of(process)
        _kill_group(process)

    async def _keep_running(self) -> None:
        while not self._closing:
            self._expected = False
            started = time.monotonic()
            try:
                await self._one_life()
                quick = time.monotonic() - started < QUICK_DEATH and not self._expected
                self._quick_deaths = self._quick_deaths + 1 if quick else 0
            except OSError as error:
                hopeless = error.errno in HOPELESS
                self._quick_deaths = MOST_QUICK_DEATHS if hopeless else self._quick_deaths + 1
                await self._queue.put([self._not_started(error)])
            delay = None if self.given_up else 0.5 * (2**self._quick_deaths - 1)
            # asyncio.wait_for of Python 3.11 can lose a cancellation.
            with suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._restart.wait()
            self._restart.clear()

    async def _one_life(self) -> None:
        loop = asyncio.get_running_loop()
        process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own argv; it only forks
            self.argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._cwd,
            env=self._env,
            start_new_session=True,
            bufsize=0,
        )
        self._process = process
        self._pulse = Pulse(self._loading_silence)
        self._printed.clear()
        transport, _ = await loop.connect_write_pipe(asyncio.Protocol, process.stdin)
        self._stdin = transport
        self._ask()
        if not self.history.empty:
            self.send(self.history.take())
        if self.model:
            self.send(SetModel(model=self.model))
        stdout, stdout_pipe = await _reader(process.stdout)
        stderr, stderr_pipe = await _reader(process.stderr)
        readers = [
            asyncio.create_task(self._read_events(stdout), name="worker stdout"),
            asyncio.create_task(self._read_output(stderr), name="worker stderr"),
            asyncio.create_task(self._feel_pulse(), name="worker pulse"),
        ]
        try:
            await self._exit_of(process)
            # A child of the user's code may hold the pipes open for ever.
            await asyncio.wait(readers[:2], timeout=0.5)
        finally:
            for reader in readers:
                reader.cancel()
            stdout_pipe.close()
            stderr_pipe.close()
            self._stdin.close()
            self._stdin = None
            self._process = None
            if process.poll() is None:
                # Nobody reads what it says any more, and it may not notice: it may stand still.
                _kill_group(process)
        await self._queue.put([self._exited(process)])

    async def _exit_of(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the process alone, even if another one holds its pipes."""
        loop = asyncio.get_running_loop()
        exited = asyncio.Event()

        def wait() -> None:
            process.wait()
            with suppress(RuntimeError):  # the loop may be closed by then
                loop.call_soon_threadsafe(exited.set)

        threading.Thread(target=wait, name="worker exit", daemon=True).start()
        await exited.wait()

    async def _read_events(self, stdout: asyncio.StreamReader) -> None:
        rest = b""
        while data := await stdout.read(READ_SIZE):
            await self._heard()
            lines, newline, rest = (rest + data).rpartition(b"\n")
            if newline:
                await self._queue.put(self._decode(lines + newline))

    async def _read_output(self, stderr: asyncio.StreamReader) -> None:
        rest = b""
        # No sign of life: a child of the worker's may write here too.
        while data := await stderr.read(READ_SIZE):
            *lines, rest = (rest + data).split(b"\n")
            if len(rest) > READ_SIZE:
                lines, rest = [*lines, rest], b""
            if lines:
                await self._queue.put([self._output(line) for line in lines])
        if rest:
            await self._queue.put([self._output(rest)])

    async def _heard(self) -> None:
        if self._pulse.heard():
            await self._queue.put([events.WorkerHeard(at=self.now())])

    async def _feel_pulse(self) -> None:
        """Ask for signs of life and tell when they stop coming."""
        pulse = self._pulse
        while True:
            slept = time.monotonic()
            await asyncio.sleep(self._pulse_every)
            now = time.monotonic_ns()
            if time.monotonic() - slept > 1.5 * self._pulse_every or self._queue.full():
                # It is this program that stood still: what was said is not read yet.
                pulse.excuse(now)
            elif pulse.falls_silent(now):
                since = (pulse.silent_since or now) + self.clock_offset
                await self._queue.put([events.WorkerSilent(at=self.now(), since=since)])
            elif pulse.should_ask(now):
                self._ask()

    def _ask(self) -> None:
        self.send(Hello(sent=time.monotonic_ns()))

    def _decode(self, lines: bytes) -> list[events.Event]:
        try:
            return decode_events(lines)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return [self._decode_one(line) for line in lines.splitlines() if line.strip()]

    def _decode_one(self, line: bytes) -> events.Event:
        try:
            return decode_event(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            text = line[:500].decode("utf-8", "replace")
            return events.Noticed(at=self.now(), level="warning", text=f"not an event: {text}")

    def _output(self, line: bytes) -> events.OutputPrinted:
        text = line.rstrip(b"\r").decode("utf-8", "replace")
        self._printed.append(text)
        return events.OutputPrinted(at=self.now(), text=text)

    def _observed(self, batch: Batch) -> Batch:
        """The batch without what is the supervisor's own."""
        others: list[events.Event] = []
        for event in batch:
            if isinstance(event, events.ClockRead):
                self._set_clock(event)
                continue
            if isinstance(event, _LOADED):
                self._pulse.limit = self._silence
            self.history.observe(event)
            others.append(event)
        return others

    def _set_clock(self, read: events.ClockRead) -> None:
        self._pulse.read_clock(sent=read.sent, received=time.monotonic_ns(), theirs=read.at)
        self.clock_offset = clock_offset(self._pulse.readings)

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
        )

    def _not_started(self, error: OSError) -> events.WorkerExited:
        text = f"{self.argv[0]}: {error.strerror or error}"
        return events.WorkerExited(at=self.now(), code=None, stderr=text)

    def _kill(self, process: subprocess.Popen[bytes] | None = None) -> None:
        """End a worker that still runs, the one of now if none is named."""
        process = process or self._process
        if process is not None and process is self._process and process.poll() is None:
            _kill_group(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the worker and whatever its tools have started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


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
