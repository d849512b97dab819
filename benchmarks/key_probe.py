"""Starts streamtui and notes when its loop is handed each Esc.

Usage: python -m benchmarks.key_probe FILE ARGUMENTS...; one monotonic time (ns) per line.
"""

import sys
import time
from pathlib import Path

from textual import events
from textual.driver import Driver
from textual.message import Message

from tui.cli.command_line import main

NOTES = Path(sys.argv.pop(1))


def noting(driver: Driver, message: Message) -> None:
    """In the thread that reads the terminal, when an Esc is known to begin no sequence."""
    if isinstance(message, events.Key) and message.key == "escape":
        with NOTES.open("a", encoding="utf-8") as notes:
            notes.write(f"{time.monotonic_ns()}\n")
    send_message(driver, message)


send_message = Driver.send_message

if __name__ == "__main__":
    Driver.send_message = noting  # type: ignore[method-assign, assignment]
    main()
