"""What metering costs, where it is taken and where it is added up.

At the source: a loop over the SDK with the worker's tap in it, against a bare one, in turn. In the
UI: folding 1,000,000 events, against decoding the same ones from JSON (which the UI does anyway),
the cost of making all figures, and how memory grows: it must not.
Run: python -m benchmarks.metering
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.provider.process import ProviderProcess
from tui import codec, events
from tui.events import Event
from tui.metrics import Metrics, figures, fold

TAP_BAR = 0.03
MICROSECONDS_BAR = 3.0
MEMORY_BAR = 8.0
MS = 1_000_000
TOOLS = 3
DELTAS = 2_000
"""Deltas of a turn, beside the handful of structural events around them."""


def turn(number: int, start: int) -> Iterator[Event]:
    """One turn: a model call of `DELTAS` deltas at 200/s, then some tools."""
    run, call = f"r{number}", f"c{number}"
    agent = f"agent {number % 5}"
    yield events.RunStarted(
        at=start, run=run, prompt="go", entered_at=start, wall=1.7e9, agent=agent
    )
    yield events.ModelCallStarted(
        at=start, run=run, call=call, agent=agent, model=f"model {number % 3}"
    )
    yield events.AttemptStarted(at=start, run=run, call=call)
    yield events.AttemptConnected(at=start + 50 * MS, run=run, call=call)
    at = start + 400 * MS
    for index in range(DELTAS):
        at += (3 + (index * 7919 + number) % 5) * MS
        yield events.TextDelta(at=at, run=run, call=call, text=" word")
    yield events.UsageReported(at=at, run=run, call=call, input=100, output=DELTAS)
    yield events.AttemptFinished(at=at, run=run, call=call, raw_events=DELTAS + 8)
    for index in range(TOOLS):
        tool = f"{run}-{index}"
        yield events.ToolStarted(at=at, run=run, tool_call=tool, name=f"tool {index}")
        at += 20 * MS
        yield events.ToolFinished(at=at, run=run, tool_call=tool, outcome="ok")
    yield events.RunFinished(at=at, run=run, outcome="ok")


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def loop(name: str, base_url: str, api: str) -> dict[str, float]:
    """The second run of this loop: the first only warms up."""
    command = [sys.executable, "-m", f"benchmarks.{name}", base_url, api, "2"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(printed.splitlines()[-1]))


def tapping(api: str, runs: int) -> None:
    """Bare and tapped loops in turn, so that both see the same machine."""
    told: dict[str, list[dict[str, float]]] = {"bare_loop": [], "tapped_loop": []}
    with ProviderProcess(Path(__file__).parent / "plain_text.py") as provider:
        for _ in range(runs):
            for name, measured in told.items():
                measured.append(loop(name, provider.base_url, api))
    bare, tapped = told.values()
    assert {run["deltas"] for run in bare} == {run["deltas"] for run in tapped}, "deltas were lost"
    rates = [statistics.median(run["deltas"] / run["seconds"] for run in m) for m in (bare, tapped)]
    cpus = [statistics.median(run["cpu"] for run in m) for m in (bare, tapped)]
    print(f"{api}: bare loop {rates[0]:,.0f} deltas/s, with the tap {rates[1]:,.0f}; "
          f"CPU {cpus[0]:.2f} s and {cpus[1]:.2f} s")  # fmt: skip
    print(f"{api}: the tap costs {1 - rates[1] / rates[0]:+.1%} of the throughput, "
          f"{cpus[1] / cpus[0] - 1:+.1%} of CPU (bar {TAP_BAR:.0%})")  # fmt: skip


def folding(wanted: int) -> None:
    """Fold turns until there were so many events."""
    metrics, start, count, number = Metrics(), 0, 0, 0
    adding, decoding, reporting, peaks = 0.0, 0.0, [], []
    while count < wanted:
        batch = list(turn(number, start))
        lines = codec.encode_batch(batch)
        began = time.perf_counter()
        batch = codec.decode_events(lines)
        decoded = time.perf_counter()
        for event in batch:
            metrics = fold(metrics, event)
        folded = time.perf_counter()
        figures(metrics, batch[-1].at)
        reporting.append(time.perf_counter() - folded)
        decoding += decoded - began
        adding += folded - decoded
        count, number, start = count + len(batch), number + 1, batch[-1].at + 1000 * MS
        if number % 50 == 0:
            peaks.append(peak_megabytes())
    per_event = adding / count * 1e6
    print(f"{count:,} events in {number} turns")
    print(f"fold {per_event:.2f} µs per event (bar {MICROSECONDS_BAR:.0f} µs)")
    print(f"fold ÷ decoding the same events: {adding / decoding:.2f}")
    print(f"all figures: {statistics.median(reporting) * 1e3:.2f} ms, at most 4 times a second")
    half = peaks[len(peaks) // 2 :]
    print(f"peak memory grew {half[-1] - half[0]:.1f} MB in the second half (bar {MEMORY_BAR:.0f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    os.environ.setdefault("BENCH_DELTAS", "20000")
    for api in ("responses", "chat"):
        tapping(api, options.runs)
    folding(options.events)


if __name__ == "__main__":
    main()
