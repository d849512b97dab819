"""A program in a real pseudo-terminal, with its screen as a user would see it."""

import contextlib
import os
import re
import select
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple, Self

from pyte.screens import Char

from tests.support.patience import PATIENCE
from tests.support.terminal.emulator import Emulator
from tests.support.terminal.keys import click_bytes, drag_bytes, key_bytes
from tests.support.terminal.processes import wait_gone
from tests.support.terminal.queries import QueryAnswers
from tests.support.terminal.spawn import Argv, set_size, spawn

Condition = str | re.Pattern[str] | Callable[[list[str]], bool]


class Read(NamedTuple):
    """One read from the terminal: when it returned (monotonic ns), ``raw``'s length then."""

    at: int
    length: int


class Terminal:
    """Runs ``argv`` in a pseudo-terminal of its own session; a thread drains its output.

    ``env`` overrides the inherited environment, from which settings of terminals, Textual and the
    SDK are removed first; ``None`` as a value removes a variable. As a context manager it kills
    the program and its process group on exit, and nothing else.
    """

    def __init__(
        self,
        argv: Argv,
        *,
        rows: int = 30,
        cols: int = 120,
        env: Mapping[str, str | None] | None = None,
        cwd: str | os.PathLike[str] | None = None,
    ) -> None:
        self._emulator = Emulator(rows, cols)
        self._queries = QueryAnswers()
        self._raw = bytearray()
        self._reads: list[Read] = []
        self._fed = 0
        self._ended = False
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._replies: deque[bytes] = deque()
        """Answers to the program's questions, which must not stand amid what is written."""
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        set_size(self._master, rows, cols)
        self._wake_reader, self._stop_signal = os.pipe()
        self._may_read = threading.Event()
        self._may_read.set()
        self.started_at = time.monotonic_ns()
        """When the program was started (monotonic ns)."""
        self._process = spawn(argv, slave, env=env or {}, cwd=cwd)
        os.close(slave)
        self._reader = threading.Thread(target=self._read_all, name="terminal", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def raw(self) -> bytes:
        """Every byte the program has written so far."""
        with self._changed:
            return bytes(self._raw)

    @property
    def reads(self) -> list[Read]:
        """When the bytes of ``raw`` came."""
        with self._changed:
            return list(self._reads)

    @property
    def screen(self) -> list[str]:
        """The rows of the screen now, without trailing spaces."""
        with self._changed:
            return self._lines()

    @property
    def text(self) -> str:
        """The rows in one string."""
        return "\n".join(self.screen)

    @property
    def cells(self) -> list[list[Char]]:
        """The rows with the colours of each character; the second cell of a wide one is empty."""
        with self._changed:
            self._lines()
            return self._emulator.cells

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column of the cursor, from 0."""
        with self._changed:
            self._lines()
            return self._emulator.cursor

    def wait_for(self, condition: Condition, timeout: float = PATIENCE) -> list[str]:
        """The screen as soon as it shows the text, matches the pattern or satisfies the predicate.

        Raises TimeoutError, with the screen in its message, after ``timeout`` seconds or as soon
        as the program has ended.
        """
        is_met = _predicate(condition)
        deadline = time.monotonic() + timeout
        with self._changed:
            while not is_met(screen := self._lines()):
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    raise TimeoutError(self._report(condition, timeout))
                self._changed.wait(left)
        return screen

    def wait_for_bytes(self, wanted: bytes, timeout: float = PATIENCE, start: int = 0) -> Read:
        """The read with which these bytes were complete in ``raw``, searched from ``start`` on."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while (found := self._raw.find(wanted, start)) < 0:
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    raise TimeoutError(self._report(repr(wanted), timeout))
                start = max(start, len(self._raw) - len(wanted))
                self._changed.wait(left)
            end = found + len(wanted)
            return next(read for read in self._reads if read.length >= end)

    def stop_reading(self) -> None:
        """Leave the program's output in the terminal, as one that hangs."""
        self._may_read.clear()

    def read_on(self) -> None:
        """Read again, what was left first."""
        self._may_read.set()

    def type(self, text: str) -> None:
        """Type the text; a newline in it is the Enter key."""
        self._write(text.replace("\n", "\r").encode())

    def paste(self, text: str) -> None:
        """Paste the text, as a terminal in bracketed-paste mode does."""
        self._write(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def press(self, *keys: str) -> None:
        """Press keys one after the other, by Textual's names: ``enter``, ``ctrl+q``, ``f1``."""
        for key in keys:
            self._write(key_bytes(key))

    def click(self, row: int, col: int) -> None:
        """Click with the left button; row and column from 0."""
        self._write(click_bytes(row, col))

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag with the left button; places are (row, column) from 0."""
        self._write(drag_bytes(start, end))

    def burst(self, *pieces: bytes) -> None:
        """Send keys, clicks and text in one write, as they arrive over a slow connection."""
        self._write(b"".join(pieces))

    def resize(self, rows: int, cols: int) -> None:
        """Resize the terminal; the kernel sends SIGWINCH."""
        with self._changed:
            self._lines()
            self._emulator.resize(rows, cols)
        set_size(self._master, rows, cols)

    def press_until(self, key: str, condition: Condition) -> list[str]:
        """Press the key twice a second until the condition holds.

        For keys that are ignored at first: a question does not take as its answer a key that was
        pressed just before it appeared.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            self.press(key)
            try:
                return self.wait_for(condition, 0.5)
            except TimeoutError:
                if self._ended or time.monotonic() > deadline:
                    raise

    def answer(self, key: str, condition: Condition) -> list[str]:
        """Answer a question that is shown, after the time in which it takes no answer.

        On a busy machine that may come later: then the key was a letter for the prompt.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            time.sleep(0.5)
            self.press(key)
            try:
                return self.wait_for(condition, 10.0)
            except TimeoutError:
                if self._ended or time.monotonic() > deadline:
                    raise
            if "leaves the prompt" in self.text:
                self.press("tab")

    def kill(self, sig: int = signal.SIGKILL) -> None:
        """Send a signal to the program itself, not to its group."""
        self._process.send_signal(sig)

    def exit_code(self, timeout: float = PATIENCE) -> int:
        """Wait for the end; the exit code, or the negative number of the signal that ended it."""
        wait_gone(self.pid, timeout)
        with self._changed:
            self._changed.wait_for(lambda: self._ended, 1.0)
        # Reaped only in close(), so that its process group id is not reused before.
        result = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        assert result is not None
        return result.si_status if result.si_code == os.CLD_EXITED else -result.si_status

    def hang_up(self) -> None:
        """Close the terminal, as when its window is closed."""
        self._may_read.set()
        if self._reader.is_alive():
            os.write(self._stop_signal, b"x")
            self._reader.join(PATIENCE)
            assert not self._reader.is_alive(), "the terminal's reader did not stop"
        for descriptor in (self._master, self._wake_reader, self._stop_signal):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._wake_reader = self._stop_signal = -1

    def forget(self) -> None:
        """Drop the output so far, which would fill the memory in a long run.

        The screen then shows only what is painted from now on.
        """
        with self._changed:
            self._raw.clear()
            self._reads.clear()
            self._fed = 0

    def close(self) -> None:
        """Kill the program and its process group."""
        if self._process.returncode is None:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait(PATIENCE)
        self.hang_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _lines(self) -> list[str]:
        """Feed new output to the emulator; its lines. The caller holds the lock."""
        self._emulator.feed(bytes(self._raw[self._fed :]))
        self._fed = len(self._raw)
        return self._emulator.lines

    def _report(self, condition: object, timeout: float) -> str:
        wanted = getattr(condition, "pattern", condition)
        why = "the program ended first" if self._ended else f"not within {timeout} s"
        frame = "-" * 20
        return "\n".join([f"{wanted!r}: {why}; the screen:", frame, *self._lines(), frame])

    def _write(self, data: bytes) -> None:
        """Raises TimeoutError when the program does not read its input."""
        with self._writing:
            self._write_all(data)
        self._send_replies()

    def _send_replies(self) -> None:
        """Now, unless something is being written: then once that has ended."""
        while self._replies and self._writing.acquire(blocking=False):
            try:
                # If the program does not read, a wait for its screen will time out.
                with contextlib.suppress(OSError, IndexError):
                    self._write_all(self._replies.popleft())
            finally:
                self._writing.release()

    def _write_all(self, data: bytes) -> None:
        """A pseudo-terminal buffers only a few kilobytes."""
        while data:
            if not select.select([], [self._master], [], PATIENCE)[1]:
                raise TimeoutError(f"{data[:40]!r} was not read within {PATIENCE} s")
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self._master, data) :]

    def _read_all(self) -> None:
        """Drain the terminal until all processes have closed its other end, or until stopped."""
        while data := self._read_some():
            if reply := self._queries.answers(data):
                self._replies.append(reply)
            self._send_replies()
            with self._changed:
                self._raw += data
                self._reads.append(Read(time.monotonic_ns(), len(self._raw)))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _read_some(self) -> bytes:
        readable, _, _ = select.select([self._master, self._wake_reader], [], [])
        if self._wake_reader in readable:
            return b""
        self._may_read.wait()
        try:
            return os.read(self._master, 65536)
        except BlockingIOError:
            return self._read_some()
        except OSError:  # EIO: the last process that had the other end open is gone
            return b""


def _predicate(condition: Condition) -> Callable[[list[str]], bool]:
    if isinstance(condition, str):
        return lambda screen: condition in "\n".join(screen)
    if isinstance(condition, re.Pattern):
        return lambda screen: condition.search("\n".join(screen)) is not None
    return condition
