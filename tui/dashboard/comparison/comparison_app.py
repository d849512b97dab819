"""The application of `streamtui compare`: starts the columns' sources and the screen, ends them."""

from __future__ import annotations

import asyncio
import gc
import time
from functools import partial
from pathlib import Path
from typing import Any

from textual import on
from textual.screen import Screen

from tui.comparison.column_plan import ColumnPlan
from tui.comparison.column_stream import ColumnStream
from tui.comparison.comparison_options import ComparisonOptions
from tui.core.config.settings import AppOptions
from tui.core.formatting import counted
from tui.dashboard import messages
from tui.dashboard.commands.comparison_commands import COMPARISON_COMMANDS
from tui.dashboard.comparison.comparison_screen import ComparisonScreen
from tui.dashboard.diagnostics.bug_guard import MOST_STREAM_FAILURES
from tui.dashboard.terminal_app import TerminalApp, run_in_terminal
from tui.dashboard.textual_internals.painted_screen import PaintedScreen
from tui.dashboard.textual_internals.supported import unsupported
from tui.dashboard.wiring import message_of
from tui.journal import Journal, JournalState, Place, new_session_id
from tui.journal.stored_figures import limits_of
from tui.stream.dispatcher import FRAME
from tui.stream.facts import Fact


class ComparisonApp(TerminalApp, inherit_bindings=False):
    """Two to four columns that stream at once."""

    def __init__(self, options: AppOptions, compared: ComparisonOptions) -> None:
        super().__init__(options, COMPARISON_COMMANDS)
        self.compared = compared
        self.main = ComparisonScreen(compared, self.commands, self.masker.mask)
        self._journals: dict[str, Journal] = {}
        """By the reference that their sessions are stored under."""
        self._starting: asyncio.Task[None] | None = None
        self._reading: dict[int, asyncio.Task[None]] = {}
        """By the column's place, from 0."""
        self._stream_failures = 0

    def get_default_screen(self) -> Screen[Any]:
        return self.main

    async def on_mount(self) -> None:
        self.prepare()
        if self.is_headless:
            await self.load()

    @on(PaintedScreen.FirstPainted)
    def _first_painted(self) -> None:
        if self._starting is None:
            self._starting = asyncio.create_task(self.load(), name="load")
            self._starting.add_done_callback(self.end_if_failed)

    async def load(self) -> None:
        """Show the columns and start their sources."""
        streams = [self._stream(place, plan) for place, plan in enumerate(self.compared.plans)]
        await self.main.start(streams)
        for pane in self.main.panes:
            pane.chat.transcript.set_pace(self.options.config.display.pace)
        if (sentence := unsupported()) is not None:
            self.main.tell(sentence)
        if not self.is_headless:
            path = self.open_log()
            if self.options.debug:
                self.main.tell(f"The log is in {path}" if path else "No log can be written.")
        for place in range(len(streams)):
            self._read(place)
        if self.compared.prompt:
            self.main.controller.submit(self.compared.prompt, time.monotonic_ns())
        # Imported code stays: to traverse it takes 50 to 150 ms of every full collection.
        gc.freeze()
        gc.set_threshold(20_000, 20, 100)
        gc.enable()

    async def on_unmount(self) -> None:
        if self._starting is not None:
            self._starting.cancel()
        await self.main.comparison.close()
        for task in self._reading.values():
            task.cancel()
        for journal in self._journals.values():
            await asyncio.to_thread(journal.close)

    def _read(self, place: int) -> None:
        """Read a column's source; a bug in one leaves the others alone."""
        column = self.main.comparison.columns[place]
        task = asyncio.create_task(column.serve(), name=f"stream of {column.plan.label}")
        self._reading[place] = task
        task.add_done_callback(partial(self._read_ended, place))

    def _read_ended(self, place: int, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if not isinstance(error, Exception):
            return
        self._stream_failures += 1
        if self._stream_failures < MOST_STREAM_FAILURES and self.can_continue:
            self.failed(error)
            self._read(place)
        else:
            self.end_with(error)

    def _stream(self, place: int, plan: ColumnPlan) -> ColumnStream:
        journal = self._journal(plan)
        session = new_session_id() if journal is not None else ""
        return ColumnStream(
            plan,
            post=partial(self._post, place),
            changed=self.main.comparison.column_changed,
            masker=self.masker,
            thresholds=plan.thresholds or limits_of(self.options.config),
            recorder=None if journal is None else journal.recorder(session),
            session=session,
            on_bug=self.failed,
            # Together they post twice as often as one alone.
            frame=FRAME * len(self.compared.plans) / 2,
        )

    def _journal(self, plan: ColumnPlan) -> Journal | None:
        """None for a recording, and where nothing is to be stored."""
        path = self.options.journal
        if path is None or plan.play is not None:
            return None
        if plan.reference not in self._journals:
            place = Place(folder=str(Path.cwd()), reference=plan.reference)
            self._journals[plan.reference] = Journal.open(path, self._journal_changed, place=place)
        return self._journals[plan.reference]

    def _journal_changed(self, state: JournalState) -> None:
        """Called in the journal's thread."""
        self.call_later(self._tell_journal, state)

    def _tell_journal(self, state: JournalState) -> None:
        lost = f"; {counted(state.lost, 'event is', 'events are')} not in it" if state.lost else ""
        self.main.unsaved = not state.saved
        self.main.tell(state.message or f"The journal is being saved again{lost}.")
        self.main.refresh_all()

    def _post(self, place: int, fact: Fact) -> None:
        message = message_of(fact)
        if self.log_file is not None and isinstance(message, messages.StreamAdvanced):
            self.log_file.advanced(message)
        if place < len(self.main.panes):
            self.main.panes[place].post_message(message)


def run_comparison(options: AppOptions, compared: ComparisonOptions) -> int:
    """Run it to its end; returns the exit code of the process."""
    return run_in_terminal(ComparisonApp(options, compared))
