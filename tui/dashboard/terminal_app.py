"""What every full-screen program of streamtui has: keys, masking, signals, the log, bug reports.

Only what a first frame needs is imported here.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events as textual_events
from textual.filter import LineFilter
from textual.notifications import Notify
from textual.timer import Timer

from tui.core.config.settings import AppOptions
from tui.core.sanitize.secrets import Masker
from tui.dashboard.chat.prompt import Prompt
from tui.dashboard.commands.bindings import keymap
from tui.dashboard.commands.command import Commands
from tui.dashboard.commands.command_table import key_words
from tui.dashboard.commands.key_settings import with_keys
from tui.dashboard.controllers.theme_controller import ThemeController
from tui.dashboard.diagnostics.bug_guard import BugGuard
from tui.dashboard.diagnostics.crash import Bug, BugReports
from tui.dashboard.notices.notice_board import Notice, NoticeBoard
from tui.dashboard.notices.notice_line import NoticeLine, notice_text
from tui.dashboard.screens.hints import Hints
from tui.dashboard.terminal.colour_filters import LegibleDimFilter, NoColourFilter
from tui.dashboard.terminal.last_words import say_last
from tui.dashboard.terminal.legible_colours import LegibleColours
from tui.dashboard.terminal.line_filter import SanitizeFilter
from tui.dashboard.terminal.screen_memory import ScreenMemory
from tui.dashboard.terminal.style_sheet import style_sheet
from tui.dashboard.terminal.watch import GONE, watch_terminal
from tui.dashboard.textual_internals.alt_keys import read_alt_keys
from tui.dashboard.textual_internals.driver import write_raw
from tui.dashboard.textual_internals.guarded_app import guard_dispatch
from tui.dashboard.textual_internals.key_bindings import run_binding

if TYPE_CHECKING:
    from tui.dashboard.diagnostics.log_file import LogFile

STDIN = 0
"""Where Textual reads keys."""

NO_COLOUR, LEGIBLE_DIM = NoColourFilter(), LegibleDimFilter()
"""One for all screens, since strips cache what a filter returned."""

LONG_GAP, GAP_TOLD_EVERY = 2.0, 60.0
"""Seconds: a terminal that was not read for so long is reported, at most so often."""


class TerminalApp(LegibleColours, BugGuard, inherit_bindings=False):
    """A program with one screen, on top of which others may be."""

    TITLE = "streamtui"
    STYLES_LATER: ClassVar[bool] = False
    """The first frame is a dashboard's: it has only the first part of the stylesheet, and the
    program calls `add_styles` before it shows anything else."""
    ESCAPE_TO_MINIMIZE = False
    ENABLE_COMMAND_PALETTE = False
    """The palette is a command of the table."""

    def __init__(self, options: AppOptions, table: Commands) -> None:
        """``table``: the commands with their default keys."""
        super().__init__()
        self.options = options
        self.masker = masker = Masker(options.secrets)
        self.bugs = BugReports(masker.mask)
        self.log_file: LogFile | None = None
        self.commands = with_keys(options.config.keys, table)
        """With the keys in force."""
        self._table = table
        self._gap_told = -GAP_TOLD_EVERY
        # One for all screens, since strips cache what a filter returned.
        self._sanitize = SanitizeFilter()
        self.memory = ScreenMemory(options.screen_memory)
        self.themes = ThemeController(self, options.config.display.theme, self.memory)
        self.notices = NoticeBoard()
        self._notice_timer: Timer | None = None
        self._early: list[textual_events.Event] | None = []
        """Keys that came before anything could take them; None: that is over."""
        self._styles = style_sheet()
        self._styles.add_first(self.stylesheet)
        if not self.STYLES_LATER:
            self.add_styles()

    def add_styles(self) -> None:
        """Add what the first frame did not wait for."""
        self._styles.add_rest(self.stylesheet)

    async def on_event(self, event: textual_events.Event) -> None:
        """A key is the prompt's first, then what it is bound to, without a detour."""
        if self._early is not None and isinstance(event, textual_events.Key | textual_events.Paste):
            self._early.append(event)
            return
        if isinstance(event, textual_events.Key) and self.screen_stack:
            if self._goes_first(event):
                return
            if not event.is_forwarded and await self._done_at_once(event.key):
                return
        await super().on_event(event)

    async def _take_early_keys(self) -> None:
        early, self._early = self._early or [], None
        for event in early:
            await self.on_event(event)

    def _goes_first(self, event: textual_events.Key) -> bool:
        """Whether the prompt has the key before all bindings: it was given to it."""
        prompt = self.focused
        first = isinstance(prompt, Prompt) and not event.is_forwarded and prompt.wants(event.key)
        if prompt is not None and first:
            prompt.post_message(event)
        return first

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
        """Show a short message on the line of notices, with keys masked."""
        super().notify(self.masker.mask(message), **options)

    def on_notify(self, event: Notify) -> None:
        """Not in a corner, where it would cover something."""
        event.prevent_default()
        said = event.notification
        text = f"{said.title}: {said.message}" if said.title else said.message
        notice = Notice(" ".join(text.split()), said.severity)
        self.notices.add(notice, said.timeout, time.monotonic())
        self.show_notice()

    def show_notice(self) -> None:
        """Show the newest notice on every screen, and the next one when its time is over."""
        if self._notice_timer is not None:
            self._notice_timer.stop()
            self._notice_timer = None
        left = self.notices.seconds_left(time.monotonic())
        if left is not None:
            self._notice_timer = self.set_timer(max(left, 0.01), self._notice_over)
        in_prompt = isinstance(self.focused, Prompt)
        key = "/notices" if in_prompt else key_words(self.commands, "notices")
        line = notice_text(self.notices, key, self.size.width)
        for screen in self.screen_stack:
            for place in screen.query(NoticeLine):
                place.show(line)
            for hints in screen.query(Hints):
                hints.notice(line)

    def _notice_over(self) -> None:
        self.notices.drop(time.monotonic())
        self.show_notice()

    def get_line_filters(self) -> Sequence[LineFilter]:
        if self.no_color:
            # Textual's own shows shades of grey.
            return [NO_COLOUR, self._sanitize]
        return [LEGIBLE_DIM, *super().get_line_filters(), self._sanitize]

    def prepare(self) -> None:
        """What is done first once the program runs: keys, signals, the terminal's end."""
        self.call_after_refresh(self._take_early_keys)
        self.themes.begin()
        self.set_keymap(keymap(self.commands, self._table))
        self._end_on_signals()
        # The shell has written over the screen, but its size has not changed.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        for problem in filter(None, (self.themes.problem, self.memory.problem)):
            self.notify(problem, severity="warning", markup=False, timeout=10)
        if self.is_headless:
            return
        self.catch_stray_errors()
        loop = asyncio.get_running_loop()
        gone = partial(loop.call_soon_threadsafe, self.exit, GONE)
        watch_terminal(STDIN, gone)
        self.themes.ask()

    def terminal_caught_up(self, frames: int, seconds: float) -> None:
        if frames:
            self.refresh(layout=True)
        now = time.monotonic()
        # A connection that is too slow all the time says so once a minute.
        if seconds >= LONG_GAP and now - self._gap_told >= GAP_TOLD_EVERY:
            self._gap_told = now
            self.notify(
                f"The terminal was not read for {seconds:.0f} s. "
                "Nothing is missing from the conversation.",
                title="terminal",
                severity="warning",
                markup=False,
            )

    def alert(self, text: str) -> None:
        """A threshold was crossed: call for attention as the settings say."""
        self._call(text, desktop=self.options.config.alerts.desktop)

    def call_person(self, text: str) -> None:
        """Something ended or waits: say so, unless the person looks at this terminal."""
        if self.options.config.alerts.away and not self.app_focus:
            self._call(text, desktop=True)

    def _call(self, text: str, *, desktop: bool) -> None:
        if self.options.config.alerts.bell:
            self.bell()
        if desktop:
            from tui.dashboard.terminal.alerts import desktop_notification

            write_raw(self, desktop_notification(text, os.environ))

    def on_bug(self, bug: Bug, error: BaseException) -> None:
        if self.log_file is not None:
            self.log_file.bug(bug, error)

    def open_log(self) -> Path | None:
        """Open the log file; called after the first frame, and not if there is no terminal."""
        from importlib.metadata import version

        from tui.dashboard.diagnostics.log_file import LogFile

        self.log_file = log = LogFile(self.masker.mask, debug=self.options.debug)
        size = f"{self.size.width}x{self.size.height}"
        log.say(f"streamtui {version('streamtui')} started: {os.environ.get('TERM')}, {size}")
        return log.path

    def end_if_failed(self, task: asyncio.Task[None]) -> None:
        """A task without which there is no program has ended."""
        error = None if task.cancelled() or self.return_code is not None else task.exception()
        if isinstance(error, Exception):
            self.end_with(error)

    def _end_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, self.exit, 128 + number)


def run_in_terminal(app: TerminalApp) -> int:
    """Run it to its end; returns the exit code of the process."""
    guard_dispatch()
    read_alt_keys(key for command in app.commands for keys in command.keys for key in keys.split())
    app.themes.expect_answer()
    app.run()
    code = app.return_value or app.return_code or 0
    if (log := app.log_file) is not None:
        log.say(f"streamtui ended: {code}")
        log.close()
        if app.options.debug and log.path is not None:
            say_last(f"streamtui: the log is in {log.path}")
    return code
