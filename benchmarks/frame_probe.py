"""Starts streamtui and measures how long each step of its event loop delays the others.

Usage: python -m benchmarks.frame_probe REPORT ARGUMENTS...; at SIGUSR1 it writes and clears the
report, JSON with the milliseconds of processor time of the main thread in each step that drew or
painted ("frames") and in all others ("rest").
"""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from time import thread_time
from typing import Any

from textual.app import App

from tui.cli.command_line import main
from tui.dashboard.transcript.frame_loop import FrameLoop


class Steps:
    """The steps so far."""

    def __init__(self) -> None:
        self.frames: list[float] = []
        self.rest: list[float] = []
        self.drawn = False

    def report(self, *_: object) -> None:
        written = REPORT.with_suffix(".new")
        written.write_text(json.dumps({"frames": self.frames, "rest": self.rest}))
        written.rename(REPORT)
        self.frames, self.rest = [], []

    def add(self, milliseconds: float) -> None:
        (self.frames if self.drawn else self.rest).append(milliseconds)
        self.drawn = False


def watch(steps: Steps) -> None:
    """Time every callback of the loop, and mark those that draw or paint."""
    run = asyncio.Handle._run  # noqa: SLF001 - the one place that runs all steps

    def timed(handle: asyncio.Handle) -> None:
        began = thread_time()
        run(handle)
        steps.add((thread_time() - began) * 1000)

    asyncio.Handle._run = timed  # type: ignore[method-assign, assignment] # noqa: SLF001
    for owner, name in ((FrameLoop, "_portion"), (App, "_display")):
        setattr(owner, name, _marking(getattr(owner, name), steps))


def _marking(method: Callable[..., Any], steps: Steps) -> Callable[..., Any]:
    def marking(*arguments: Any, **options: Any) -> Any:
        steps.drawn = True
        return method(*arguments, **options)

    return marking


REPORT = Path(sys.argv.pop(1))

if __name__ == "__main__":
    steps = Steps()
    signal.signal(signal.SIGUSR1, steps.report)
    watch(steps)
    main()
