"""Ends the program when its terminal is gone.

A program may have been started with SIGHUP ignored, and a write to a terminal that is gone may
block for ever. So a thread waits for the hang-up itself, which costs nothing.
"""

import os
import select
import signal
import threading
from collections.abc import Callable

GONE = 128 + signal.SIGHUP
"""Exit code."""

GRACE = 1.5
"""Seconds for a clean exit; the journal is saved four times a second anyway."""


def watch_terminal(descriptor: int, on_gone: Callable[[], object]) -> None:
    """Call ``on_gone`` in a thread when the terminal hangs up, and end the process soon after."""
    threading.Thread(
        target=_wait, args=(descriptor, on_gone), name="terminal watch", daemon=True
    ).start()


def _wait(descriptor: int, on_gone: Callable[[], object]) -> None:
    poll = select.poll()
    # No event is requested: a hang-up is always reported.
    poll.register(descriptor, 0)
    poll.poll()
    last = threading.Timer(GRACE, os._exit, (GONE,))
    last.daemon = True
    last.start()
    on_gone()
