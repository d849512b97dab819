"""Starts streamtui and says how far a turn is; on SIGUSR1 it counts what the UI's process holds.

Usage: python -m benchmarks.soak_probe PIPE ARGUMENTS...; one JSON object per line, what it tells of
is its ``what``.
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


def tell(what: str, **more: object) -> None:
    os.write(PIPE, json.dumps({"what": what} | more).encode() + b"\n")


def telling_of_runs(control: RunControl, event: events.Event) -> None:
    observe(control, event)
    match event:
        case events.RunFinished():
            tell("ended", outcome=event.outcome)
        case events.ToolStarted():
            tell("tool", name=event.name)
        case events.WorkerExited():
            tell("exited")


def telling_of_workers(history: HistoryMirror, event: events.Event) -> None:
    mirror(history, event)
    match event:
        case events.WorkerStarted():
            tell("started", pid=event.pid)
        case events.AgentLoaded():
            tell("loaded")


def telling_of_text(chat: ChatPane, deltas: tuple[events.Delta, ...]) -> None:
    show(chat, deltas)
    tell("streaming")


class ProbedStreamTui(app.StreamTui):
    """The dashboard, with an ear for a signal."""

    def on_ready(self) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self._count)

    def _count(self) -> None:
        gc.collect()
        tell(
            "holds",
            tasks=len(asyncio.all_tasks()),
            threads=threading.active_count(),
            widgets=len(self.screen.walk_children()),
            objects=len(gc.get_objects()),
        )


if __name__ == "__main__":
    RunControl.observe = telling_of_runs  # type: ignore[method-assign, assignment]
    HistoryMirror.observe = telling_of_workers  # type: ignore[method-assign, assignment]
    ChatPane.deltas = telling_of_text  # type: ignore[method-assign, assignment]
    app.StreamTui = ProbedStreamTui  # type: ignore[misc]
    main()
