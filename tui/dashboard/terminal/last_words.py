"""Lines that stay on the terminal after the dashboard has ended."""

import os
import sys
import threading

from tui.dashboard.textual_internals.driver import LAST_WORDS_SECONDS


def say_last(text: str) -> None:
    """Write a line to stderr; give up after a while on a terminal that does not read.

    Not through ``sys.stderr``: at the program's end, Python would wait for its lock.
    """
    line = f"{text}\n".encode(sys.stderr.encoding or "utf-8", "replace")
    writing = threading.Thread(target=_write, args=(line,), name="last words", daemon=True)
    writing.start()
    writing.join(LAST_WORDS_SECONDS)


def _write(line: bytes) -> None:
    try:
        os.write(sys.stderr.fileno(), line)
    except OSError:  # the terminal is gone
        return
