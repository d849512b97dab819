"""The whole program in a pseudo-terminal while it streams, measured from outside."""

import json
import os
import signal
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.support.terminal import Terminal, cpu_seconds, frames, resident_bytes

AGENT = Path(__file__).parent / "bench_agent.py"
FRAME_END = b"\x1b[?2026l"
_NUMBERS = count(1)


class Run(NamedTuple):
    """Seconds from Enter to the last word on the screen; the UI's CPU seconds until it idles."""

    seconds: float
    cpu: float


@contextmanager
def dashboard(base_url: str, program: tuple[str, ...] = ("-m", "tui")) -> Iterator[Terminal]:
    """streamtui, ready for a prompt."""
    with TemporaryDirectory() as folder:
        environment = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "none", "HOME": folder}
        argv = [sys.executable, *program, f"{AGENT}:agent"]
        with Terminal(argv, rows=50, cols=160, env=environment) as terminal:
            terminal.wait_for("idle", timeout=60)
            yield terminal
            terminal.press("ctrl+q")
            terminal.exit_code(timeout=10)


def typed(terminal: Terminal, kind: str, deltas: int, rate: float = 0) -> bytes:
    """Type a prompt, and do not send it; the word that the answer will end in.

    Each key has its own frame, which is not measured.
    """
    number = f"{next(_NUMBERS):04}"
    prompt = f"{kind} {deltas} {rate:g} LAST{number}"
    terminal.type(prompt)
    terminal.wait_for(prompt)
    return f"DONE{number}".encode()


def start(terminal: Terminal, kind: str, deltas: int, rate: float = 0) -> tuple[bytes, int, int]:
    """Send a prompt: the word the answer will end in, when Enter was pressed (ns), what was out."""
    done = typed(terminal, kind, deltas, rate)
    before, entered = len(terminal.raw), time.monotonic_ns()
    terminal.press("enter")
    return done, entered, before


def stream(terminal: Terminal, kind: str, deltas: int, rate: float = 0) -> Run:
    """One turn from Enter until the program is idle again."""
    return finished(terminal, typed(terminal, kind, deltas, rate))


def finished(terminal: Terminal, done: bytes) -> Run:
    """The turn of the prompt that was typed, from Enter until the program is idle again."""
    cpu = cpu_seconds(terminal.pid)
    before, entered = len(terminal.raw), time.monotonic_ns()
    terminal.press("enter")
    shown = terminal.wait_for_bytes(done, timeout=300, start=before).at
    terminal.wait_for("idle", timeout=60)
    wait_quiet(terminal)
    return Run((shown - entered) / 1e9, cpu_seconds(terminal.pid) - cpu)


def wait_quiet(terminal: Terminal, quiet: float = 1.0) -> None:
    """Wait until the program has used almost no CPU for a while."""
    used = cpu_seconds(terminal.pid)
    while True:
        time.sleep(quiet)
        now = cpu_seconds(terminal.pid)
        if now - used < 0.02 * quiet:
            return
        used = now


def frame_gaps(terminal: Terminal, start: int, done: bytes) -> list[float]:
    """Milliseconds between neighbouring frames that came after ``start`` bytes, in order of size.

    From when the dashboard says that it streams to the last word: text arrives all the time.
    """
    written, reads = terminal.raw, terminal.reads
    first, last = written.index(b"streaming", start), written.index(done, start)
    times = [
        reads[bisect_left(reads, end, key=lambda read: read.length)].at
        for _, end in frames(written)
        if first <= end <= last
    ]
    return sorted((after - before) / 1e6 for before, after in pairwise(times))


def steps_since(terminal: Terminal, report: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of each frame and of each other step of the loop since the last call."""
    report.unlink(missing_ok=True)
    os.kill(terminal.pid, signal.SIGUSR1)
    while not report.exists():
        time.sleep(0.01)
    found = json.loads(report.read_text())
    return sorted(found["frames"]), sorted(found["rest"])


def megabytes(terminal: Terminal) -> float:
    return resident_bytes(terminal.pid) / 1e6
