"""What metering costs, in the worker and in the UI.

In the worker: a loop over the SDK with the worker's tap, compared with one without it, in many
pairs of short rounds in one process; the median of the pairs with its confidence interval.
In the UI: folding 1,000,000 events, compared with decoding them from JSON (which the UI does
anyway); the cost of computing all figures; and the growth of memory, which must be none.
Run: python -m benchmarks.metering
"""

import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.support.provider.process import ProviderProcess
from tui.core.metrics import Metrics, figures, fold
from tui.protocol import codec, events
from tui.protocol.events import Event

TAP_BAR = 0.03
MICROSECONDS_BAR = 3.0
MEMORY_BAR = 8.0
MS = 1_000_000
TOOLS = 3
DELTAS = 2_000
"""Deltas of a turn, which has a few other events besides."""


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


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The median, between the bounds of its 95 % confidence interval."""
    ordered = sorted(values)
    aside = max(math.floor(len(ordered) / 2 - 0.98 * math.sqrt(len(ordered))), 0)
    return ordered[aside], statistics.median(ordered), ordered[-1 - aside]


def tapping(api: str, rounds: int) -> None:
    """Compares CPU time, which other programs on the machine hardly affect."""
    with ProviderProcess(Path(__file__).parent / "plain_text.py") as provider:
        command = [sys.executable, "-m", "benchmarks.tapped_loop"]
        printed = subprocess.run(
            [*command, provider.base_url, api, str(rounds)],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    pairs = json.loads(printed)
    deltas = int(os.environ["BENCH_DELTAS"])
    bare = statistics.median(without for without, _ in pairs) / deltas * 1e6
    low, middle, high = interval([tapped / without - 1 for without, tapped in pairs])
    verdict = "within" if high <= TAP_BAR else "beyond" if low > TAP_BAR else "undecided about"
    print(f"{api}: the tap costs {middle:+.1%} ({low:+.1%} to {high:+.1%}) of the {bare:.0f} µs of "
          f"CPU per delta, {verdict} the bar of {TAP_BAR:.0%}; {rounds} pairs")  # fmt: skip


def folding(wanted: int) -> None:
    """Fold turns until this many events are folded."""
    metrics, start, count, number = Metrics(), 0, 0, 0
    adding, decoding, reporting, peaks = 0.0, 0.0, [], []
    while count < wanted:
        batch = list(turn(number, start))
        lines = codec.encode_batch(batch)
        began = time.process_time()
        batch = codec.decode_events(lines)
        decoded = time.process_time()
        for event in batch:
            metrics = fold(metrics, event)
        folded = time.process_time()
        figures(metrics, batch[-1].at)
        reporting.append(time.process_time() - folded)
        decoding += decoded - began
        adding += folded - decoded
        count, number, start = count + len(batch), number + 1, batch[-1].at + 1000 * MS
        if number % 50 == 0 or count >= wanted:
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
    parser.add_argument("--rounds", type=int, default=150)
    options = parser.parse_args()
    os.environ.setdefault("BENCH_DELTAS", "500")
    for api in ("responses", "chat"):
        tapping(api, options.rounds)
    folding(options.events)


if __name__ == "__main__":
    main()
