"""Two ways to a worker process: as the UI starts it, or forked from one that is warm."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import IO, NamedTuple, Protocol

import msgspec

from tui.worker.process.settings import WorkerSettings

SDK = "tui.worker.session"
MAIN = "tui.worker.process.main"
HERE = "tests.worker.launch"
WARM = "tests.worker.warm_sdk"


class Process(Protocol):
    pid: int

    def wait(self, timeout: float) -> int:
        """The exit code; TimeoutError when it still runs."""

    def kill(self) -> None:
        """End it if it still runs."""


class Descriptor(Protocol):
    """A file descriptor on its way to another process."""

    def detach(self) -> int:
        """The descriptor, here."""


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


class _Forked:
    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        assert process.pid is not None
        self.pid = process.pid

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def start_python(settings: WorkerSettings, cwd: Path | None, env: Mapping[str, str]) -> Launched:
    given = msgspec.json.encode(settings).decode()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "tui.worker", "--settings", given],
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
    context = get_context("forkserver")
    context.set_forkserver_preload([SDK, MAIN, HERE, WARM])
    (child_in, stdin), (stdout, child_out), (stderr, child_err) = os.pipe(), os.pipe(), os.pipe()
    process = context.Process(
        target=_become_worker,
        args=(
            [DupFd(fd) for fd in (child_in, child_out, child_err)],
            msgspec.json.encode(settings),
            str(cwd or Path.cwd()),
            dict(env),
        ),
        daemon=True,
    )
    process.start()
    for fd in (child_in, child_out, child_err):
        os.close(fd)
    return Launched(
        _Forked(process),
        os.fdopen(stdin, "wb"),
        os.fdopen(stdout, "rb"),
        os.fdopen(stderr, "rb"),
    )


def _become_worker(
    streams: list[Descriptor], settings: bytes, cwd: str, env: dict[str, str]
) -> None:
    from tui.worker.process.main import run

    take_over([stream.detach() for stream in streams], cwd, env)
    run(msgspec.json.decode(settings, type=WorkerSettings))


def take_over(streams: Sequence[int], cwd: str, env: Mapping[str, str]) -> None:
    """Make a forked process like a new one with these standard streams."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 (as the interpreter has it)
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
