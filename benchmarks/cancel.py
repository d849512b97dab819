"""The time from Esc to "cancelled" on the screen, and to the closed connection, in every state.

The whole program in a pseudo-terminal. The clock starts when Textual delivers the key, which it
delays by up to 100 ms to wait for the rest of an escape sequence.
Run: python -m benchmarks.cancel [STATE...]
"""

import argparse
import logging
import os
import random
import re
import select
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.patience import PATIENCE
from tests.support.provider import (
    Answer,
    Provider,
    Silence,
    StallAfter,
    Step,
    ToolCall,
    rate_limited,
)
from tests.support.terminal import Terminal, children_of

SHOWN_BAR = 100.0
CLOSED_BAR = 250.0
LATER = 0.2
"""Seconds: Esc is pressed at a random time up to this long after the screen shows the state."""
HERE = Path(__file__).parent
AGENT = f"{HERE / 'cancel_agent.py'}:agent"
CANCELLED = b"cancelled"
AT_REST = re.compile(r"── (idle|cancelled|failed)\b")
CANCELLING = b"cancell"
"""``cancelling`` or ``cancelled``; the footer says ``cancel`` at all times."""


@dataclass(frozen=True)
class State:
    """A state, how to reach it, and how to recognise it."""

    name: str
    step: Step
    pattern: str
    """What the screen shows in this state."""
    streams: bool = False
    """A connection is open that Esc must close."""
    shows: bytes = CANCELLED
    gated: bool = False
    """A tool waits at the gate."""


WORDS = [f"word{number} " for number in range(2000)]
STATES = [
    State("connecting", Silence(), r"── connecting\b", streams=True),
    State(
        "waiting for the first token",
        Answer("late", first_after=600),
        r"── waiting for the first",
        streams=True,
    ),
    State("mid-text", Answer(deltas=WORDS, pace=0.01), r"word\d+ word\d+", streams=True),
    State(
        "mid-arguments",
        Answer(
            tool_calls=[ToolCall("wait", {"why": "x" * 2000}, argument_pieces=2000)],
            pace=0.01,
        ),
        r"── streaming\b",
        streams=True,
    ),
    State("stalled", Answer("one two three", fault=StallAfter(2)), r"── stalled\b", streams=True),
    State("async tool", Answer(tool_calls=[ToolCall("wait")]), r"── running wait\b"),
    State("back-off", rate_limited(30), r"── retrying in\b"),
    State("approval", Answer(tool_calls=[ToolCall("launch")]), r"── waiting for your approval\b"),
    State(
        "hung sync tool",
        Answer(tool_calls=[ToolCall("hang")]),
        r"── running hang\b",
        shows=CANCELLING,
        gated=True,
    ),
    State(
        "blocked loop",
        Answer(tool_calls=[ToolCall("block")]),
        r"── running block\b",
        shows=CANCELLING,
        gated=True,
    ),
]


@dataclass
class Samples:
    """Milliseconds."""

    shown: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    """Until "cancelled", in states in which "cancelling" is the quick reaction."""
    closed: list[float] = field(default_factory=list)
    queued: list[float] = field(default_factory=list)
    """The part of ``shown`` in which the two processes waited for a processor."""


