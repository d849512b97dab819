"""A progress bar on stderr, where that is a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from typing_extensions import override

from tui.headless.face import Face
from tui.headless.results import Job, RunResult


class Progress(Face):
    """Counts runs; ``update`` moves the bar."""

    def __init__(self, update: Callable[[int], object]) -> None:
        self.failed = 0
        self.running = 0
        self._update = update

    def __str__(self) -> str:
        failed = f" · {self.failed} failed" if self.failed else ""
        return f"{self.running} running{failed}"

    @override
    def began(self, job: Job) -> None:
        self.running += 1
        self._update(0)

    @override
    def ended(self, result: RunResult) -> None:
        self.running -= 1
        self.failed += result.outcome == "failed"
        self._update(1)


@contextmanager
def progress_bar(runs: int) -> Iterator[Progress]:
    """A bar for this many runs."""
    shown: list[Progress] = []
    bar: Any
    with click.progressbar(
        length=runs,
        file=sys.stderr,
        show_pos=True,
        item_show_func=lambda _: str(shown[0]) if shown else None,
    ) as bar:
        progress = Progress(lambda steps: bar.update(steps, steps))
        shown.append(progress)
        yield progress
