"""How many connections are open: one pool for all runs of a worker."""

import time

import pytest

from tests.support.patience import PATIENCE
from tests.support.provider import Answer, Gate
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import StartRun
from tui.protocol.events import ConnectionPhases, ConnectionsChanged, TextDelta

RUNS = 8


def start(worker: WorkerProcess, run: str) -> None:
    worker.send(StartRun(run=run, prompt=run, entered_at=time.monotonic_ns(), beside=True))


def until_in(worker: WorkerProcess, run: str) -> None:
    worker.until(TextDelta, lambda event: event.run == run)


def counts(worker: WorkerProcess) -> list[tuple[int, int]]:
    return [(event.open, event.streaming) for event in worker.all(ConnectionsChanged)]


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_parallel_runs_share_a_pool_and_the_next_ones_reuse_it(
    provide: StartProvider, work: StartWorker, api: str, *, stream: bool
) -> None:
    gate = Gate()
    waits = Answer(deltas=["one", " two"], gates={1: gate})
    provider = provide(*[waits] * RUNS, *[Answer("again")] * RUNS)
    worker = work("plain", provider, api=api, stream=stream)
    runs = [f"r{n}" for n in range(RUNS)]
    for run in runs:
        start(worker, run)
    if stream:
        for run in runs:
            until_in(worker, run)
        worker.until(ConnectionsChanged, lambda event: event.streaming == RUNS)
    gate.open()
    for run in runs:
        worker.finished(run)
    worker.until(ConnectionsChanged, lambda event: event.streaming == 0 and event.open > 0)
    for run in (again := [f"again{n}" for n in range(RUNS)]):
        start(worker, run)
        worker.finished(run)
    assert len(provider.connections) == RUNS
    assert max(counts(worker)) == (RUNS, RUNS) if stream else (RUNS, 1)
    new = [phases.connect for phases in worker.all(ConnectionPhases) if phases.run in again]
    assert new == [None] * RUNS
    assert all(not event.run for event in worker.all(ConnectionsChanged))


def test_connections_that_expire_are_counted_out(provide: StartProvider, work: StartWorker) -> None:
    worker = work("plain", provide(Answer("hello")))
    worker.say("hi")
    worker.until(ConnectionsChanged, lambda event: (event.open, event.streaming) == (1, 0))
    worker.until(ConnectionsChanged, lambda event: event.open == 0, PATIENCE)
    assert counts(worker) == [(1, 1), (1, 0), (0, 0)]
