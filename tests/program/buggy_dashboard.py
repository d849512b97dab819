"""The dashboard with an injected bug; tests start it as a program."""

import os
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

from rich.console import Console
from rich.text import Text
from textual.app import ComposeResult
from textual.geometry import Region, Size
from textual.layout import DockArrangeResult
from textual.strip import Strip

import tui.cli.command_line
import tui.stream.dispatcher
from tui.core.conversation import Step
from tui.core.metrics import Metrics
from tui.dashboard.chat.chat_pane import ChatPane
from tui.dashboard.chat.prompt import Prompt
from tui.dashboard.performance import PerformancePane
from tui.dashboard.screens.bug_panel import BugPanel
from tui.dashboard.screens.heading import Heading
from tui.dashboard.screens.main_screen import MainScreen
from tui.dashboard.textual_internals import compositor
from tui.dashboard.tools.tool_log import ToolLog
from tui.protocol.events import RunStarted
from tui.stream.supervisor import Supervisor


class InjectedBugError(Exception):
    pass


def fails(*_: object, **__: object) -> NoReturn:
    """Has a local variable that no report may show."""
    local = "the-local-" + "value"
    raise InjectedBugError(f"at a place of {len(local)} letters, with sk-test-0123456789abcdef")


put = setattr
"""Untyped, since the failing replacements have other types than the originals."""


def once(method: Callable[..., object]) -> Callable[..., object]:
    """The first call fails, the others work."""
    failed: list[bool] = []

    def guarded(*args: object, **options: object) -> object:
        if not failed:
            failed.append(True)
            fails()
        return method(*args, **options)

    return guarded


def in_handler() -> None:
    """Whenever a run starts."""
    show = ChatPane.show

    def failing(chat: ChatPane, step: Step) -> None:
        if isinstance(step.event, RunStarted):
            fails()
        show(chat, step)

    put(ChatPane, "show", failing)


def in_every_handler() -> None:
    put(ToolLog, "show", fails)


def in_widget() -> None:
    """In a widget's own handler, after which Textual ends the widget's message loop."""
    put(ToolLog, "on_focus", fails)


def in_fold() -> None:
    fold = vars(tui.stream.dispatcher)["fold"]

    def failing(metrics: Metrics, event: object) -> object:
        if type(event).__name__ == "RunStarted":
            fails()
        return fold(metrics, event)

    put(tui.stream.dispatcher, "fold", failing)


def in_stream() -> None:
    put(Supervisor, "_process_batch", once(Supervisor._process_batch))


def in_paint() -> None:
    painted: list[bool] = []
    render = Heading.render

    def failing(heading: Heading) -> Text:
        if "idle" in heading.state and not painted:
            painted.append(True)
            fails()
        return render(heading)

    put(Heading, "render", failing)


def in_pane() -> None:
    """Whenever it is painted from the first tool call on."""
    render = ToolLog.render_lines

    def render_lines(self: ToolLog, crop: Region) -> list[Strip]:
        if self.rows.rows:
            fails()
        return render(self, crop)

    put(ToolLog, "render_lines", render_lines)


def in_layout() -> None:
    """In the middle of a layout, from the first run on."""
    whole = PerformancePane.arrange

    def arrange(self: PerformancePane, size: Size, optimal: bool = False) -> DockArrangeResult:
        if self.app.query_one(Prompt).earlier:
            fails()
        return whole(self, size, optimal)

    put(PerformancePane, "arrange", arrange)


def in_compositor() -> None:
    """Outside any widget, whenever something is painted from the first run on."""
    sequences = compositor.sequences

    def failing(strip: Strip, console: Console) -> str:
        if "roll" in strip.text:
            fails()
        return sequences(strip, console)

    put(compositor, "sequences", failing)


def in_panel() -> None:
    in_handler()
    put(BugPanel, "render", fails)


def in_thread() -> None:
    compose = MainScreen.compose

    def composed(screen: MainScreen) -> ComposeResult:
        screen.set_timer(0.5, lambda: threading.Thread(target=fails).start())
        yield from compose(screen)

    put(MainScreen, "compose", composed)


if __name__ == "__main__":
    globals()[os.environ["BUG"]]()
    sys.argv[0] = "streamtui"
    tui.cli.command_line.main()
