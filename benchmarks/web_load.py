"""`streamtui serve` under load, on loopback: many streams at once, idle ones, readers that stop.

1. 200 sessions stream at once, 20 deltas/s each: from the provider's byte to the client's byte.
2. 1,000 streams in which nothing happens are open, and 10 sessions stream.
3. 20 sessions stream beside a fast one with three readers. Then the same, but two of these stop for
   a minute; after it, one reads on, and the other connects again with ``Last-Event-ID``.

Times are those of one monotonic clock: the provider puts the time of sending into each delta. The
provider and the client are a process each, and cheap. What a busy machine does is said beside: how
late the provider and the client were themselves, and the same times of streams that are read from
the provider itself. Memory is the proportional set size. Two workers run in each case.
Run: python -m benchmarks.web_load [--sessions 40 --seconds 5]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.load_client import Plan, Result, Times
from benchmarks.web import AGENT, Service, children_of, processor_time, running
from tests.support.module_process import ModuleProcess

BAR_TIME = 100.0
"""ms, of the 99th percentile."""
BAR_MEMORY = 2.0
"""MB of a session in the server."""
BEHIND = 10.0
"""ms by which the provider may be late (p99): more, and it did not send at the rate."""
EVERY = 1.0
"""Seconds between two looks at the memory."""


class Seen(msgspec.Struct, frozen=True):
    """What a case has shown beside the client's result."""

    result: Result
    late: Times
    """By how much the provider sent too late."""
    server_memory: float
    """MB that the server grew by, at most."""
    workers_memory: float
    processor: dict[str, float]
    """Share of a processor, of each process or of several together."""
    each: dict[str, float]
    """µs of processor time for each delta that passed through the service."""


