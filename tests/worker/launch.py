"""Starts a worker process: as the UI does, or forked from one that has loaded the SDK."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NamedTuple, Protocol

import msgspec

from tests.support.warm import warm_workers
from tests.support.warm.order import Order
from tui.protocol.worker_settings import WorkerSettings


class Process(Protocol):
    pid: int

    def wait(self, timeout: float) -> int:
        """The exit code; TimeoutError if it is still running."""

    def kill(self) -> None:
        """End it if it is still running."""


class Launched(NamedTuple):
    process: Process
    stdin: IO[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]


class _Popen:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def wait(self, timeout: float) -> int:
        return self._process.wait(timeout)

    def kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()


def start_python(settings: WorkerSettings, cwd: Path | None, env: Mapping[str, str]) -> Launched:
    process = subprocess.Popen(
        [sys.executable, *worker_arguments(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=env,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    return Launched(_Popen(process), process.stdin, process.stdout, process.stderr)


def fork_ready(settings: WorkerSettings, cwd: Path | None, env: Mapping[str, str]) -> Launched:
    (child_in, stdin), (stdout, child_out), (stderr, child_err) = os.pipe(), os.pipe(), os.pipe()
    order = Order(worker_arguments(settings), str(cwd or Path.cwd()), env)
    process = warm_workers().fork(order, [child_in, child_out, child_err])
    for fd in (child_in, child_out, child_err):
        os.close(fd)
    return Launched(
        process, os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb"), os.fdopen(stderr, "rb")
    )


def worker_arguments(settings: WorkerSettings) -> list[str]:
    """The arguments of the Python that runs a worker."""
    return ["-P", "-m", "tui.worker", "--settings", msgspec.json.encode(settings).decode()]
