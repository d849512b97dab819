"""The transcript's speed, each figure beside its reference or its bar, in one run.

    python -m benchmarks.transcript [rate textual paced plain linear long live frames]

rate: 20,000 Markdown deltas through the whole program against a bare SDK loop. textual: the widget
alone against Textual's Markdown, fed the same frames. paced: 2,000 deltas at 200/s. plain: bytes
written for 9.8 kB of plain text. linear: UI CPU for ten times the text, for four kinds of endless
text. long: memory and scrolling after 100,000 deltas. live: keys and a resize while text streams.
frames: how long a frame keeps the loop, at full speed and with hostile text.
"""

import argparse
import itertools
import json
import math
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.transcript_dashboard import (
    FRAME_END,
    dashboard,
    finished,
    frame_gaps,
    megabytes,
    start,
    steps_since,
    stream,
    typed,
    wait_quiet,
)
from benchmarks.transcript_text import deltas
from tests.support.provider.process import ProviderProcess
from tests.support.terminal import Read, Terminal, cpu_seconds, frames
from tests.support.terminal.emulator import Emulator

SCRIPT = Path(__file__).parent / "transcript_text.py"
KINDS = ("prose", "fence", "table", "list")
FLOODS = {
    "markdown": 10_000,
    "line": 20_000,
    "brackets": 4_000,
    "fence": 10_000,
    "marks": 300,
    "nested": 4_000,
}
"""Deltas of each kind in which every frame is timed; 20,000 make a line of one megabyte."""


def rate(base_url: str, scale: float) -> None:
    count = int(20_000 * scale)
    before = _bare(base_url)
    with dashboard(base_url) as terminal:
        empty = megabytes(terminal)
        stream(terminal, "markdown", 1_000)
        runs = [stream(terminal, "markdown", count) for _ in range(3)]
        memory = megabytes(terminal)
    after = _bare(base_url)
    bare = statistics.median([*before, *after])
    ours = statistics.median(count / run.seconds for run in runs)
    cpu = statistics.median(run.cpu for run in runs)
    print(f"bare SDK loop {bare:,.0f} deltas/s, dashboard {ours:,.0f} deltas/s")
    _bar("share of the bare loop", ours / bare, "≥", 0.80)
    print(f"  UI CPU {cpu:.2f} s for {count:,} deltas; {empty:.0f} MB before the first")
    _bar("UI memory after three such answers, MB", memory, "≤", 100)


def textual(_base_url: str, scale: float) -> None:
    count = int(20_000 * scale)
    figures = {
        widget: _json("benchmarks.transcript_widgets", widget, str(count), "500")
        for widget in ("ours", "textual")
    }
    for widget, one in figures.items():
        print(f"  {widget}: {one['seconds']:.1f} s, CPU {one['cpu']:.2f} s, {one['memory']:.0f} MB")
    ratio = figures["textual"]["cpu"] / figures["ours"]["cpu"]
    _bar("times faster than Textual's Markdown (CPU)", ratio, "≥", 20)


def paced(base_url: str, scale: float) -> None:
    count = int(2_000 * scale)
    with dashboard(base_url) as terminal:
        stream(terminal, "markdown", 500)
        done = typed(terminal, "markdown", count, 200)
        before = len(terminal.raw)
        run = finished(terminal, done)
        gaps = frame_gaps(terminal, before, done)
    _bar("seconds from Enter to the last word", run.seconds, "≤", count / 200 + 0.25)
    _bar("UI CPU, s", run.cpu, "≤", 2.0 * scale)
    _bar("longest gap between frames, ms", gaps[-1], "≤", 100)
    print(f"  p50 {_percentile(gaps, 0.5):.0f} ms, p99 {_percentile(gaps, 0.99):.0f} ms")


