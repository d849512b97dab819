"""How soon terminal programs paint and what they then hold in memory, beside the SDK's own loop.

``python -m benchmarks.first_screens [--rounds 5] [--program NAME=COMMAND] ...``: streamtui and the
SDK's ``run_demo_loop`` are always measured; others are named by their commands. The programs take
turns; each has a home folder of its own, which a first start fills.
"""

import argparse
import shlex
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.support.terminal import Terminal, descendants_of, resident_bytes
from tests.support.terminal.emulator import Emulator

QUIET = 1.0
"""Seconds without output after which a program is said to have painted itself."""


class Start(NamedTuple):
    """Seconds to the first visible character and to a screen that stays; bytes of all processes."""

    first: float
    settled: float
    memory: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_screens", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", action="append", default=[], metavar="NAME=COMMAND")
    asked = parser.parse_args()
    loop = Path(__file__).parent / "demo_loop.py"
    programs = {
        "SDK's run_demo_loop": [sys.executable, str(loop)],
        "streamtui": [sys.executable, "-m", "tui"],
    } | {name: shlex.split(words) for name, words in named(asked.program)}
    found: dict[str, list[Start]] = {name: [] for name in programs}
    with TemporaryDirectory() as folder:
        for number in range(asked.rounds + 1):
            for name, argv in programs.items():
                home = Path(folder) / name.replace("/", "-")
                home.mkdir(exist_ok=True)
                try:
                    start = _start(argv, home)
                except TimeoutError as error:
                    parser.exit(1, f"{name} painted nothing: {error}\n")
                if number:  # the first one fills caches and writes settings
                    found[name].append(start)
    first = statistics.median(start.first for start in found["SDK's run_demo_loop"])
    print(f"{'':24}{'first':>9}{'ratio':>8}{'settled':>9}{'MB':>7}")
    for name, starts in found.items():
        soon = statistics.median(start.first for start in starts)
        settled = statistics.median(start.settled for start in starts)
        memory = statistics.median(start.memory for start in starts)
        print(f"{name:24}{soon:>8.2f}s{soon / first:>8.2f}{settled:>8.2f}s{memory / 1e6:>7.0f}")


def named(given: list[str]) -> Iterator[tuple[str, str]]:
    for one in given:
        name, _, command = one.partition("=")
        yield name, command


def _start(argv: list[str], home: Path) -> Start:
    environment = {"HOME": str(home), "OPENAI_API_KEY": "sk-none", "OPENAI_BASE_URL": None}
    environment |= {"XDG_CONFIG_HOME": None, "XDG_DATA_HOME": None, "COLORTERM": "truecolor"}
    with Terminal(argv, rows=40, cols=120, env=environment, cwd=home) as terminal:
        terminal.wait_for(lambda screen: any(row.strip() for row in screen), timeout=60)
        first = _first_visible(terminal)
        last = len(terminal.raw)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            time.sleep(QUIET)
            if len(terminal.raw) == last:
                break
            last = len(terminal.raw)
        settled = (terminal.reads[-1].at - terminal.started_at) / 1e9
        pids = [terminal.pid, *descendants_of(terminal.pid)]
        return Start(first, settled, sum(resident_bytes(pid) for pid in pids))


def _first_visible(terminal: Terminal) -> float:
    """When the output that held the first visible character came."""
    emulator, fed = Emulator(40, 120), 0
    raw = terminal.raw
    for read in terminal.reads:
        emulator.feed(raw[fed : read.length])
        fed = read.length
        if any(row.strip() for row in emulator.lines):
            return (read.at - terminal.started_at) / 1e9
    raise RuntimeError("nothing was painted")


if __name__ == "__main__":
    main()
