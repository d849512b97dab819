"""The whole program in a pseudo-terminal, made to stream: what it took, seen from outside."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.terminal import Terminal, cpu_seconds, resident_bytes

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


def start(terminal: Terminal, kind: str, deltas: int, rate: float = 0) -> tuple[bytes, int, int]:
    """Send a prompt: the word the answer will end in, when Enter was pressed (ns), what was out."""
    number = f"{next(_NUMBERS):04}"
    before = len(terminal.raw)
    entered = time.monotonic_ns()
    terminal.type(f"{kind} {deltas} {rate:g} LAST{number}\n")
    return f"DONE{number}".encode(), entered, before


def stream(terminal: Terminal, kind: str, deltas: int, rate: float = 0) -> Run:
    """One turn from Enter until the program is idle again."""
    cpu = cpu_seconds(terminal.pid)
    done, entered, before = start(terminal, kind, deltas, rate)
    shown = terminal.wait_for_bytes(done, timeout=300, start=before).at
    terminal.wait_for("idle", timeout=60)
    wait_quiet(terminal)
    return Run((shown - entered) / 1e9, cpu_seconds(terminal.pid) - cpu)


def wait_quiet(terminal: Terminal, quiet: float = 1.0) -> None:
    """Wait until the program has used no CPU to speak of for a while."""
    used = cpu_seconds(terminal.pid)
    while True:
        time.sleep(quiet)
        now = cpu_seconds(terminal.pid)
        if now - used < 0.02 * quiet:
            return
        used = now


def megabytes(terminal: Terminal) -> float:
    return resident_bytes(terminal.pid) / 1e6
