"""A bug of ours does not end the program: it is reported, told, and the person decides.

Textual ends the loop of whatever widget an exception comes out of, and with it the widget. So
messages are dispatched here with a guard, which stands on two internals of Textual (a canary test
fails when they move). What cannot be gone on from ends the program: before the dashboard is shown,
and when even the panel that tells of a bug cannot be painted.
"""

import asyncio
import functools
import threading
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from tui.dashboard.diagnostics.crash import Bug, BugReports
from tui.dashboard.screens.bug_panel import BugPanel
from tui.dashboard.textual_internals.driver import EnduringDriver

CRASHED = 70
"""Exit code after a bug of ours (EX_SOFTWARE)."""

MOST_STREAM_FAILURES = 3
"""The source of events may fail so often before there is no sense in asking it again."""

PAINTING = frozenset(("_compositor_refresh", "_refresh_layout", "_display"))
"""What Textual's methods are called that lay a screen out and paint it."""

Dispatch = Callable[[MessagePump, Message], Awaitable[None]]


class OutlivingApp(App[int], inherit_bindings=False):
    """Set ``bugs`` before anything can go wrong; ``outlives_bugs`` says when it is worth trying."""

    bugs: BugReports

    def __init__(self) -> None:
        super().__init__()
        self._bug: Bug | None = None
        """The one that is being told, or waits to be."""
        self._told: set[Bug] = set()

    def get_driver_class(self) -> type[Driver]:
        """Where nothing else was asked for: a driver that outlives its terminal."""
        wanted = super().get_driver_class()
        return EnduringDriver if wanted is LinuxDriver else wanted

    @property
    def outlives_bugs(self) -> bool:
        """There is a dashboard to go on with, and somebody who looks at it."""
        return self._running and not self._exit and not self.is_headless

    def on_bug(self, bug: Bug, error: BaseException) -> None:
        """A bug was met: for the log."""

    def catch_stray_errors(self) -> None:
        """Errors in callbacks of the loop and in threads; else they are printed over the screen."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._loop_failed)

        def failed(args: threading.ExceptHookArgs) -> None:
            if isinstance(args.exc_value, Exception):
                loop.call_soon_threadsafe(self._handle_exception, args.exc_value)

        threading.excepthook = failed

    def _loop_failed(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        """Whatever nobody else has caught comes here."""
        bug = self.bugs.met(error)
        self.on_bug(bug, error)
        screen = screen_of(error)
        unpaintable = screen is not None and (isinstance(screen, BugPanel) or bug in self._told)
        if not self.outlives_bugs or unpaintable:
            self.end_with(error)
        elif self._bug is None and bug not in self._told:
            # Once: a bug that is met at every event must not be in the way all the time.
            self._bug = bug
            self._told.add(bug)
            self.call_later(self._tell_bug)

    def end_with(self, error: Exception) -> None:
        """Restore the terminal, say one line, never print locals."""
        bug = self.bugs.met(error)
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            where = f" The report is in {bug.report}." if bug.report is not None else ""
            self.exit(CRASHED, message=f"streamtui stopped because of a bug ({bug.kind}).{where}")

    def _tell_bug(self) -> None:
        if self._bug is not None:
            self.push_screen(BugPanel(self._bug), self._bug_answered)

    def _bug_answered(self, goes_on: bool | None) -> None:
        bug, self._bug = self._bug, None
        if goes_on:
            # What has changed below the panel was not laid out, since it was not seen.
            self.call_later(lambda: self.screen.refresh(layout=True))
        else:
            where = f"The report is in {bug.report}." if bug and bug.report else ""
            self.exit(CRASHED, message=where)


def screen_of(error: BaseException) -> Screen[Any] | None:
    """The screen that could not be laid out or painted, if it was that."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_name in PAINTING:
            local = frame.f_locals
            screen = local.get("screen") or local.get("self")
            if isinstance(screen, Screen):
                return screen
    return None


def guard_dispatch() -> None:
    """Let widgets live on after an exception, in apps that outlive it. Done once per process."""
    dispatch: Any = MessagePump._dispatch_message  # noqa: SLF001
    if not hasattr(dispatch, "__wrapped__"):
        MessagePump._dispatch_message = _guarded(dispatch)  # type: ignore[method-assign] # noqa: SLF001


def _guarded(dispatch: Dispatch) -> Any:
    @functools.wraps(dispatch)
    async def _dispatch_message(pump: MessagePump, message: Message) -> None:
        try:
            await dispatch(pump, message)
        except Exception as error:  # here every bug of ours comes by, of whatever kind
            app = pump.app
            if not isinstance(app, OutlivingApp) or not app.outlives_bugs:
                raise
            app._handle_exception(error)  # noqa: SLF001

    return _dispatch_message
