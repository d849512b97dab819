"""The Textual application: starts the worker, the journal and the screen, and ends them.

Only what the first frame needs is imported here; `StreamTui.load` imports the rest after it.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events as textual_events
from textual import on
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen

from tui.core.config.settings import AppOptions
from tui.core.sanitize.secrets import Masker
from tui.dashboard import messages
from tui.dashboard.commands.bindings import keymap
from tui.dashboard.commands.command_table import command_of
from tui.dashboard.commands.key_settings import with_keys
from tui.dashboard.diagnostics.bug_guard import MOST_STREAM_FAILURES, BugGuard
from tui.dashboard.diagnostics.crash import Bug, BugReports
from tui.dashboard.screens.bug_panel import BugPanel
from tui.dashboard.screens.main_screen import MainScreen
from tui.dashboard.screens.question import Question
from tui.dashboard.terminal.line_filter import SanitizeFilter
from tui.dashboard.terminal.watch import GONE, watch_terminal
from tui.dashboard.textual_internals.driver import write_raw
from tui.dashboard.textual_internals.guarded_app import guard_dispatch
from tui.dashboard.textual_internals.key_bindings import run_binding
from tui.dashboard.textual_internals.painted_screen import PaintedScreen
from tui.dashboard.textual_internals.supported import unsupported
from tui.stream.source import Source
from tui.stream.supervisor import Supervisor

if TYPE_CHECKING:
    from textual.command import Provider

    from tui.core.metrics import SessionFigures
    from tui.dashboard.diagnostics.log_file import LogFile
    from tui.dashboard.wiring import Wiring
    from tui.journal import JournalState
    from tui.journal.sessions import Opened, Sessions
    from tui.stream.dispatcher import Dispatcher

STDIN = 0
"""Where Textual reads keys."""

_PACKAGE = Path(__file__).parents[1]


def stylesheet() -> Path:
    """The package's stylesheet in an installation, the repository's in a checkout."""
    packaged = _PACKAGE / "styles.tcss"
    return packaged if packaged.exists() else _PACKAGE.parent / "styles.tcss"


def _import_palette() -> type[Provider]:
    """Called when the palette is opened."""
    from tui.dashboard.screens.palette import Palette

    return Palette


class StreamTui(BugGuard, inherit_bindings=False):
    """The dashboard for one agent."""

    TITLE = "streamtui"
    CSS_PATH = stylesheet()
    ESCAPE_TO_MINIMIZE = False
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_import_palette}
    COMMAND_PALETTE_BINDING = "f24"
    """An unused key: the palette is a command of the table."""

    def __init__(self, options: AppOptions, source: Source | None = None) -> None:
        """``source`` gives the events; by default a worker, with the command in the options."""
        super().__init__()
        self.options = options
        self.source = source or Supervisor(options.worker_command)
        self.masker = masker = Masker(options.secrets)
        self.bugs = BugReports(masker.mask)
        self.log_file: LogFile | None = None
        self.commands = with_keys(options.config.keys)
        """With the keys in force."""
        self.main = MainScreen(self.source, self.commands, masker.mask)
        self._wiring: Wiring | None = None
        """Set by `load`."""
        self._loading: asyncio.Task[None] | None = None
        self._stream: asyncio.Task[None] | None = None
        self._stream_failures = 0
        # One for all screens, since strips cache what a filter returned.
        self._sanitize = SanitizeFilter()

    async def on_event(self, event: textual_events.Event) -> None:
        """Esc first cancels the run, then closes the screen on top; a question it answers."""
        if isinstance(event, textual_events.Key) and self.screen_stack:
            if event.key in command_of(self.commands, "escape").keys:
                on_top = not isinstance(self.screen, MainScreen | Question | BugPanel)
                if on_top and self.main.is_mounted and self.main.runs.cancel_first():
                    return
            if not event.is_forwarded and await self._done_at_once(event.key):
                return
        await super().on_event(event)

    async def _done_at_once(self, key: str) -> bool:
        """Run the binding of a key at once, unless the focused widget takes text.

        Textual runs it only after the key has passed all ancestors of the focused widget. By then
        the focus may have moved: Enter on a tool call would close what the next keys opened.
        """
        focused = self.focused
        if not self.app_focus or focused is None or focused.check_consume_key("x", "x"):
            return False
        return await run_binding(self, key)

    def notify(self, message: str, **options: Any) -> None:
        """Show a short message in the corner, with keys masked."""
        super().notify(self.masker.mask(message), **options)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._sanitize]

    @property
    def wiring(self) -> Wiring:
        """Raise RuntimeError before the first frame."""
        if self._wiring is None:
            raise RuntimeError("the panes are not loaded yet")
        return self._wiring

    @property
    def dispatcher(self) -> Dispatcher:
        return self.wiring.dispatcher

    @property
    def sessions(self) -> Sessions | None:
        return self.wiring.sessions

    def get_default_screen(self) -> Screen[Any]:
        return self.main

    async def on_mount(self) -> None:
        display = self.options.config.display
        self.set_keymap(keymap(self.commands))
        if display.theme is not None:
            self.main.views.theme(display.theme)
        self._end_on_signals()
        # The shell has written over the screen, but its size has not changed.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        if self.is_headless:
            await self.load()
            return
        self.catch_stray_errors()
        loop = asyncio.get_running_loop()
        gone = partial(loop.call_soon_threadsafe, self.exit, GONE)
        watch_terminal(STDIN, gone)

    @on(PaintedScreen.FirstPainted)
    def _first_painted(self) -> None:
        """Load what the first frame did not need."""
        if self._wiring is not None:
            return
        self._loading = asyncio.create_task(self.load(), name="load")
        self._loading.add_done_callback(self._loaded)

    async def load(self) -> None:
        """Import the rest, start the worker, and put the panes on the screen."""
        wiring_of = await asyncio.to_thread(_import_wiring)
        self._wiring = wiring = wiring_of(
            self.options,
            self.source,
            self.masker,
            post=self._post,
            on_bug=self.failed,
            past_read=self._past_read,
            journal_changed=self._journal_changed,
        )
        wiring.dispatcher.hold()
        if self.options.session is None:
            self._read_stream()
        await self._show(wiring, self.options.session)
        if not self.is_headless:
            painted = asyncio.Event()
            self.main.call_after_refresh(painted.set)
            await painted.wait()
        if self._stream is None:
            # Loading an agent keeps the processors busy: show the stored session first.
            self._read_stream()
        if not self.is_headless:
            self._open_log()
        wiring.dispatcher.release()
        await self.main.do_waiting()
        if wiring.past is not None:
            wiring.past.start()
        # Imported code stays: to traverse it takes 50 to 150 ms of every full collection.
        gc.freeze()
        gc.set_threshold(20_000, 20, 100)
        gc.enable()

    async def _show(self, wiring: Wiring, session: str | None) -> None:
        """Show the panes, with the stored session if there is one.

        The session is read first, so that the screen is painted only once. Keys are accepted
        meanwhile.
        """
        opening: asyncio.Future[Opened] | None = None
        if session is not None and wiring.sessions is not None:
            opening = asyncio.ensure_future(asyncio.to_thread(wiring.open, session))
            await asyncio.wait((opening,))
        with self.batch_update():
            await self.main.load_panes(wiring.panes, wiring.dispatcher, wiring.sessions)
            self.main.chat.transcript.set_pace(self.options.config.display.pace)
            self.main.files.pictures = self.options.config.display.pictures
            if opening is not None and wiring.sessions is not None:
                await self.main.sessions.resume(wiring.sessions, opening)
        if (sentence := unsupported()) is not None:
            self.main.chat.notice(sentence)

    async def on_unmount(self) -> None:
        if self._loading is not None:
            self._loading.cancel()
        await self.source.close()
        if self._stream is not None:
            self._stream.cancel()
        if self._wiring is not None:
            await asyncio.to_thread(self._wiring.close)

    def _loaded(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() or self.return_code is not None else task.exception()
        if isinstance(error, Exception):
            self.end_with(error)

    def _past_read(self, past: SessionFigures) -> None:
        """Called in the reader's thread."""
        self.call_later(self.main.performance.compare, past)

    def _journal_changed(self, state: JournalState) -> None:
        """Called in the journal's thread."""
        self.call_later(self.main.sessions.journal_changed, state)

    @on(messages.ThresholdCrossed)
    def _alert(self, message: messages.ThresholdCrossed) -> None:
        wanted = self.options.config.alerts
        if wanted.bell:
            self.bell()
        if wanted.desktop:
            from tui.dashboard.terminal.alerts import desktop_notification

            write_raw(self, desktop_notification(message.text, os.environ))

    def _post(self, message: Message) -> None:
        if self.log_file is not None and isinstance(message, messages.StreamAdvanced):
            self.log_file.advanced(message)
        self.main.post_message(message)

    def on_bug(self, bug: Bug, error: BaseException) -> None:
        if self.log_file is not None:
            self.log_file.bug(bug, error)

    def _open_log(self) -> None:
        """Open the log file; called after the first frame, and not if there is no terminal."""
        from importlib.metadata import version

        from tui.dashboard.diagnostics.log_file import LogFile

        self.log_file = log = LogFile(self.masker.mask, debug=self.options.debug)
        size = f"{self.size.width}x{self.size.height}"
        log.say(f"streamtui {version('streamtui')} started: {os.environ.get('TERM')}, {size}")
        if self.options.debug:
            self.main.tell(f"The log is in {log.path}" if log.path else "No log can be written.")

    def _read_stream(self) -> None:
        self._stream = asyncio.create_task(
            self.dispatcher.run(self.source.batches()), name="stream"
        )
        self._stream.add_done_callback(self._stream_ended)

    def _stream_ended(self, stream: asyncio.Task[None]) -> None:
        error = None if stream.cancelled() else stream.exception()
        if not isinstance(error, Exception):
            return
        self._stream_failures += 1
        if self._stream_failures < MOST_STREAM_FAILURES and self.can_continue:
            self.failed(error)
            self._read_stream()
        else:
            self.end_with(error)

    def _end_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, self.exit, 128 + number)


def _import_wiring() -> type[Wiring]:
    """Called in a thread, so that keys are accepted meanwhile."""
    from tui.dashboard.wiring import Wiring

    return Wiring


def run(options: AppOptions) -> int:
    """Run the dashboard; returns the exit code of the process."""
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
