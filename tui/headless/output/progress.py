"""A progress bar on stderr, where that is a terminal."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click
from typing_extensions import override

from tui.core.formatting import counted
from tui.headless.connection_counts import ConnectionCounts
from tui.headless.face import Face
from tui.headless.results import Job, RunResult

BAR = 36
"""Characters of the bar where there is room."""

AFTER_BAR = "\x1b[?25h\n"
_REST = "\x1b[K"
"""Clears the rest of the line."""


class Progress(Face):
    """Counts runs on ``bar``, one of click's; why a run failed stands above it."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._began = self._running = self._failed = 0
        self._connections = self._shown_connections = ""

    def __str__(self) -> str:
        failed = f" · {self._failed} failed" if self._failed else ""
        return f"{self._running} running{failed}{self._shown_connections}"

    @override
    def began(self, job: Job) -> None:
        if not self._began:
            # What is left is estimated from runs, not from loading the agent.
            self._bar.start = self._bar.last_eta = time.time()
        self._began += 1
        self._running += 1
        self._show(0)

    @override
    def connected(self, counts: ConnectionCounts) -> None:
        connections = counted(counts.open, "connection")
        self._connections = f" · {connections} open, {counts.streaming} streaming"
        if self._running:
            self._show(0)

    @override
    def ended(self, result: RunResult) -> None:
        self._running -= 1
        if result.outcome == "failed":
            self._failed += 1
            if result.problem is not None:
                self._say(f"[{result.job.name}] failed: {' '.join(result.problem.message.split())}")
        self._show(1)

    def _show(self, steps: int) -> None:
        with suppress(OSError):  # the terminal is gone
            # Not the size of stdout, which may be a file.
            columns = os.get_terminal_size(self._bar.file.fileno()).columns
            self._bar.make_step(steps)
            self._shown_connections = self._connections
            if (room := self._room(columns)) < 0:
                self._shown_connections = ""
                room = self._room(columns)
            self._bar.width = max(0, min(BAR, room))
            self._bar.max_width = None
            self._bar.render_progress()

    def _room(self, columns: int) -> int:
        """Columns that are left for the bar."""
        self._bar.width = 0
        beside = len(click.unstyle(self._bar.format_progress_line()))
        return columns - beside - len("^C") - 1

    def _say(self, line: str) -> None:
        with suppress(OSError):
            self._bar.file.write(f"\r{line}{_REST}\n")


@contextmanager
def progress_bar(runs: int) -> Iterator[Progress]:
    """A bar for this many runs."""
    shown: list[Progress] = []
    bar: Any = click.progressbar(
        length=runs,
        file=sys.stderr,
        show_pos=True,
        width=BAR,
        bar_template=f"[%(bar)s]  %(info)s{_REST}",
        item_show_func=lambda _: str(shown[0]) if shown else None,
    )
    shown.append(Progress(bar))
    try:
        yield shown[0]
    finally:
        with suppress(OSError):
            bar.render_finish()


def show_cursor() -> None:
    """Undo what a bar has done to the terminal, for a process that ends at once."""
    with suppress(OSError):
        if sys.stderr.isatty():
            os.write(sys.stderr.fileno(), AFTER_BAR.encode())
