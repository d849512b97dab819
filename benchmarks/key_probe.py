"""Starts streamtui and records when Textual delivers each Esc.

Usage: python -m benchmarks.key_probe FILE ARGUMENTS...; one monotonic time (ns) per line.
"""

import sys
import time
from pathlib import Path

from textual import events
from textual.driver import Driver
from textual.message import Message

from tui.cli.command_line import main

TIMES = Path(sys.argv.pop(1))


def recording(driver: Driver, message: Message) -> None:
    """Runs in the thread that reads the terminal, once Esc is known to begin no sequence."""
    if isinstance(message, events.Key) and message.key == "escape":
        with TIMES.open("a", encoding="utf-8") as times:
            times.write(f"{time.monotonic_ns()}\n")
    send_message(driver, message)


send_message = Driver.send_message

if __name__ == "__main__":
    Driver.send_message = recording  # type: ignore[method-assign, assignment]
    main()
