"""A recording of 10,000 events: how long it takes to open it, and to go to another place in it.

Opening counts from the start of the program: until the panes of its end are painted, less the
start of a dashboard without a recording up to its panes. Seeking counts from the key until the
place is painted. Prints both, with the CPU time of the process, and the parts of a seek that need
no screen. Run: python -m benchmarks.replay
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.resume import EVENTS, LAST, MILLISECOND, session
from tests.support.terminal import Terminal, cpu_seconds
from tui.core.metrics import Thresholds
from tui.core.sanitize.characters import clean_event
from tui.core.sanitize.secrets import Masker
from tui.journal.recordings import Recording
from tui.protocol.codec import encode
from tui.replay.refolding import Refolding
from tui.replay.tape import tape_of

OPEN_BAR, SEEK_BAR = 400.0, 100.0
"""Milliseconds."""


def start(home: Path, recording: Path, *arguments: str) -> Terminal:
    return Terminal(
        [sys.executable, "-m", "tui", "replay", str(recording), *arguments],
        rows=50,
        cols=160,
        env={"HOME": str(home), "XDG_DATA_HOME": None, "OPENAI_API_KEY": None},
    )


def opened(home: Path, recording: Path, *shown: str) -> tuple[float, float]:
    """Milliseconds from the start of the program until this is painted, and of CPU time."""
    with start(home, recording, "--speed", "max") as terminal:
        painted = max(terminal.wait_for_bytes(part.encode(), timeout=60).at for part in shown)
        return (painted - terminal.started_at) / MILLISECOND, 1000 * cpu_seconds(terminal.pid)


def sought(home: Path, recording: Path, places: int) -> list[tuple[float, float]]:
    """The same from a key: to the start and to the end of the recording, in turn."""
    took = []
    with start(home, recording, "--speed", "max") as terminal:
        terminal.wait_for_bytes(LAST.encode(), timeout=60)
        terminal.press("space")
        terminal.press("home")
        terminal.wait_for("0:00.0")
        for _ in range(places):
            terminal.wait_for(lambda screen: not any(LAST in line for line in screen))
            # What is laid out after the end is painted is not part of it.
            time.sleep(1)
            took.append(_timed(terminal, "end", LAST.encode()))
            time.sleep(1)
            took.append(_timed(terminal, "home", b"0:00.0"))
    return took


def _timed(terminal: Terminal, key: str, wanted: bytes) -> tuple[float, float]:
    before, since, cpu = len(terminal.raw), time.monotonic_ns(), cpu_seconds(terminal.pid)
    terminal.press(key)
    painted = terminal.wait_for_bytes(wanted, timeout=60, start=before).at
    return (painted - since) / MILLISECOND, 1000 * (cpu_seconds(terminal.pid) - cpu)


def parts(recording: Path) -> None:
    """Print what reading and folding cost, in CPU time."""
    masker = Masker(())
    tape = tape_of(Recording(str(recording), None))
    cold: list[float] = []
    warm: list[float] = []
    for _ in range(5):
        folding = Refolding(
            tape.events, lambda event: masker.mask_event(clean_event(event)), Thresholds()
        )
        cold.append(_cpu(lambda folding=folding: folding.after(len(tape))))  # type: ignore[misc]
        warm.append(_cpu(lambda folding=folding: folding.after(len(tape) - 500)))  # type: ignore[misc]
    reading = [_cpu(lambda: tape_of(Recording(str(recording), None))) for _ in range(5)]
    print(f"  reading the file and its time line {min(reading):.0f} ms; folding all events "
          f"{min(cold):.0f} ms, again from a state that was kept {min(warm):.1f} ms")  # fmt: skip


def _cpu(do: Callable[[], object]) -> float:
    began = time.process_time()
    do()
    return 1000 * (time.process_time() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--events", type=int, default=EVENTS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        recording, small = home / "events.jsonl", home / "one.jsonl"
        recorded = list(session(given.events))
        recording.write_bytes(b"".join(map(encode, recorded)))
        small.write_bytes(b"".join(map(encode, recorded[:2])))
        whole, alone = [], []
        for number in range(given.runs + 1):
            one = opened(home, small, "Surveyor", "performance", "1x end")
            all_of_it = opened(home, recording, LAST, "1x end")
            if number:  # the first fills the caches
                alone.append(one)
                whole.append(all_of_it)
        wall, cpu = (
            [of_all[place] - of_one[place] for of_all, of_one in zip(whole, alone, strict=True)]
            for place in (0, 1)
        )
        print(f"opening {len(recorded):,} events: {statistics.median(wall):.0f} ms more than a "
              f"recording of two (bar {OPEN_BAR:.0f}), {statistics.median(cpu):.0f} ms of CPU; "
              f"best {min(wall):.0f} ms")  # fmt: skip
        print(f"  from the start of the program: {statistics.median(t for t, _ in whole):.0f} ms")
        seeks = sought(home, recording, given.runs)
        print(f"seeking: {statistics.median(t for t, _ in seeks):.0f} ms (bar {SEEK_BAR:.0f}), "
              f"{statistics.median(c for _, c in seeks):.0f} ms of CPU; "
              f"best {min(t for t, _ in seeks):.0f} ms")  # fmt: skip
        parts(recording)


if __name__ == "__main__":
    main()
