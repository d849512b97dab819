"""`streamtui run` compared with loops that do the same: how soon it asks, how many it asks at once.

1. From the start of the process to its first request at the provider, `streamtui run` ÷ a script
   over the SDK, with and without the journal, in turn.
2. Requests a second, 32 at once, against a provider that takes a second for an answer:
   `streamtui run` ÷ a loop over the client, and ÷ a loop over the SDK, in turn, with the same
   number of processes that ask: one, then two. And the processor time of a request, of all
   processes together, without their start; `streamtui run` has one process more than the loops,
   which measures and stores.

Run: python -m benchmarks.headless
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.support.provider.process import ProviderProcess

HERE = Path(__file__).parent
AGENT = f"{HERE / 'bench_agent.py'}:agent"
SCRIPT = """
from tests.support.provider import Answer
ANSWER = Answer(deltas=["word "] * 50, first_after=0.5, pace=0.01)
ROUTE = lambda request: ANSWER
"""
START_BAR, CLIENT_BAR, SDK_BAR = 1.15, 0.90, 0.95
AT_ONCE = 32
SECOND = 1e9
KINDS = ("client", "sdk", "run")


class Measured(NamedTuple):
    first: float
    """Seconds from the start of the processes to their first request."""
    rate: float
    """Requests a second, between the first one's begin and the last one's end."""
    cpu: float
    """Seconds of processor time, of all processes and their children."""


def measured(provider: ProviderProcess, folder: Path, *commands: list[str]) -> Measured:
    """Run the commands at the same time, to their ends."""
    environment = {
        "OPENAI_BASE_URL": provider.base_url,
        "OPENAI_API_KEY": "none",
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
    }
    seen, used = len(provider.log().requests), processor_time()
    began = time.monotonic_ns()
    started = [
        subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for command in commands
    ]
    for process in started:
        assert process.wait() == 0, process.args
    cpu = processor_time() - used
    mine = provider.log().requests[seen:]
    begins = [request.arrived_at for request in mine]
    ends = [request.finished_at for request in mine if request.finished_at is not None]
    rate = len(ends) / ((max(ends) - min(begins)) / SECOND)
    return Measured((min(begins) - began) / SECOND, rate, cpu)


def processor_time() -> float:
    """Of the children that have ended, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def commands(kind: str, requests: int, processes: int, folder: Path) -> list[list[str]]:
    """What makes so many requests in so many processes, `AT_ONCE` at once in all."""
    if kind != "run":
        loop = [sys.executable, "-m", "benchmarks.asking_loop", kind]
        each = [str(requests // processes), str(AT_ONCE // processes)]
        return [[*loop, *each]] * processes
    prompts = folder / f"{requests}.txt"
    prompts.write_text("go\n" * requests)
    return [
        [
            sys.executable, "-m", "tui", "run", AGENT, "--prompts", str(prompts), "--output",
            "json", "--workers", str(processes), "--concurrency", str(AT_ONCE),
        ]
    ]  # fmt: skip


def starts(provider: ProviderProcess, folder: Path, rounds: int) -> None:
    """Print how much later than a script's the first request comes."""
    run = [sys.executable, "-m", "tui", "run", AGENT, "go"]
    each: dict[str, list[Measured]] = {"script": [], "journal": [], "no journal": []}
    for number in range(rounds + 1):
        found = {
            "script": measured(provider, folder, *commands("sdk", 1, 1, folder)),
            "journal": measured(provider, folder, run),
            "no journal": measured(provider, folder, [*run, "--no-journal"]),
        }
        if number:  # the first one warms up the disk
            for name, one in found.items():
                each[name].append(one)
    script = statistics.median(one.first for one in each["script"])
    print(f"first request: a script's after {script:.2f} s (median of {rounds} rounds)")
    for name in ("journal", "no journal"):
        ratios = [
            ours.first / theirs.first
            for ours, theirs in zip(each[name], each["script"], strict=True)
        ]
        cpu = statistics.median(
            ours.cpu / theirs.cpu for ours, theirs in zip(each[name], each["script"], strict=True)
        )
        print(f"  run ÷ script, {name}: {statistics.median(ratios):.2f} (bar {START_BAR}); "
              f"rounds {shown(ratios)}; processor time {cpu:.2f}", flush=True)  # fmt: skip


def rates(
    provider: ProviderProcess, folder: Path, rounds: int, requests: int, processes: int
) -> None:
    """Print the rates and the processor time of a request, with so many processes."""
    each: dict[str, list[Measured]] = {kind: [] for kind in KINDS}
    costs: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            few = measured(provider, folder, *commands(kind, processes, processes, folder))
            many = measured(provider, folder, *commands(kind, requests, processes, folder))
            each[kind].append(many)
            costs[kind].append((many.cpu - few.cpu) / (requests - processes))
    print(f"{AT_ONCE} at once, {processes} processes that ask, median of {rounds} rounds")
    for kind in KINDS:
        rate = statistics.median(one.rate for one in each[kind])
        cost = statistics.median(costs[kind])
        print(f"  {kind:<6} {rate:6.2f} requests a second, {cost * 1e3:6.1f} ms of processor each")
    for kind, bar in (("client", CLIENT_BAR), ("sdk", SDK_BAR)):
        ratios = [
            ours.rate / theirs.rate for ours, theirs in zip(each["run"], each[kind], strict=True)
        ]
        print(f"  run ÷ {kind}: {statistics.median(ratios):.2f} (bar {bar}); "
              f"rounds {shown(ratios)}", flush=True)  # fmt: skip


def shown(ratios: list[float]) -> str:
    return " ".join(f"{ratio:.2f}" for ratio in ratios)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=7, help="rounds of the first request")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the rates")
    parser.add_argument("--requests", type=int, default=160)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "script.py").write_text(SCRIPT)
        with ProviderProcess(folder / "script.py") as provider:
            if options.starts:
                starts(provider, folder, options.starts)
            if options.rounds:
                for processes in (1, 2):
                    rates(provider, folder, options.rounds, options.requests, processes)


if __name__ == "__main__":
    main()