def plain(base_url: str, scale: float) -> None:
    count = int(2_000 * scale)
    size = sum(map(len, deltas("plain", count, "DONE0000")))
    with dashboard(base_url) as terminal:
        stream(terminal, "plain", 200)
        before = len(terminal.raw)
        stream(terminal, "plain", count, 200)
        written = len(terminal.raw) - before
    print(f"  {size / 1000:.1f} kB of text at 200 deltas/s")
    _bar("MB written to the terminal", written / 1e6, "≤", 0.8 * size / 9_800)


def frames_of(base_url: str, scale: float) -> None:
    """Each kind in its own program: earlier turns would be sent with every request."""
    for kind, count in FLOODS.items():
        with TemporaryDirectory() as folder:
            report = Path(folder) / "steps.json"
            with dashboard(base_url, ("-m", "benchmarks.frame_probe", str(report))) as terminal:
                stream(terminal, "markdown", 500)
                done = typed(terminal, kind, int(count * scale))
                steps_since(terminal, report)
                finished(terminal, done)
                frames, rest = steps_since(terminal, report)
        p50, p99 = (_percentile(frames, share) for share in (0.5, 0.99))
        print(f"  {kind}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, other steps {rest[-1]:.1f} ms")
        _bar(f"{kind}: the longest frame, ms of the loop", frames[-1], "≤", 16)


def linear(base_url: str, scale: float) -> None:
    small, large = int(20_000 * scale), int(200_000 * scale)
    for kind in KINDS:
        with dashboard(base_url) as terminal:
            stream(terminal, kind, 2_000)
            few = statistics.median(stream(terminal, kind, small).cpu for _ in range(3))
            many = stream(terminal, kind, large)
            memory = megabytes(terminal)
        print(f"  {kind}: {few:.2f} s, then {many.cpu:.2f} s; {memory:.0f} MB")
        _bar(f"{kind}: UI CPU for ten times the deltas", many.cpu / few, "≤", 11)


def long(base_url: str, scale: float) -> None:
    count = int(100_000 * scale)
    with dashboard(base_url) as terminal:
        run = stream(terminal, "markdown", count)
        print(f"  {count:,} deltas in {run.seconds:.1f} s, UI CPU {run.cpu:.1f} s")
        _bar("UI memory, MB", megabytes(terminal), "≤", 150)
        terminal.press("f2")
        wait_quiet(terminal, 0.3)
        times: list[float] = []
        cpu = cpu_seconds(terminal.pid)
        while len(times) < 4_000:
            before, pressed = len(terminal.raw), time.monotonic_ns()
            terminal.press("pageup")
            try:
                read = terminal.wait_for_bytes(FRAME_END, timeout=1.0, start=before)
            except TimeoutError:
                break
            times.append((read.at - pressed) / 1e6)
        cpu = (cpu_seconds(terminal.pid) - cpu) * 1000 / max(len(times), 1)
        memory = megabytes(terminal)
    times.sort()
    print(
        f"  {len(times)} screens from end to start, {cpu:.1f} ms of CPU each; then {memory:.0f} MB"
    )
    _bar("scrolling a screen, p99, ms", _percentile(times, 0.99), "≤", 50)


def live(base_url: str, scale: float) -> None:
    with dashboard(base_url) as terminal:
        stream(terminal, "markdown", int(20_000 * scale))
        idle = _keys(terminal, 0x400, 60)
        terminal.press("ctrl+c")
        done, _, before = start(terminal, "markdown", 16_000, 1_000)
        terminal.wait_for_bytes(b"survey", start=before)
        times = _keys(terminal, 0x100, 150)
        resized = [_resized(terminal, cols) for cols in (120, 160, 130, 170)]
        terminal.wait_for_bytes(done, timeout=60)
    settled = [_settled(one) for one in resized]
    _bar("key to its character, p99, ms", _percentile(times, 0.99), "≤", 50)
    for what, ordered in (("streaming", times), ("idle", idle)):
        p50, p99 = _percentile(ordered, 0.5), _percentile(ordered, 0.99)
        print(f"  {what}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, most {ordered[-1]:.1f} ms")
    print(f"  resizes: {', '.join(f'{one:.0f}' for one in settled)} ms")
    _bar("resize to the new screen, worst of four, ms", max(settled), "≤", 150)


