"""Starts streamtui and records how long what a key opens took to be painted.

Usage: python -m benchmarks.popup_probe KEY FILE ARGUMENTS...; one line of JSON each time: the
milliseconds from the delivery of the key to the first frame that shows it, and how much of that was
processor time of the main thread, and time in which it waited for a processor.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.message import Message

from tui.cli.command_line import main
from tui.dashboard.prompt.prompt_menu import PromptMenu
from tui.dashboard.windows.chooser import Chooser

KEY = sys.argv.pop(1)
TIMES = Path(sys.argv.pop(1))
SCHEDULED = Path(f"/proc/self/task/{os.getpid()}/schedstat")

pressed: list[tuple[int, int, int]] = []
"""The time of the key, and the main thread's times until then."""

shown = [False]
"""Whether the last frame showed it."""


def now() -> tuple[int, int, int]:
    """The time, and how long the main thread has run and has waited for a processor, in ns."""
    ran, waited, _ = SCHEDULED.read_text().split()
    return time.monotonic_ns(), int(ran), int(waited)


def recording(driver: Driver, message: Message) -> None:
    """Runs in the thread that reads the terminal."""
    if isinstance(message, events.Key) and message.key == KEY:
        pressed.append(now())
    send_message(driver, message)


def painted(app: App[object], *arguments: Any, **options: Any) -> None:
    display(app, *arguments, **options)
    before_shown, shown[0] = shown[0], is_shown(app)
    if pressed and shown[0] and not before_shown:
        took = [after - before for before, after in zip(pressed[-1], now(), strict=True)]
        with TIMES.open("a", encoding="utf-8") as times:
            times.write(json.dumps([ns / 1e6 for ns in took]) + "\n")


def is_shown(app: App[object]) -> bool:
    screen = app.screen
    if isinstance(screen, Chooser):
        return bool(screen.query_one("#chooser").size)
    return any(menu.display and menu.size for menu in screen.query(PromptMenu))


send_message = Driver.send_message
display = App._display  # noqa: SLF001 - the one place that paints

if __name__ == "__main__":
    Driver.send_message = recording  # type: ignore[method-assign, assignment]
    App._display = painted  # type: ignore[method-assign, assignment] # noqa: SLF001
    main()