class Load:
    """One service, one provider; each case has a client of its own."""

    def __init__(
        self, service: Service, provider: ModuleProcess, options: argparse.Namespace
    ) -> None:
        self._service = service
        self._provider = provider
        self._seconds: float = options.seconds
        self._rate: int = options.rate

    def plan(self, streams: int, **more: object) -> Plan:
        return msgspec.convert(
            {
                "service": str(self._service.http.base_url),
                "token": self._service.http.headers["authorization"].removeprefix("Bearer "),
                "provider": int(self._provider.first_line),
                "streams": streams,
                "seconds": self._seconds,
                "rate": self._rate,
                **more,
            },
            Plan,
        )

    def measure(self, plan: Plan) -> Seen:
        server, memory = str(self._service.process), Memory(self._service.process)
        with client(plan) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            with memory:
                line = process.stdout.readline()
                assert line == b"streaming\n", line
                self._late()
                who = {
                    "provider": [str(self._provider.pid)],
                    "client": [str(process.pid)],
                    "server": [server],
                    "workers": children_of(self._service.process),
                }
                before = {name: sum(map(processor_time, ids)) for name, ids in who.items()}
                began = time.perf_counter()
                time.sleep(self._seconds)
                took = time.perf_counter() - began
                spent = {
                    name: (sum(map(processor_time, ids)) - before[name]) / took
                    for name, ids in who.items()
                }
                late = self._late()
                result = msgspec.json.decode(process.stdout.readline(), type=Result)
        passed = late.count - plan.direct * plan.rate * took
        each = {name: share * took / max(1, passed) * 1e6 for name, share in spent.items()}
        return Seen(result, late, memory.server, memory.workers, spent, each)

    def _late(self) -> Times:
        """Since the last time."""
        url = f"http://127.0.0.1:{self._provider.first_line}/late"
        with urllib.request.urlopen(url, timeout=60) as answer:
            times = json.loads(answer.read()) or [0.0]
        return Times(len(times), times[len(times) // 2], times[int(len(times) * 0.99)], times[-1])


@contextmanager
def client(plan: Plan) -> "Iterator[subprocess.Popen[bytes]]":
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load_client"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(msgspec.json.encode(plan) + b"\n")
            process.stdin.flush()
            yield process
        finally:
            process.terminate()


class Memory:
    """The most that a process, and its children, grow by while it is looked at, in MB."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._ended = threading.Event()
        self._before = self._now()
        self.server = self.workers = 0.0

    def __enter__(self) -> None:
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(EVERY):
            server, workers = self._now()
            self.server = max(self.server, server - self._before[0])
            self.workers = max(self.workers, workers - self._before[1])

    def _now(self) -> tuple[float, float]:
        return memory_of(str(self._process)), sum(map(memory_of, children_of(self._process)))


def memory_of(process: str) -> float:
    """Its proportional set size in MB."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def report(name: str, seen: Seen, sharers: int = 0) -> None:
    """``sharers``: among how many the memory is shared out; 0: it is not."""
    result = seen.result
    print(f"\n{name}")
    line("through the service", result.service)
    line("  with the beginnings", result.whole)
    line("straight from the provider", result.direct)
    line("the provider was late by", seen.late)
    line("a timer of the client by", result.client)
    ratio = result.service.p99 / max(result.direct.p99, 0.001)
    print(f"  p99 through the service / straight: {ratio:.1f}; deltas missing: {result.missing}")
    each = f" ({seen.server_memory / sharers:.2f} MB each)" if sharers else ""
    print(
        f"  memory: server +{seen.server_memory:.1f} MB{each}, "
        f"workers +{seen.workers_memory:.1f} MB"
    )
    shares = ", ".join(f"{name} {share:.0%}" for name, share in seen.processor.items())
    print(f"  processor: {shares} (of one)")
    each = ", ".join(f"{name} {spent:.0f}" for name, spent in seen.each.items())
    print(f"  µs of processor time for a delta: {each}")
    if result.stopped:
        print(f"  the readers that stopped: {result.stopped}")
    if seen.late.p99 > BEHIND:
        print("  THE MACHINE WAS TOO BUSY for this rate: the times say little")


def line(name: str, times: Times) -> None:
    print(
        f"  {name:28}{times.count:9,} p50 {times.p50:7.1f}   p99 {times.p99:7.1f}"
        f"   most {times.most:7.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--idle", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--stop", type=float, default=60, help="seconds that readers stop")
    parser.add_argument("--rate", type=int, default=20, help="deltas per second of a session")
    parser.add_argument("--cases", default="123")
    options = parser.parse_args()
    with (
        ModuleProcess("benchmarks.load_provider") as provider,
        tempfile.TemporaryDirectory() as folder,
        running(
            "tui", "serve", f"{AGENT}:agent", "--port", "0", "--quiet", "--workers", "2",
            "--sessions", "5000", "--rate", "100000",
            folder=folder, base_url=f"http://127.0.0.1:{provider.first_line}/v1",
        ) as service,
    ):  # fmt: skip
        load = Load(service, provider, options)
        # Both workers start, and everything is imported.
        load.measure(load.plan(4, seconds=2, ramp=1, direct=1))
        if "1" in options.cases:
            many = load.measure(load.plan(options.sessions))
            report(f"1. {options.sessions} sessions stream at once", many, options.sessions)
            each = many.server_memory / options.sessions
            print(
                f"  bars: p99 {many.result.service.p99:.1f} ms of {BAR_TIME:.0f}, "
                f"memory {each:.2f} MB of {BAR_MEMORY:.0f}"
            )
        if "2" in options.cases:
            idle = load.measure(load.plan(10, idle=options.idle))
            report(f"2. {options.idle} idle streams, and 10 that are not", idle, options.idle)
            print(f"  idle streams that were closed: {idle.result.idle_closed}")
        if "3" in options.cases:
            reading, stopping = (
                load.plan(20, seconds=options.stop, stops=options.stop, stop=stop)
                for stop in (False, True)
            )
            alone = load.measure(reading)
            report("3. 20 sessions beside a fast one", alone)
            beside = load.measure(stopping)
            report("   the same, and two readers of the fast one stop", beside)
            ratio = beside.result.service.p99 / alone.result.service.p99
            print(f"  p99 while they stop / while they read: {ratio:.2f}")


if __name__ == "__main__":
    main()