def _keys(terminal: Terminal, first: int, count: int) -> list[float]:
    """Milliseconds from each key to its character on the screen, in order of size."""
    times: list[float] = []
    for letter in map(chr, range(first, first + count)):
        before, pressed = len(terminal.raw), time.monotonic_ns()
        terminal.type(letter)
        read = terminal.wait_for_bytes(letter.encode(), start=before)
        times.append((read.at - pressed) / 1e6)
        time.sleep(0.04)
    return sorted(times)


class Resized(NamedTuple):
    """The output in the second after a new size."""

    cols: int
    asked: int
    """When the size was set, in monotonic ns."""
    written: bytes
    reads: list[Read]


def _resized(terminal: Terminal, cols: int) -> Resized:
    terminal.forget()  # else it is parsed first, while the program waits for its terminal
    asked = time.monotonic_ns()
    terminal.resize(50, cols)
    time.sleep(1.0)
    return Resized(cols, asked, terminal.raw, terminal.reads)


def _settled(resized: Resized) -> float:
    """Milliseconds from the new size until nothing changes but the text that streams.

    From then on the borders, the heading, the side panes and the last lines look as they do a
    second later, and every cell has been drawn in the new size.
    """
    cols, asked, written, reads = resized
    screen = Emulator(50, cols)
    shown: list[tuple[float, list[str]]] = []
    fed, whole = 0, False
    for begin, end in frames(written):
        screen.feed(written[fed:end])
        fed = end
        whole = whole or _drawn(written[begin:end]) >= 50 * cols
        at = (next(read.at for read in reads if read.length >= end) - asked) / 1e6
        shown.append((at, _stable(screen.lines) if whole else []))
    last = shown[-1][1]
    late = itertools.takewhile(lambda one: one[1] == last, reversed(shown))
    return min(at for at, _ in late) if last else math.inf


def _stable(lines: list[str]) -> list[str]:
    """The screen without the lines of the chat and without figures, which a stream changes."""
    edge = lines[1].index("╮")
    bottom = next(row for row, line in enumerate(lines) if line[edge : edge + 1] == "╯")
    kept = lines[:2] + [line[edge:] for line in lines[2:bottom]] + lines[bottom:]
    return [re.sub(r"[\d.,~▁▂▃▄▅▆▇█ ]+", " ", line) for line in kept]


def _drawn(frame: bytes) -> int:
    """How many characters a frame draws."""
    return len(re.sub(rb"\x1b\[[^a-zA-Z]*[a-zA-Z]|\n", b"", frame).decode("utf-8", "ignore"))


def _bare(base_url: str) -> list[float]:
    command = [sys.executable, "-m", "benchmarks.bare_loop", base_url, "responses", "4"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    runs = [json.loads(line) for line in printed.splitlines()][1:]
    return [run["deltas"] / run["seconds"] for run in runs]


def _json(module: str, *arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", module, *arguments]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(printed.splitlines()[-1])
    return found


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _bar(what: str, value: float, sign: str, bar: float) -> None:
    met = value >= bar if sign == "≥" else value <= bar
    print(f"{'✓' if met else '✗'} {what}: {value:.2f} (bar {sign} {bar:g})", flush=True)


PARTS: dict[str, Callable[[str, float], None]] = {
    "rate": rate,
    "textual": textual,
    "paced": paced,
    "plain": plain,
    "linear": linear,
    "long": long,
    "live": live,
    "frames": frames_of,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[])
    parser.add_argument("--scale", type=float, default=1.0, help="share of the deltas, to try it")
    options = parser.parse_args()
    os.environ["BENCH_TEXT"] = f"markdown {int(20_000 * options.scale)} 0 LAST"
    with ProviderProcess(SCRIPT) as provider:
        for name in options.parts or PARTS:
            print(f"\n{name}", flush=True)
            PARTS[name](provider.base_url, options.scale)


if __name__ == "__main__":
    main()
