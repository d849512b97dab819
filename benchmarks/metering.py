"""What metering costs the UI: folding 1,000,000 events, against decoding the same ones from JSON.

Prints the cost per event, its ratio to decoding (which the UI does anyway), the cost of making all
figures, and how memory grows: it must not. Run: python -m benchmarks.metering
"""

import argparse
import resource
import statistics
import time
from collections.abc import Iterator

from tui import codec, events
from tui.events import Event
from tui.metrics import Metrics, figures, fold

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    wanted = parser.parse_args().events
    metrics, start, count, number = Metrics(), 0, 0, 0
    folding, decoding, reporting, peaks = 0.0, 0.0, [], []
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
        folding += folded - decoded
        count, number, start = count + len(batch), number + 1, batch[-1].at + 1000 * MS
        if number % 50 == 0:
            peaks.append(peak_megabytes())
    per_event = folding / count * 1e6
    print(f"{count:,} events in {number} turns")
    print(f"fold {per_event:.2f} µs per event (bar {MICROSECONDS_BAR:.0f} µs)")
    print(f"fold ÷ decoding the same events: {folding / decoding:.2f}")
    print(f"all figures: {statistics.median(reporting) * 1e3:.2f} ms, at most 4 times a second")
    half = peaks[len(peaks) // 2 :]
    print(f"peak memory grew {half[-1] - half[0]:.1f} MB in the second half (bar {MEMORY_BAR:.0f})")


if __name__ == "__main__":
    main()
