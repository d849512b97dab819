"""Starts streamtui and reports the progress of turns; at SIGUSR1, the UI process's resources.

Usage: python -m benchmarks.soak_probe PIPE ARGUMENTS...; writes one JSON object per line, whose
``what`` is the kind of the report.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import threading

from tui.cli.command_line import main
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.dashboard import app
from tui.dashboard.chat.chat_pane import ChatPane
from tui.protocol import events
from tui.stream.run_control import RunControl

PIPE = os.open(sys.argv.pop(1), os.O_WRONLY)

observe = RunControl.observe
mirror = HistoryMirror.observe
show = ChatPane.deltas


def report(what: str, **more: object) -> None:
    os.write(PIPE, json.dumps({"what": what} | more).encode() + b"\n")


def reporting_runs(control: RunControl, event: events.Event) -> None:
    observe(control, event)
    match event:
        case events.RunFinished():
            report("ended", outcome=event.outcome)
        case events.ToolStarted():
            report("tool", name=event.name)
        case events.WorkerExited():
            report("exited")


def reporting_workers(history: HistoryMirror, event: events.Event) -> None:
    mirror(history, event)
    match event:
        case events.WorkerStarted():
            report("started", pid=event.pid)
        case events.AgentLoaded():
            report("loaded")


def reporting_text(chat: ChatPane, deltas: tuple[events.Delta, ...]) -> None:
    show(chat, deltas)
    report("streaming")


class ProbedStreamTui(app.StreamTui):
    """The dashboard, which counts its resources at a signal."""

    def on_ready(self) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self._count)

    def _count(self) -> None:
        gc.collect()
        report(
            "holds",
            tasks=len(asyncio.all_tasks()),
            threads=threading.active_count(),
            widgets=len(self.screen.walk_children()),
            objects=len(gc.get_objects()),
        )


if __name__ == "__main__":
    RunControl.observe = reporting_runs  # type: ignore[method-assign, assignment]
    HistoryMirror.observe = reporting_workers  # type: ignore[method-assign, assignment]
    ChatPane.deltas = reporting_text  # type: ignore[method-assign, assignment]
    app.StreamTui = ProbedStreamTui  # type: ignore[misc]
    main()
