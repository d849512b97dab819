"""Reads lines in the main thread, where Ctrl+C can drop one; the program is in another."""

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from enum import Enum
from types import FrameType

import click

AGAIN = 0.1
"""Seconds after which the main thread is interrupted again: a signal that comes just before the
terminal is read does not end that."""

_WAKE = signal.SIGURG
"""Interrupts the main thread. Its number is the highest, so no other handler runs after it."""


class Key(Enum):
    """A key that is not part of a line."""

    INTERRUPT = "Ctrl+C"


Typed = str | Key | None
"""None: the end of the input, or a signal that ends the program."""


class LineReader:
    """One line each time it is wanted, with the terminal's own editing."""

    def __init__(self) -> None:
        self._wanted = threading.Semaphore(0)
        self._turns = 0
        """How many lines were wanted so far."""
        self._read_turns = 0
        """How many of them were read, or dropped."""
        self._dropped = 0
        """The turn whose line Ctrl+C drops."""
        self._reading = False
        self._take: Callable[[Typed], object] = lambda _: None
        self._ended = threading.Event()
        self._done = threading.Event()
        self._signals, self._wakes = socket.socketpair()
        for end in (self._signals, self._wakes):
            end.setblocking(False)

    def connect(self, take: Callable[[Typed], object], beside: Callable[[], object]) -> None:
        """Call ``take`` with what was wanted, ``beside`` for Ctrl+C while nothing is.

        Both are called in the running loop.
        """
        loop = asyncio.get_running_loop()
        self._take = lambda typed: loop.call_soon_threadsafe(take, typed)

        def signalled() -> None:
            for number in self._signals.recv(4096):
                if number in (signal.SIGTERM, signal.SIGHUP):
                    take(None)
                elif number != signal.SIGINT:
                    continue
                elif self._turns > self._read_turns:
                    self._dropped = self._turns
                    drop()
                else:
                    beside()

        def drop() -> None:
            if self._dropped > self._read_turns:
                _wake_main()
                loop.call_later(AGAIN, drop)

        loop.add_reader(self._signals, signalled)

    def want(self) -> None:
        """Read the next line."""
        self._turns += 1
        self._wanted.release()

    def run(self, work: Callable[[], int]) -> int:
        """Read until ``work`` ends, in a thread of its own; returns what it returns, or raises."""
        with suppress(ImportError):
            import readline  # noqa: F401, PLC0415 - earlier lines with the arrow keys
        # The loop, in the other thread, reads the numbers from the descriptor.
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _ignore)
        signal.signal(_WAKE, self._woken)
        with ThreadPoolExecutor(1, thread_name_prefix="plain") as pool:
            working = pool.submit(work)
            working.add_done_callback(self._end)
            while not self._ended.is_set():
                self._wanted.acquire()
                self._read()
            self._done.set()
        return working.result()

    def _read(self) -> None:
        try:
            self._reading = True
            self._stop_if_dropped()
            typed: Typed = input("> " if sys.stdin.isatty() else "")
        except KeyboardInterrupt:
            typed = Key.INTERRUPT
        except (EOFError, OSError, ValueError):
            typed = None
        finally:
            self._reading = False
        if not isinstance(typed, str) and sys.stdin.isatty():
            with suppress(OSError):
                click.echo()
        self._read_turns += 1
        with suppress(RuntimeError):  # the loop has ended
            self._take(typed)

    def _stop_if_dropped(self) -> None:
        if self._reading and (self._ended.is_set() or self._dropped > self._read_turns):
            # Not twice: the line editor gives the terminal back first.
            self._reading = False
            raise KeyboardInterrupt

    def _end(self, _: "Future[int]") -> None:
        """Called in the thread of the program, once that has ended."""
        self._ended.set()
        self._wanted.release()
        while not self._done.wait(AGAIN):
            _wake_main()

    def _woken(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_if_dropped()


def _wake_main() -> None:
    main = threading.main_thread().ident
    if main is not None:
        signal.pthread_kill(main, _WAKE)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """A handler, so that the number is written to the descriptor."""
