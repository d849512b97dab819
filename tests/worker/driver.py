"""Runs a worker as the UI does: a process, commands in, events out."""

import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from tests.support.patience import PATIENCE
from tests.worker.launch import fork_ready, start_python
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol.codec import decode_event, encode
from tui.protocol.commands import CancelRun, Command, RetryRun, StartRun, UndoRetry
from tui.protocol.events import (
    AgentLoaded,
    AgentLoadFailed,
    Event,
    RetryUndone,
    RunFinished,
    UndoRefused,
)
from tui.protocol.worker_settings import WorkerSettings

QUICK = {"SSL_CERT_DIR": "/nowhere"}
"""Reading the system's certificates takes a third of a worker's start."""
E = TypeVar("E", bound=Event)


class WorkerProcess:
    """``with WorkerProcess(agent=…) as worker: worker.say("hi")``.

    ``events`` are all its events, ``printed`` is what anyone wrote to stdout or stderr.
    ``from_scratch`` starts a new interpreter as the UI does; else it is forked from a process
    that has already loaded the SDK, which takes a tenth of the time.
    """

    def __init__(
        self,
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        from_scratch: bool = False,
        **settings: object,
    ) -> None:
        self.events: list[Event] = []
        self.printed = b""
        self._settings = WorkerSettings(**settings)  # type: ignore[arg-type]
        self._cwd = cwd
        self._env = env or {}
        self._from_scratch = from_scratch
        self._changed = threading.Condition()
        self._runs = 0
        self._ended = False

    def __enter__(self) -> Self:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        env = inherited | {"OPENAI_API_KEY": "sk-test", **QUICK} | dict(self._env)
        launch = start_python if self._from_scratch else fork_ready
        self.process, self._stdin, self._stdout, self._stderr = launch(
            self._settings, self._cwd, env
        )
        self._threads = [
            threading.Thread(target=self._read_events, daemon=True),
            threading.Thread(target=self._read_prints, daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close_input()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            for thread in self._threads:
                thread.join(PATIENCE)
                assert not thread.is_alive(), "another process still has the worker's output open"
            self._stdout.close()
            self._stderr.close()

    # Commands

    def send(self, command: Command) -> None:
        self.send_line(encode(command))

    def send_line(self, line: bytes) -> None:
        self._stdin.write(line)
        self._stdin.flush()

    def close_input(self) -> None:
        with suppress(BrokenPipeError):  # it ended before it had read everything
            self._stdin.close()

    def start(self, prompt: str) -> str:
        """Send a prompt; returns the run's id."""
        self._runs += 1
        run = f"r{self._runs}"
        self.send(StartRun(run=run, prompt=prompt, entered_at=time.monotonic_ns()))
        return run

    def say(self, prompt: str) -> RunFinished:
        """Send a prompt and wait until its run has finished."""
        return self.finished(self.start(prompt))

    def start_retry(self, mode: str) -> str:
        """Ask for a retry; returns the run's id."""
        self._runs += 1
        run = f"r{self._runs}"
        self.send(RetryRun(run=run, entered_at=time.monotonic_ns(), mode=mode))  # type: ignore[arg-type]
        return run

    def retry(self, mode: str) -> RunFinished:
        return self.finished(self.start_retry(mode))

    def ask_to_undo(self, run: str = "") -> None:
        """Ask to undo the last retry, whose last run is ``run``, as the dashboard does."""
        self.send(UndoRetry(run=run or f"r{self._runs}", history=self.mirror().before_retry()))

    def undo_retry(self) -> RetryUndone:
        """Undo the last retry, and wait until that is done."""
        done = len(self.all(RetryUndone))
        self.ask_to_undo()
        self.until(RetryUndone, lambda _: len(self.all(RetryUndone)) > done)
        return self.all(RetryUndone)[-1]

    def undo_refused(self) -> str:
        """Ask to undo the last retry; why the worker does not."""
        self.ask_to_undo()
        return self.until(UndoRefused).reason

    def cancel(self, run: str) -> RunFinished:
        self.send(CancelRun(run=run))
        return self.finished(run)

    # Waiting

    def finished(self, run: str) -> RunFinished:
        return self.until(RunFinished, lambda event: event.run == run)

    def loaded(self) -> AgentLoaded:
        return self.until(AgentLoaded)

    def load_failed(self) -> AgentLoadFailed:
        return self.until(AgentLoadFailed)

    def until(
        self, kind: type[E], accept: Callable[[E], bool] = lambda _: True, timeout: float = PATIENCE
    ) -> E:
        """The first event of this kind that is accepted; fails when the worker ends before."""
        found: E | None = None
        seen = 0

        def look() -> bool:
            nonlocal found, seen
            new, seen = self.events[seen:], len(self.events)
            found = next(
                (event for event in new if isinstance(event, kind) and accept(event)), None
            )
            return found is not None or self._ended

        with self._changed:
            self._changed.wait_for(look, timeout)
        if found is None:
            message = f"no {kind.__name__} came; events: {self.events}; printed: {self.printed!r}"
            raise AssertionError(message)
        return found

    @property
    def ended(self) -> bool:
        """All its output has been read."""
        return self._ended

    def event(self, number: int, timeout: float = PATIENCE) -> Event | None:
        """The event of this number, from 0; None if the worker ends before, or at the time-out."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or len(self.events) > number, timeout)
            return self.events[number] if len(self.events) > number else None

    def until_printed(self, text: bytes) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: text in self.printed, PATIENCE), self.printed

    def exit_code(self) -> int:
        return self.process.wait(PATIENCE)

    # Events so far

    def all(self, kind: type[E], run: str | None = None) -> list[E]:
        return [
            event
            for event in self.events
            if isinstance(event, kind) and (run is None or event.run == run)
        ]

    def history(self) -> list[dict[str, object]]:
        """The conversation, from its changes."""
        return [msgspec.json.decode(item) for item in self.mirror().take().items]

    def mirror(self) -> HistoryMirror:
        """The dashboard's copy of the ledger, as it is now."""
        mirror = HistoryMirror()
        for event in list(self.events):
            mirror.observe(event)
        return mirror

    def _read_events(self) -> None:
        waiting: list[bytes] = []
        while chunk := os.read(self._stdout.fileno(), 65_536):
            # A picture is one line of many reads: joined once.
            whole, newline, rest = chunk.rpartition(b"\n")
            lines = b"".join([*waiting, whole]).split(b"\n") if newline else []
            waiting = [rest] if newline else [*waiting, rest]
            events = [decode_event(line) for line in lines]
            with self._changed:
                self.events += events
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _read_prints(self) -> None:
        while chunk := os.read(self._stderr.fileno(), 65_536):
            with self._changed:
                self.printed += chunk
                self._changed.notify_all()
