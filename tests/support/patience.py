"""How long a test waits, and waiting for what sends no signal."""

import select
import time
from collections.abc import Callable

PATIENCE = 90.0
"""Seconds: longer than anything takes on a busy machine, so a time-out means that it is broken."""


def wait_until(condition: Callable[[], bool], what: str, timeout: float = PATIENCE) -> None:
    """Poll the condition; raise TimeoutError with ``what`` in it when it does not become true."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {timeout} s: {what}")
        select.select([], [], [], 0.03)
