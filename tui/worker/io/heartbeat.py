"""Reports code that blocks the event loop, and which tool or line it is."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from tui.protocol.events import LoopBlocked, LoopFreed
from tui.worker.failures.tracebacks import user_place
from tui.worker.io.event_writer import EventWriter
from tui.worker.tools.tool_wrappers import RunningTool

LIMIT = 2.0
"""Seconds without an answer after which the loop counts as blocked."""

EVERY = 0.5
"""Seconds between an answer and the next call."""


class Heartbeat:
    """A thread that calls back into the loop; ``tool_of`` finds the tool that a task runs.

    It must be a thread: nothing can run in a loop that is blocked.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        writer: EventWriter,
        tool_of: Callable[[asyncio.Task[Any] | None], RunningTool | None],
    ) -> None:
        self._loop = loop
        self._writer = writer
        self._tool_of = tool_of
        self._thread = threading.get_ident()

    def start(self) -> None:
        """Call it in the loop's thread."""
        self._thread = threading.get_ident()
        threading.Thread(target=self._watch, name="streamtui-heartbeat", daemon=True).start()

    def _watch(self) -> None:
        while True:
            beat = threading.Event()
            asked = self._writer.now()
            try:
                self._loop.call_soon_threadsafe(beat.set)
            except RuntimeError:  # the loop is closed
                return
            if not beat.wait(LIMIT):
                self._writer.emit(self._blocked(asked))
                beat.wait()
                self._writer.emit(LoopFreed(at=self._writer.now()))
            time.sleep(EVERY)

    def _blocked(self, since: int) -> LoopBlocked:
        tool = self._tool_of(asyncio.current_task(self._loop))
        frame = sys._current_frames().get(self._thread)  # noqa: SLF001 - documented, in spite of its name
        return LoopBlocked(
            at=self._writer.now(),
            since=since,
            tool_call=tool.tool_call if tool is not None else "",
            tool=tool.name if tool is not None else "",
            place=user_place(frame),
        )