class Bench:
    """The program, its provider and the times of its keys."""

    def __init__(self, folder: Path, life: ExitStack) -> None:
        self._notes = folder / "escapes"
        self._notes.touch()
        self._gate = folder / "gate"
        os.mkfifo(self._gate)
        self._provider = life.enter_context(Provider())
        self._terminal = life.enter_context(
            Terminal(
                [sys.executable, "-m", "benchmarks.key_probe", str(self._notes), AGENT],
                rows=50,
                cols=160,
                env={
                    "OPENAI_BASE_URL": self._provider.base_url,
                    "OPENAI_API_KEY": "none",
                    "HOME": str(folder),
                    "XDG_DATA_HOME": None,
                    "BENCH_GATE": str(self._gate),
                    # A stall is shown after a quarter of this.
                    "STREAMTUI_TIMEOUTS_IDLE": "4",
                },
            )
        )
        self._terminal.wait_for("── idle", timeout=PATIENCE)

    def sample(self, state: State, samples: Samples) -> None:
        terminal, requests = self._terminal, self._provider.requests
        asked = len(requests)
        self._provider.append(state.step)
        before = len(self._escapes())
        terminal.type("/clear\n")
        terminal.wait_for(lambda screen: not any("go on" in line for line in screen), PATIENCE)
        terminal.type("go on\n")
        terminal.wait_for(re.compile(state.pattern), timeout=PATIENCE)
        self._provider.wait_until(lambda: len(requests) > asked, PATIENCE)
        select.select([], [], [], random.uniform(0, LATER))
        queued, written = self._queued(), len(terminal.raw)
        terminal.press("escape")
        shown = terminal.wait_for_bytes(state.shows, PATIENCE, written).at
        samples.queued.append((self._queued() - queued) / 1e6)
        if state.gated and state.name == "blocked loop":
            self._open_gate()
        ended = terminal.wait_for_bytes(CANCELLED, PATIENCE, written).at
        handed_over = self._escapes()[before]
        samples.shown.append((shown - handed_over) / 1e6)
        samples.ended.append((ended - handed_over) / 1e6)
        if state.gated and state.name != "blocked loop":
            self._open_gate()
        if state.streams:
            self._provider.wait_until(
                lambda: requests[asked].client_closed_at is not None, PATIENCE
            )
            samples.closed.append(((requests[asked].client_closed_at or 0) - handed_over) / 1e6)
        terminal.wait_for(AT_REST, PATIENCE)

    def _queued(self) -> int:
        """Nanoseconds that both processes' main threads have waited for a processor so far."""
        return sum(
            int(Path(f"/proc/{pid}/schedstat").read_text().split()[1])
            for pid in (self._terminal.pid, *children_of(self._terminal.pid))
        )

    def _escapes(self) -> list[int]:
        return [int(line) for line in self._notes.read_text().split()]

    def _open_gate(self) -> None:
        with self._gate.open("w") as gate:
            gate.write("open")


def line(name: str, samples: Samples) -> str:
    closed = _figures(samples.closed, CLOSED_BAR) if samples.closed else "no open connection"
    return f"{name:30}{_figures(samples.shown, SHOWN_BAR):42}{closed}"


def _figures(values: Sequence[float], bar: float) -> str:
    """With fewer than 200 values the 99th percentile is their maximum."""
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    verdict = "" if p99 <= bar else f" MISSED {bar:.0f}"
    return (
        f"p50 {statistics.median(ordered):5.1f}  p99 {p99:6.1f}  max {ordered[-1]:6.1f} ms{verdict}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("states", nargs="*", help="parts of their names; default: all")
    parser.add_argument("--samples", type=int, default=50)
    options = parser.parse_args()
    # Clients that disconnect in the middle of an answer are expected here.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    wanted = [
        state
        for state in STATES
        if not options.states or any(part in state.name for part in options.states)
    ]
    print(f"{'Esc in the state':30}{'on the screen':42}connection closed")
    for state in wanted:
        samples = Samples()
        with tempfile.TemporaryDirectory() as folder, ExitStack() as life:
            bench = Bench(Path(folder), life)
            began = time.monotonic()
            for _ in range(options.samples):
                bench.sample(state, samples)
        print(line(state.name, samples), f"({time.monotonic() - began:.0f} s)", flush=True)
        pairs = zip(samples.shown, samples.queued, strict=True)
        alone = [max(0.0, shown - queued) for shown, queued in pairs]
        print(f"{'  without processor waits':30}{_figures(alone, SHOWN_BAR)}", flush=True)
        if state.shows is CANCELLING:
            print(f"{'  until cancelled':30}{_figures(samples.ended, float('inf'))}", flush=True)


if __name__ == "__main__":
    main()
