"""Notices that the terminal is gone, and ends the program: without one there is nobody to serve.

SIGHUP tells it, but not to a program that was started with it ignored; and what is written to a
terminal that is gone may wait for ever. So a thread waits for the hang-up itself, at no cost.
"""

import os
import select
import signal
import threading
from collections.abc import Callable

GONE = 128 + signal.SIGHUP
"""Exit code."""

GRACE = 1.5
"""Seconds to end in good order; the journal is saved four times a second anyway."""


def watch_terminal(descriptor: int, on_gone: Callable[[], object]) -> None:
    """Call ``on_gone`` in a thread when the terminal hangs up, and end the process soon after."""
    threading.Thread(
        target=_wait, args=(descriptor, on_gone), name="terminal watch", daemon=True
    ).start()


def _wait(descriptor: int, on_gone: Callable[[], object]) -> None:
    poll = select.poll()
    # Nothing is asked for: a hang-up is always told.
    poll.register(descriptor, 0)
    poll.poll()
    last = threading.Timer(GRACE, os._exit, (GONE,))
    last.daemon = True
    last.start()
    on_gone()
