"""A bug does not end the program: report it, isolate what it broke, let the person decide.

The program ends only if the bug is met before the dashboard is shown, in the panel that reports
bugs, or while painting in a widget that is isolated already or, again and again, outside any.
"""

import asyncio
import threading
from typing import Any

from textual.widget import Widget

from tui.dashboard.diagnostics.crash import Bug, BugReports
from tui.dashboard.diagnostics.isolation import failed_widget, isolate, restore, went_through
from tui.dashboard.screens.bug_panel import BugPanel
from tui.dashboard.textual_internals.guarded_app import GuardedApp, while_painting

CRASHED = 70
"""Exit code after a bug (EX_SOFTWARE)."""

MOST_STREAM_FAILURES = 3
"""After so many failures the source of events is not read again."""


class BugGuard(GuardedApp, inherit_bindings=False):
    """Set ``bugs`` before anything can fail."""

    bugs: BugReports

    def __init__(self) -> None:
        super().__init__()
        self._shown_bug: Bug | None = None
        """The bug that the panel shows, or is about to."""
        self._reported: set[Bug] = set()
        self._isolated: set[Widget] = set()
        self._retried: set[Widget] = set()
        """Widgets that were painted again after they failed; not a second time."""

    def on_bug(self, bug: Bug, error: BaseException) -> None:
        """A bug was met: for the log."""

    def catch_stray_errors(self) -> None:
        """Guard callbacks of the loop and threads, whose errors would be printed on the screen."""
        loop = asyncio.get_running_loop()

        def loop_failed(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            if isinstance(error := context.get("exception"), Exception):
                self.failed(error)

        def thread_failed(args: threading.ExceptHookArgs) -> None:
            if isinstance(args.exc_value, Exception):
                loop.call_soon_threadsafe(self.failed, args.exc_value)

        loop.set_exception_handler(loop_failed)
        threading.excepthook = thread_failed

    def failed(self, error: Exception) -> None:
        bug = self.bugs.met(error)
        self.on_bug(bug, error)
        helps = self.can_continue and not went_through(error, BugPanel)
        if not helps or not self._isolate(error, reported=bug in self._reported):
            self.end_with(error)
        elif self._shown_bug is None and bug not in self._reported:
            # Once: a bug that every event meets must not reopen the panel all the time.
            self._shown_bug = bug
            self._reported.add(bug)
            self.call_later(self._show_panel)

    def _show_panel(self) -> None:
        if self._shown_bug is not None:
            self.push_screen(BugPanel(self._shown_bug), self._answered)

    def _isolate(self, error: Exception, *, reported: bool) -> bool:
        """Isolate the widget that could not be painted, if any; False if the screen cannot be."""
        widget = failed_widget(error)
        if widget is None:
            return not (reported and while_painting(error))
        if not isolate(widget, type(error).__name__):
            return False
        self._isolated.add(widget)
        self.call_later(self._paint_again)
        return True

    def _paint_again(self) -> None:
        self.screen.refresh(layout=True)

    def _answered(self, continues: bool | None) -> None:
        bug, self._shown_bug = self._shown_bug, None
        if continues:
            for widget in self._isolated - self._retried:
                restore(widget)
            self._retried |= self._isolated
            # Nothing was laid out or painted below the panel.
            self.call_later(self._paint_again)
        else:
            where = f"The report is in {bug.report}." if bug and bug.report else ""
            self.exit(CRASHED, message=where)

    def end_with(self, error: Exception) -> None:
        """Restore the terminal and print one line, never locals."""
        bug = self.bugs.met(error)
        self.raise_in_test(error)
        if self.return_code is None:
            where = f" The report is in {bug.report}." if bug.report is not None else ""
            self.exit(CRASHED, message=f"streamtui stopped because of a bug ({bug.kind}).{where}")
