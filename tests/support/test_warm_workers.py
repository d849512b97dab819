"""A forked worker and its stand-in start and end together, as one real worker would."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.support.module_process import read_line
from tests.support.patience import PATIENCE
from tests.support.terminal import is_running, wait_gone
from tests.support.warm import WarmWorkers
from tui.protocol.codec import decode_event
from tui.protocol.events import WorkerStarted
from tui.protocol.worker_settings import WorkerSettings


@pytest.fixture
def process(warm_workers: WarmWorkers, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The stand-in, started as a dashboard starts a worker."""
    environment = warm_workers.environment
    settings = msgspec.json.encode(WorkerSettings()).decode()
    arguments = ("-P", "-m", "tui.worker", "--settings", settings)
    with subprocess.Popen(
        [environment["TEST_WORKER_PYTHON"], *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=environment,
        start_new_session=True,
    ) as process:
        yield process


def worker_of(process: subprocess.Popen[bytes]) -> int:
    """Wait until the worker has started; its process id."""
    assert process.stdout is not None
    started = decode_event(read_line(process.stdout))
    assert isinstance(started, WorkerStarted)
    assert is_running(started.pid)
    assert started.pid != process.pid
    return started.pid


def test_both_end_when_the_input_is_closed(process: subprocess.Popen[bytes]) -> None:
    worker = worker_of(process)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(PATIENCE) == 0
    wait_gone(worker)


def test_both_end_at_sigterm(process: subprocess.Popen[bytes]) -> None:
    worker = worker_of(process)
    process.terminate()
    assert process.wait(PATIENCE) == 128 + signal.SIGTERM
    wait_gone(worker)


def test_killing_the_stand_in_kills_the_worker(process: subprocess.Popen[bytes]) -> None:
    worker = worker_of(process)
    process.kill()
    wait_gone(worker)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_the_stand_in_dies_of_the_same_signal_as_the_worker(
    process: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    os.kill(worker_of(process), number)
    assert process.wait(PATIENCE) == -number
