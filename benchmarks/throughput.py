"""20,000 plain deltas at full speed: the whole dashboard compared with a bare SDK loop, in turn.

From Enter to the last delta on the screen, the journal on, in a real pseudo-terminal. Prints the
ratio of the rates and the UI loop's lag. Run: python -m benchmarks.throughput
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.provider.process import ProviderProcess
from tests.support.terminal import Terminal, children_of, cpu_seconds

BAR = 0.90
LAG_BAR = 30.0
HERE = Path(__file__).parent
AGENT = HERE / "bench_agent.py"


def bare(base_url: str, api: str, runs: int) -> list[dict[str, float]]:
    """The runs of the bare loop, after one to warm up."""
    command = [sys.executable, "-m", "benchmarks.bare_loop", base_url, api, str(runs + 1)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in printed.splitlines()][1:]


def dashboard(base_url: str, api: str, runs: int, folder: Path) -> tuple[list[float], list[float]]:
    """Seconds from Enter to the last word on the screen for each run, and the loop's lags."""
    report = folder / "lags.json"
    argv = [sys.executable, "-m", "benchmarks.lag_probe", str(report)]
    environment = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "none", "HOME": str(folder)}
    seconds = []
    with Terminal(
        [*argv, f"{AGENT}:agent", "--api", api], rows=50, cols=160, env=environment
    ) as terminal:
        terminal.wait_for("idle", timeout=60)
        for number in range(runs + 1):
            before = len(terminal.raw)
            ui = cpu_seconds(terminal.pid)
            worker = cpu_seconds(children_of(terminal.pid)[0])
            entered = time.monotonic_ns()
            terminal.type(f"LAST{number:04}\n")
            done = f"DONE{number:04}".encode()
            shown = terminal.wait_for_bytes(done, timeout=120, start=before).at
            terminal.wait_for("idle", timeout=30)
            if number:
                seconds.append((shown - entered) / 1e9)
                print(
                    f"  UI {cpu_seconds(terminal.pid) - ui:.2f} s CPU, worker "
                    f"{cpu_seconds(children_of(terminal.pid)[0]) - worker:.2f} s CPU, "
                    f"{len(terminal.raw) - before:,} bytes"
                )
        terminal.press("ctrl+q")
        terminal.exit_code(timeout=10)
    return seconds, json.loads(report.read_text())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--api", default="responses", choices=("responses", "chat"))
    parser.add_argument("--deltas", type=int, default=20_000)
    options = parser.parse_args()
    os.environ["BENCH_DELTAS"] = str(options.deltas)
    with (
        ProviderProcess(HERE / "plain_text.py") as provider,
        tempfile.TemporaryDirectory() as folder,
    ):
        before = bare(provider.base_url, options.api, options.runs)
        seconds, lags = dashboard(provider.base_url, options.api, options.runs, Path(folder))
        after = bare(provider.base_url, options.api, options.runs)
    bare_rate = statistics.median(run["deltas"] / run["seconds"] for run in before + after)
    rates = [options.deltas / one for one in seconds]
    rate = statistics.median(rates)
    milliseconds = sorted(lag * 1000 for lag in lags)
    p50, p99 = (milliseconds[int(len(milliseconds) * share)] for share in (0.5, 0.99))
    cpu = statistics.median(run["cpu"] for run in before + after)
    print(f"bare SDK loop {bare_rate:,.0f} deltas/s ({cpu:.2f} s CPU)")
    print(f"dashboard     {rate:,.0f} deltas/s")
    print(f"  each run: {', '.join(f'{one / bare_rate:.2f}' for one in rates)}")
    print(f"share of the bare loop: {rate / bare_rate:.0%} (bar {BAR:.0%})")
    print(f"UI loop lag p50 {p50:.1f} ms, p99 {p99:.1f} ms (bar {LAG_BAR:.0f} ms)")


if __name__ == "__main__":
    main()
