"""The Textual application: wires worker, dispatcher and screen together, and takes them down."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from textual import events as textual_events
from textual import on
from textual.app import SystemCommand
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen

from tui.alerts import desktop_notification
from tui.commands import COMMANDS
from tui.config import AppOptions
from tui.crash import Bug, BugReports
from tui.dispatcher import Dispatcher
from tui.journal import Journal, JournalState
from tui.line_filter import SanitizeFilter
from tui.log_file import LogFile
from tui.metrics import SessionFigures
from tui.outliving import MOST_STREAM_FAILURES, OutlivingApp, guard_dispatch
from tui.past import limits_of
from tui.past_reader import PastReader
from tui.screens.bug_panel import BugPanel
from tui.screens.main import MainScreen
from tui.screens.question import Question
from tui.secret_stream import StreamMasker
from tui.secrets import Masker
from tui.sessions import Sessions, place_of
from tui.supervisor import Supervisor
from tui.terminal_watch import GONE, watch_terminal
from tui.widgets.performance import PerformancePane

STDIN = 0
"""Where Textual reads keys."""

_HERE = Path(__file__).parent


def stylesheet() -> Path:
    """The package's stylesheet in an installation, the repository's in a checkout."""
    packaged = _HERE / "styles.tcss"
    return packaged if packaged.exists() else _HERE.parent / "styles.tcss"


class StreamTui(OutlivingApp, inherit_bindings=False):
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
        self.past: PastReader | None = None
        self.masker = masker = Masker(options.secrets)
        self.bugs = BugReports(masker.mask)
        self.log_file: LogFile | None = None
        self.sessions = self._sessions()
        self.dispatcher = Dispatcher(
            self._post,
            journal=self.sessions.recorder if self.sessions is not None else None,
            mask=StreamMasker(masker).mask,
            thresholds=limits_of(options.config),
            now=self.supervisor.now,
            on_bug=self._handle_exception,
        )
        self.main = MainScreen(self.supervisor, self.dispatcher, self.sessions)
        self.main.mask = masker.mask
        self._stream: asyncio.Task[None] | None = None
        self._stream_failures = 0
        # One for all: strips remember what a filter made of them.
        self._sanitize = SanitizeFilter()

    async def on_event(self, event: textual_events.Event) -> None:
        """Esc cancels what runs before it closes what is open; a question it answers."""
        if isinstance(event, textual_events.Key) and event.key == "escape" and self.screen_stack:
            on_top = not isinstance(self.screen, MainScreen | Question | BugPanel)
            if on_top and self.main.is_mounted and self.main.cancel_first():
                return
        await super().on_event(event)

    def notify(self, message: str, **options: Any) -> None:
        """A short message in the corner, whoever says it."""
        super().notify(self.masker.mask(message), **options)

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
        if not self.is_headless:
            self.catch_stray_errors()
            loop = asyncio.get_running_loop()
            gone = partial(loop.call_soon_threadsafe, self.exit, GONE)
            watch_terminal(STDIN, gone)
        # The first frame does not wait for the worker, nor compete with it for the processor.
        self.main.call_after_refresh(self._start_stream)

    async def on_unmount(self) -> None:
        await self.supervisor.close()
        if self._stream is not None:
            self._stream.cancel()
        if self.past is not None:
            await asyncio.to_thread(self.past.stop)
        if self.sessions is not None:
            await asyncio.to_thread(self.sessions.journal.close)

    def _sessions(self) -> Sessions | None:
        options = self.options
        if options.journal is None:
            return None
        journal = Journal.open(options.journal, self._journal_changed, place=place_of(options))
        limits = limits_of(options.config)
        sessions = Sessions(journal, masker=self.masker, thresholds=limits)
        but = options.session or sessions.current
        self.past = PastReader(journal.store, limits, self._past_read, but=but)
        return sessions

    def _past_read(self, past: SessionFigures) -> None:
        """Called in the reader's thread."""
        self.call_later(self.main.performance.compare, past)

    def _journal_changed(self, state: JournalState) -> None:
        """Called in the journal's thread."""
        self.call_later(self.main.journal_changed, state)

    @on(PerformancePane.Crossed)
    def _alert(self, message: PerformancePane.Crossed) -> None:
        wanted = self.options.config.alerts
        if wanted.bell:
            self.bell()
        if wanted.desktop and self._driver is not None:
            self._driver.write(desktop_notification(message.text, os.environ))

    def _post(self, message: Message) -> None:
        event = getattr(message, "event", None)
        if self.log_file is not None and event is not None:
            self.log_file.event(event)
        self.main.post_message(message)

    def on_bug(self, bug: Bug, error: BaseException) -> None:
        if self.log_file is not None:
            self.log_file.bug(bug, error)

    def _open_log(self) -> None:
        """After the first frame, and only where somebody looks at it."""
        self.log_file = log = LogFile(self.masker.mask, debug=self.options.debug)
        size = f"{self.size.width}x{self.size.height}"
        log.say(f"streamtui {version('streamtui')} started: {os.environ.get('TERM')}, {size}")
        if self.options.debug:
            self.main.tell(f"The log is in {log.path}" if log.path else "No log can be written.")

    def _read_stream(self) -> None:
        self._stream = asyncio.create_task(
            self.dispatcher.run(self.supervisor.batches()), name="stream"
        )
        self._stream.add_done_callback(self._stream_ended)

    def _start_stream(self) -> None:
        if not self.is_headless:
            self._open_log()
        if self.options.session is not None:
            self.main.run_worker(self.main.resume(self.options.session), group="sessions")
        self._read_stream()
        if self.past is not None:
            self.past.start()
        # What is loaded stays: going through it again costs a full collection 50 to 150 ms.
        gc.freeze()
        gc.set_threshold(20_000, 20, 100)

    def _stream_ended(self, stream: asyncio.Task[None]) -> None:
        error = None if stream.cancelled() else stream.exception()
        if not isinstance(error, Exception):
            return
        self._stream_failures += 1
        if self._stream_failures < MOST_STREAM_FAILURES and self.outlives_bugs:
            self._handle_exception(error)
            self._read_stream()
        else:
            self.end_with(error)

    def _end_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, self.exit, 128 + number)


def run(options: AppOptions) -> int:
    """Show the dashboard until it is left; the process's exit code."""
    guard_dispatch()
    app = StreamTui(options)
    app.run()
    code = app.return_value or app.return_code or 0
    if (log := app.log_file) is not None:
        log.say(f"streamtui ended: {code}")
        log.close()
        if options.debug and log.path is not None:
            print(f"streamtui: the log is in {log.path}", file=sys.stderr)  # noqa: T201
    return code
