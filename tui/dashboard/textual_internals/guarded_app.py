"""Textual's ways of dealing with an exception, replaced: by default it ends the program."""

import functools
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.message_pump import MessagePump

from tui.dashboard.textual_internals.driver import TerminalDriver
from tui.dashboard.textual_internals.supported import MISSING

COMPOSITORS = frozenset(("textual._compositor", "tui.dashboard.textual_internals.compositor"))
"""The modules that paint and lay out a screen."""

Dispatch = Callable[[MessagePump, Message], Awaitable[None]]


class GuardedApp(App[int], inherit_bindings=False):
    """Every exception that nothing else caught is passed to ``failed``.

    Nothing is drawn while the terminal is behind.
    """

    _holds_frames = False

    def failed(self, error: Exception) -> None:
        """Report it, and continue or exit."""
        raise NotImplementedError

    def terminal_caught_up(self, frames: int, seconds: float) -> None:
        """The terminal reads again after ``seconds``; ``frames`` that were drawn are missing."""
        raise NotImplementedError

    def post_display_hook(self) -> None:
        """A frame was handed to the terminal: draw none while it does not keep up."""
        driver = None if MISSING else self._driver
        if not self._holds_frames and isinstance(driver, TerminalDriver) and driver.is_behind():
            self._holds_frames = True
            self._begin_batch()

    def terminal_is_clear(self) -> None:
        """Draw again, first all that has changed meanwhile."""
        if self._holds_frames:
            self._holds_frames = False
            self._end_batch()
            screen = self.screen
            if not screen._dirty_widgets:  # noqa: SLF001 - they would be forgotten
                # What was laid out meanwhile waits in the compositor.
                screen._compositor_refresh()  # noqa: SLF001
            screen.check_idle()

    @property
    def can_continue(self) -> bool:
        """The dashboard is on the screen of a terminal, and nothing has ended it."""
        return self.is_running and self.return_code is None and not self.is_headless

    def get_driver_class(self) -> type[Driver]:
        """Unless another one was asked for: a driver that copes with a lost terminal."""
        wanted = super().get_driver_class()
        return TerminalDriver if wanted is LinuxDriver else wanted

    def _handle_exception(self, error: Exception) -> None:
        self.failed(error)

    def raise_in_test(self, error: Exception) -> None:
        """Let `run_test` raise it."""
        if not MISSING and self._exception is None:
            self._exception = error
            self._exception_event.set()


def attempt(app: App[Any], do: Callable[..., object], *arguments: object) -> None:
    """Call one of several panes; the others are called even if it raises."""
    try:
        do(*arguments)
    except Exception as error:  # a bug may raise anything
        if not isinstance(app, GuardedApp) or not app.can_continue:
            raise
        app.failed(error)


def while_painting(error: BaseException) -> bool:
    """Whether the error was raised while a screen was painted or laid out."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__") in COMPOSITORS for frame, _ in frames)


def guard_dispatch() -> None:
    """Keep widgets responsive after an exception in a handler. Done once per process.

    Textual ends the message loop of a widget whose handler raised.
    """
    if not MISSING:
        dispatch: Any = MessagePump._dispatch_message  # noqa: SLF001
        if not hasattr(dispatch, "__wrapped__"):
            MessagePump._dispatch_message = _guarded(dispatch)  # type: ignore[method-assign] # noqa: SLF001


def _guarded(dispatch: Dispatch) -> Any:
    @functools.wraps(dispatch)
    async def guarded(pump: MessagePump, message: Message) -> None:
        try:
            await dispatch(pump, message)
        except Exception as error:  # a bug may raise anything
            app = pump.app
            if not isinstance(app, GuardedApp) or not app.can_continue:
                raise
            app.failed(error)

    return guarded
