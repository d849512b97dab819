"""The Textual application: wires worker, backend and screen together, and takes them down.

Only what the first frame needs is imported here; `StreamTui.furnish` imports the rest when that is
on the screen.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events as textual_events
from textual import on
from textual.actions import ActionParseResult
from textual.app import SystemCommand
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen

from tui.core.config.settings import AppOptions
from tui.core.sanitize.secrets import Masker
from tui.dashboard.command_table import COMMANDS, with_keys
from tui.dashboard.diagnostics.bug_guard import MOST_STREAM_FAILURES, BugGuard
from tui.dashboard.diagnostics.crash import Bug, BugReports
from tui.dashboard.messages import ThresholdCrossed
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
from tui.stream.supervisor import Supervisor

if TYPE_CHECKING:
    from tui.core.metrics import SessionFigures
    from tui.dashboard.diagnostics.log_file import LogFile
    from tui.dashboard.wiring import Backend
    from tui.journal import JournalState
    from tui.journal.ahead import ReadAhead
    from tui.journal.sessions import Opened, Sessions
    from tui.stream.dispatcher import Dispatcher

STDIN = 0
"""Where Textual reads keys."""

_PACKAGE = Path(__file__).parents[1]


def stylesheet() -> Path:
    """The package's stylesheet in an installation, the repository's in a checkout."""
    packaged = _PACKAGE / "styles.tcss"
    return packaged if packaged.exists() else _PACKAGE.parent / "styles.tcss"


class StreamTui(BugGuard, inherit_bindings=False):
    """The dashboard for one agent."""

    TITLE = "streamtui"
    CSS_PATH = stylesheet()
    ESCAPE_TO_MINIMIZE = False
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "f24"
    """Ours stands in the table of commands; this one is out of the way."""

    def __init__(self, options: AppOptions, ahead: ReadAhead | None = None) -> None:
        """``ahead``: the session to go on with, where that is being read already."""
        super().__init__()
        self.options = options
        self._ahead = ahead
        self.supervisor = Supervisor(options.worker_command)
        self.masker = masker = Masker(options.secrets)
        self.bugs = BugReports(masker.mask)
        self.log_file: LogFile | None = None
        self.main = MainScreen(self.supervisor, with_keys(options.config.keys))
        self.main.mask = masker.mask
        self._backend: Backend | None = None
        """From `furnish` on."""
        self._furnishing: asyncio.Task[None] | None = None
        self._stream: asyncio.Task[None] | None = None
        self._stream_failures = 0
        # One for all: strips remember what a filter made of them.
        self._sanitize = SanitizeFilter()

    async def on_event(self, event: textual_events.Event) -> None:
        """Esc cancels what runs before it closes what is open; a question it answers."""
        if isinstance(event, textual_events.Key) and self.screen_stack:
            if event.key == "escape":
                on_top = not isinstance(self.screen, MainScreen | Question | BugPanel)
                if on_top and self.main.is_mounted and self.main.cancel_first():
                    return
            if not event.is_forwarded and await self._done_at_once(event.key):
                return
        await super().on_event(event)

    async def _done_at_once(self, key: str) -> bool:
        """Do what a key is bound to where nothing is typed into.

        Textual finds bindings after the key has gone through all that is around what has the focus,
        which may be something else by then: Enter on a call would close what the next keys opened.
        """
        focused = self.focused
        if not self.app_focus or focused is None or focused.check_consume_key("x", "x"):
            return False
        return await run_binding(self, key)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """A command that needs more than the first frame waits for it."""
        if default_namespace is self.main and isinstance(action, str) and self.main.waits(action):
            again = partial(self.run_action, action, default_namespace, namespaces)
            self.main.when_furnished(again)
            return True
        return await super().run_action(action, default_namespace, namespaces)

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

    @property
    def backend(self) -> Backend:
        """Not there before the first frame is."""
        if self._backend is None:
            raise RuntimeError("nothing is furnished yet")
        return self._backend

    @property
    def dispatcher(self) -> Dispatcher:
        return self.backend.dispatcher

    @property
    def sessions(self) -> Sessions | None:
        return self.backend.sessions

    def get_default_screen(self) -> Screen[Any]:
        return self.main

    async def on_mount(self) -> None:
        display = self.options.config.display
        self.set_keymap(self.options.config.keys)
        if display.theme is not None:
            self.main.action_theme(display.theme)
        self._end_on_signals()
        # What the shell has written lies on the screen; its size is the same as before.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        if self.is_headless:
            await self.furnish()
            return
        self.catch_stray_errors()
        loop = asyncio.get_running_loop()
        gone = partial(loop.call_soon_threadsafe, self.exit, GONE)
        watch_terminal(STDIN, gone)

    @on(PaintedScreen.FirstPainted)
    def _first_painted(self) -> None:
        """Go on with everything that the first frame did not have to wait for."""
        if self._backend is not None:
            return
        self._furnishing = asyncio.create_task(self.furnish(), name="furnish")
        self._furnishing.add_done_callback(self._furnished)

    async def furnish(self) -> None:
        """Import the rest, start the worker, and put the panes on the screen."""
        backend_of = await asyncio.to_thread(_import_backend)
        self._backend = backend = backend_of(
            self.options,
            self.supervisor,
            self.masker,
            post=self._post,
            on_bug=self.failed,
            past_read=self._past_read,
            journal_changed=self._journal_changed,
        )
        backend.dispatcher.hold()
        if self.options.session is None:
            self._read_stream()
        await self._show(backend, self.options.session)
        if not self.is_headless:
            painted = asyncio.Event()
            self.main.call_after_refresh(painted.set)
            await painted.wait()
        if self._stream is None:
            # Loading an agent takes both processors: what is to be read again comes first.
            self._read_stream()
        if not self.is_headless:
            self._open_log()
        backend.dispatcher.release()
        await self.main.do_waiting()
        if backend.past is not None:
            backend.past.start()
        # What is loaded stays: going through it again costs a full collection 50 to 150 ms.
        gc.freeze()
        gc.set_threshold(20_000, 20, 100)
        gc.enable()

    async def _show(self, backend: Backend, session: str | None) -> None:
        """The panes take the places of their frames, with the stored session in them, if any.

        That is read first, so that the screen is painted once, and keys are taken until then.
        """
        opening: asyncio.Future[Opened] | None = None
        if session is not None and backend.sessions is not None:
            opening = asyncio.ensure_future(asyncio.to_thread(backend.open, session, self._ahead))
            await asyncio.wait((opening,))
            self._ahead = None
        with self.batch_update():
            await self.main.furnish(backend.panes, backend.dispatcher, backend.sessions)
            self.main.chat.transcript.set_pace(self.options.config.display.pace)
            if opening is not None and backend.sessions is not None:
                await self.main.go_on_with(backend.sessions, opening)
        if (sentence := unsupported()) is not None:
            self.main.chat.notice(sentence)

    async def on_unmount(self) -> None:
        if self._furnishing is not None:
            self._furnishing.cancel()
        await self.supervisor.close()
        if self._stream is not None:
            self._stream.cancel()
        if self._backend is not None:
            await asyncio.to_thread(self._backend.close)

    def _furnished(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() or self.return_code is not None else task.exception()
        if isinstance(error, Exception):
            self.end_with(error)

    def _past_read(self, past: SessionFigures) -> None:
        """Called in the reader's thread."""
        self.call_later(self.main.performance.compare, past)

    def _journal_changed(self, state: JournalState) -> None:
        """Called in the journal's thread."""
        self.call_later(self.main.journal_changed, state)

    @on(ThresholdCrossed)
    def _alert(self, message: ThresholdCrossed) -> None:
        wanted = self.options.config.alerts
        if wanted.bell:
            self.bell()
        if wanted.desktop:
            from tui.dashboard.terminal.alerts import desktop_notification

            write_raw(self, desktop_notification(message.text, os.environ))

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
        from importlib.metadata import version

        from tui.dashboard.diagnostics.log_file import LogFile

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


def _import_backend() -> type[Backend]:
    """In a thread, so that keys are taken meanwhile."""
    from tui.dashboard.wiring import Backend

    return Backend


def run(options: AppOptions, ahead: ReadAhead | None = None) -> int:
    """Show the dashboard until it is left; the process's exit code."""
    guard_dispatch()
    app = StreamTui(options, ahead)
    app.run()
    code = app.return_value or app.return_code or 0
    if (log := app.log_file) is not None:
        log.say(f"streamtui ended: {code}")
        log.close()
        if options.debug and log.path is not None:
            print(f"streamtui: the log is in {log.path}", file=sys.stderr)  # noqa: T201
    return code
