"""Starts streamtui and says when runs end; on SIGUSR1 it counts what the UI's process holds.

Usage: python -m benchmarks.soak_probe PIPE ARGUMENTS...; one JSON object per line.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import threading

from tui import app, events
from tui.cli import main
from tui.run_control import RunControl

PIPE = os.open(sys.argv.pop(1), os.O_WRONLY)


def tell(what: dict[str, object]) -> None:
    os.write(PIPE, json.dumps(what).encode() + b"\n")


def telling(control: RunControl, event: events.Event) -> None:
    observe(control, event)
    if isinstance(event, events.RunFinished):
        tell({"ended": event.outcome})


class ProbedStreamTui(app.StreamTui):
    """The dashboard, with an ear for a signal."""

    def on_ready(self) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self._count)

    def _count(self) -> None:
        gc.collect()
        tell(
            {
                "tasks": len(asyncio.all_tasks()),
                "threads": threading.active_count(),
                "widgets": len(self.screen.walk_children()),
                "objects": len(gc.get_objects()),
            }
        )


observe = RunControl.observe

if __name__ == "__main__":
    RunControl.observe = telling  # type: ignore[method-assign, assignment]
    app.StreamTui = ProbedStreamTui  # type: ignore[misc]
    main()
