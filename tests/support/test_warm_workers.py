"""Workers that are forked for a dashboard: a real one's life and end hold for them too."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.support.patience import PATIENCE
from tests.support.terminal import is_running, wait_gone
from tests.support.warm import WarmWorkers
from tui.protocol.codec import decode_event
from tui.protocol.events import WorkerStarted
from tui.protocol.worker_settings import WorkerSettings


@pytest.fixture
def process(warm_workers: WarmWorkers, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """What a dashboard starts."""
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
    """Wait until it has started; its process id."""
    assert process.stdout is not None
    started = decode_event(process.stdout.readline())
    assert isinstance(started, WorkerStarted)
    assert is_running(started.pid)
    assert started.pid != process.pid
    return started.pid


def test_it_ends_with_its_input(process: subprocess.Popen[bytes]) -> None:
    worker = worker_of(process)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(PATIENCE) == 0
    wait_gone(worker)


def test_it_is_told_to_end(process: subprocess.Popen[bytes]) -> None:
    worker = worker_of(process)
    process.terminate()
    assert process.wait(PATIENCE) == 128 + signal.SIGTERM
    wait_gone(worker)


def test_what_kills_it_kills_the_worker(process: subprocess.Popen[bytes]) -> None:
    worker = worker_of(process)
    process.kill()
    wait_gone(worker)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_it_dies_of_what_the_worker_dies_of(
    process: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    os.kill(worker_of(process), number)
    assert process.wait(PATIENCE) == -number
