"""The Textual application: wires worker, dispatcher and screen together, and takes them down."""

import asyncio
import gc
import os
import signal
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from textual import on
from textual.app import App, SystemCommand
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen

from tui.alerts import desktop_notification
from tui.commands import COMMANDS
from tui.config import AppOptions
from tui.crash import report_crash
from tui.dispatcher import Dispatcher
from tui.journal import Journal, JournalState, SessionRecorder, new_session_id
from tui.line_filter import SanitizeFilter
from tui.metrics import SessionFigures
from tui.past import limits_of
from tui.past_reader import PastReader
from tui.sanitize import clean_event
from tui.screens.main import MainScreen
from tui.secrets import Masker
from tui.supervisor import Supervisor
from tui.widgets.performance import PerformancePane

CRASHED = 70
"""Exit code after a bug of ours (EX_SOFTWARE)."""

_HERE = Path(__file__).parent


def stylesheet() -> Path:
    """The package's stylesheet in an installation, the repository's in a checkout."""
    packaged = _HERE / "styles.tcss"
    return packaged if packaged.exists() else _HERE.parent / "styles.tcss"


class StreamTui(App[int], inherit_bindings=False):
    """The dashboard for one agent."""

    TITLE = "streamtui"
    CSS_PATH = stylesheet()
    ESCAPE_TO_MINIMIZE = False
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "f24"
    """Ours stands in the table of commands; this one is out of the way."""

    def __init__(self, options: AppOptions) -> None:
        super().__init__()
        self.options = options
        self.supervisor = Supervisor(options.worker_command)
        self.journal: Journal | None = None
        self.past: PastReader | None = None
        self.masker = masker = Masker(options.secrets)
        self.dispatcher = Dispatcher(
            self._post,
            journal=self._recorder(),
            clean=lambda event: masker.mask_event(clean_event(event)),
            thresholds=limits_of(options.config),
            now=self.supervisor.now,
        )
        self.main = MainScreen(self.supervisor, self.dispatcher)
        self._stream: asyncio.Task[None] | None = None
        # One for all: strips remember what a filter made of them.
        self._sanitize = SanitizeFilter()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._sanitize]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002
        for command in COMMANDS:
            if command.palette:
                action = f"screen.{command.id}"
                if command.argument:
                    action = f"screen.complete_slash({command.slash!r})"
                yield SystemCommand(
                    command.title, command.help, lambda action=action: self.run_action(action)
                )

    def on_mount(self) -> None:
        display = self.options.config.display
        self.set_keymap(self.options.config.keys)
        self.push_screen(self.main)
        if display.theme is not None:
            self.main.action_theme(display.theme)
        self.main.chat.transcript.set_pace(display.pace)
        self._end_on_signals()
        # The first frame does not wait for the worker, nor compete with it for the processor.
        self.main.call_after_refresh(self._start_stream)

    async def on_unmount(self) -> None:
        await self.supervisor.close()
        if self._stream is not None:
            self._stream.cancel()
        if self.past is not None:
            await asyncio.to_thread(self.past.stop)
        if self.journal is not None:
            await asyncio.to_thread(self.journal.close)

    def _handle_exception(self, error: Exception) -> None:
        """A bug of ours: keep a report, restore the terminal, say one line, never print locals."""
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            path = report_crash(error, self.masker.mask)
            where = f" The report is in {path}." if path is not None else ""
            kind = type(error).__name__
            self.exit(CRASHED, message=f"streamtui stopped because of a bug ({kind}).{where}")

    def _recorder(self) -> SessionRecorder | None:
        if self.options.journal is None:
            return None
        self.journal = Journal.open(self.options.journal, self._journal_changed)
        recorder = self.journal.recorder(new_session_id())
        self.past = PastReader(
            self.journal.store,
            limits_of(self.options.config),
            self._past_read,
            but=recorder.session,
        )
        return recorder

    def _past_read(self, past: SessionFigures) -> None:
        """Called in the reader's thread."""
        self.call_later(self.main.performance.compare, past)

    def _journal_changed(self, state: JournalState) -> None:
        """Called in the journal's thread."""
        self.call_later(self._tell_journal_state, state)

    def _tell_journal_state(self, state: JournalState) -> None:
        self.main.tell(state.message or "The journal is being saved again.")

    @on(PerformancePane.Crossed)
    def _alert(self, message: PerformancePane.Crossed) -> None:
        wanted = self.options.config.alerts
        if wanted.bell:
            self.bell()
        if wanted.desktop and self._driver is not None:
            self._driver.write(desktop_notification(message.text, os.environ))

    def _post(self, message: Message) -> None:
        self.main.post_message(message)

    def _start_stream(self) -> None:
        self._stream = asyncio.create_task(
            self.dispatcher.run(self.supervisor.batches()), name="stream"
        )
        self._stream.add_done_callback(self._stream_ended)
        if self.past is not None:
            self.past.start()
        # What is loaded stays: going through it again costs a full collection 50 to 150 ms.
        gc.freeze()
        gc.set_threshold(20_000, 20, 100)

    def _stream_ended(self, stream: asyncio.Task[None]) -> None:
        error = None if stream.cancelled() else stream.exception()
        if isinstance(error, Exception):
            self._handle_exception(error)

    def _end_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, self.exit, 128 + number)


def run(options: AppOptions) -> int:
    """Show the dashboard until it is left; the process's exit code."""
    app = StreamTui(options)
    app.run()
    return app.return_value or app.return_code or 0
