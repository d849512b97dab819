"""`streamtui serve` compared with a plain handler that forwards a bare SDK stream, in turn.

20,000 deltas at full speed: from the request to the end of its stream, in a client on the same
machine; both counted as the text that arrives. Both services run, and each pair of runs follows
another at once, so that a busy machine slows down both: prints the median of the pairs' ratios.
And the processor time of a delta, of each process.
Run: python -m benchmarks.web [--clients 8]
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

import httpx2

from tests.support.provider.process import ProviderProcess

BAR = 0.80
HERE = Path(__file__).parent
AGENT = HERE / "bench_agent.py"


class Service(NamedTuple):
    process: int
    http: httpx2.Client
    is_plain: bool


class Result(NamedTuple):
    rate: float
    """Deltas per second, of all clients together."""
    server: float
    """Processor time of a delta in the process that is asked, in µs."""
    workers: float
    """The same in its child processes."""


@contextmanager
def running(*command: str, folder: str, base_url: str) -> Iterator[Service]:
    environment = os.environ | {
        "HOME": folder,
        "OPENAI_BASE_URL": base_url,
        "OPENAI_API_KEY": "none",
    }
    with subprocess.Popen(
        [sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            found = re.match(r"(http://[^/]+)/(?:#token=(\S+))?", process.stdout.readline())
            assert found
            headers = {"authorization": f"Bearer {found[2]}"} if found[2] else {}
            with httpx2.Client(
                base_url=found[1],
                headers=headers,
                timeout=300,
                trust_env=False,
                limits=httpx2.Limits(max_connections=None),
            ) as http:
                yield Service(process.pid, http, found[2] is None)
        finally:
            process.terminate()


def stream(service: Service, number: int) -> None:
    """Send a message, and read its stream to the end."""
    path, done = "/say", b"event: response_complete"
    if not service.is_plain:
        session = service.http.post("/sessions").json()["id"]
        path, done = f"/sessions/{session}/messages", b'"status":"idle"'
    with service.http.stream("POST", path, json={"message": f"LAST{number:04}"}) as answer:
        end = b""
        for piece in answer.iter_bytes():
            end = (end + piece)[-2_000:]
    assert done in end, end


def measure(service: Service, clients: ThreadPoolExecutor, numbers: list[int]) -> Result:
    """One stream for each number, all at once."""
    deltas = int(os.environ["BENCH_DELTAS"]) * len(numbers)
    server, workers = processor_times(service.process)
    began = time.perf_counter()
    list(clients.map(lambda number: stream(service, number), numbers))
    took = time.perf_counter() - began
    server_after, workers_after = processor_times(service.process)
    return Result(
        deltas / took,
        (server_after - server) / deltas * 1e6,
        (workers_after - workers) / deltas * 1e6,
    )


def processor_times(process: int) -> tuple[float, float]:
    """Seconds of a process, and of all its children together."""
    return processor_time(str(process)), sum(map(processor_time, children_of(process)))


def children_of(process: int) -> list[str]:
    listed = Path(f"/proc/{process}/task").glob("*/children")
    return sorted({child for each in listed for child in each.read_text().split()})


def processor_time(process: str) -> float:
    """Of its threads; the scheduler counts it, where `stat` only looks a hundred times a second."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def report(name: str, results: list[Result]) -> None:
    rate, server, workers = map(statistics.median, zip(*results, strict=True))
    print(
        f"{name:16}{rate:,.0f} deltas/s; µs of a delta: server {server:.0f}, workers {workers:.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--api", default="responses", choices=("responses", "chat"))
    parser.add_argument("--deltas", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=1)
    options = parser.parse_args()
    os.environ["BENCH_DELTAS"] = str(options.deltas)
    numbers = count()
    with ExitStack() as stack:
        provider = stack.enter_context(ProviderProcess(HERE / "plain_text.py"))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        clients = stack.enter_context(ThreadPoolExecutor(options.clients))
        commands = (
            ("benchmarks.plain_service", provider.base_url, options.api),
            ("tui", "serve", f"{AGENT}:agent", "--api", options.api, "--port", "0", "--quiet"),
        )
        services = [
            stack.enter_context(running(*command, folder=folder, base_url=provider.base_url))
            for command in commands
        ]
        pairs = []
        for _ in range(options.runs + 1):
            asked = [[next(numbers) for _ in range(options.clients)] for _ in services]
            pair = [
                measure(service, clients, own) for service, own in zip(services, asked, strict=True)
            ]
            pairs.append((pair[0], pair[1]))
    # The first one warms up: a further worker starts when there are several clients.
    pairs = pairs[1:]
    report("plain handler", [plain for plain, _ in pairs])
    report("streamtui serve", [served for _, served in pairs])
    share = statistics.median(served.rate / plain.rate for plain, served in pairs)
    print(f"share of the plain handler: {share:.0%} (bar {BAR:.0%})")


if __name__ == "__main__":
    main()
