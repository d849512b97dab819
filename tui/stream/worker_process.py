"""A worker's process: how it is started and killed.

Nothing else is imported here: a caller can start the worker before the supervisor is loaded.
"""

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress


def start_worker(argv: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start it in a process group of its own, with pipes. Raise `OSError`."""
    return subprocess.Popen(  # noqa: S603 - our own argv
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        bufsize=0,
    )


def kill_worker(process: subprocess.Popen[bytes]) -> None:
    """Kill the worker and the processes that its tools started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
