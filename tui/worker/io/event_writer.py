"""Writes events: numbered, encoded, in batches."""

import asyncio
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec

from tui.protocol.codec import encode
from tui.protocol.events import Event, RunFinished

BATCH_SECONDS = 0.008
BATCH_BYTES = 32_768

BETWEEN_SECONDS = 0.004
"""Between two large events that others may overtake."""

Clock = Callable[[], int]

RUN: ContextVar[str] = ContextVar("streamtui_run", default="")
"""The run in whose context code runs, where runs share the worker; "" elsewhere."""


class EventWriter:
    """Writes events to a file descriptor, from any thread, in the order of their numbers.

    A write blocks while the reader is slow: that is the back-pressure. It cannot deadlock:
    commands are read by another thread, and the UI never stops reading.
    """

    def __init__(
        self, fd: int, on_broken: Callable[[], None], clock: Clock = time.monotonic_ns
    ) -> None:
        self.now = clock
        """The time in ns: ``time.monotonic_ns``, or a test's clock."""
        self.run = ""
        """The run of events that do not name one, outside of any run's context."""
        self._fd = fd
        self._on_broken = on_broken
        self._lock = threading.Lock()
        self._pending = bytearray()
        self._count = 0
        self._held = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._timer: asyncio.TimerHandle | None = None
        self._between: deque[Event] = deque()
        """Pieces of long outputs, one of which is written at a time."""
        self._turn: asyncio.TimerHandle | None = None

    def batch_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """Write deltas in batches from now on; call it in the loop's thread."""
        self._loop = loop
        self._thread = threading.get_ident()

    def emit(self, event: Event) -> None:
        """Write the event, and everything before it, now."""
        with self._lock:
            self._append(event)
            if not self._held:
                self._write()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write what is emitted inside at once; run no user code inside.

        Each write wakes the reader, which costs more than creating an event.
        """
        with self._lock:
            self._held += 1
        try:
            yield
        finally:
            with self._lock:
                self._held -= 1
                if not self._held:
                    self._write()

    def emit_soon(self, event: Event) -> None:
        """Write the event with others, within `BATCH_SECONDS`."""
        with self._lock:
            self._append(event)
            if len(self._pending) >= BATCH_BYTES or threading.get_ident() != self._thread:
                self._write()
            elif self._timer is None and self._loop is not None:
                self._timer = self._loop.call_later(BATCH_SECONDS, self._batch_is_due)

    def emit_between(self, events: Iterable[Event]) -> None:
        """Write large events one by one, so that others can be written between them.

        All of them are written before the end of a run.
        """
        run = RUN.get() or self.run
        with self._lock:
            for event in events:
                msgspec.structs.force_setattr(event, "run", event.run or run)
                self._between.append(event)
            if not self._between:
                return
            if self._loop is None or threading.get_ident() != self._thread:
                self._append_between()
                self._write()
            elif self._turn is None:
                self._turn = self._loop.call_later(BETWEEN_SECONDS, self._write_one)

    def flush(self) -> None:
        with self._lock:
            self._write()

    def _write_one(self) -> None:
        with self._lock:
            self._turn = None
            if self._between:
                self._append(self._between.popleft())
            if not self._held:
                self._write()
            if self._between and self._loop is not None:
                self._turn = self._loop.call_later(BETWEEN_SECONDS, self._write_one)

    def _append_between(self) -> None:
        while self._between:
            self._append(self._between.popleft())

    def _batch_is_due(self) -> None:
        self._timer = None
        self.flush()

    def _append(self, event: Event) -> None:
        if self._between and isinstance(event, RunFinished):
            self._append_between()
        self._count += 1
        # Events are frozen, but this one is not shared yet.
        msgspec.structs.force_setattr(event, "seq", self._count)
        if not event.run and (run := RUN.get() or self.run):
            msgspec.structs.force_setattr(event, "run", run)
        self._pending += encode(event)

    def _write(self) -> None:
        while self._pending:
            try:
                written = os.write(self._fd, self._pending)
            except OSError:
                self._pending.clear()
                self._on_broken()
                return
            del self._pending[:written]
