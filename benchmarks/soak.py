"""A day of use in one run of the program: sessions of turns, one turn in twenty with a fault.

The whole program in a pseudo-terminal, without pauses. Its output is read and dropped, since the
emulator of the tests is slower than the program and would delay it. A probe in the UI's process
reports the progress of each turn and, after each session, the resources of the two processes.
Run: python -m benchmarks.soak [--sessions 40] [--turns 50]
"""

import argparse
import json
import logging
import os
import random
import select
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.soak_faults import FAULTS
from tests.support.provider import Answer, Provider, RequestRecord, StallAfter, Step, ToolCall
from tests.support.terminal import Terminal, descendants_of, resident_bytes

PATIENCE = 120.0
FAULT_SHARE = 0.05
WARM_TURNS = 200
"""Memory is compared with its size after this many turns."""
DRIFT = 0.10
DEATHS = 3
"""The worker dies once in each of the first sessions, all before the comparison begins."""
SILENCE = "5"
"""Seconds until a silent provider times out: longer than a busy machine is late."""
HERE = Path(__file__).parent
PARAGRAPH = (
    "## A heading\n\nSome **bold** words, a list:\n\n- one\n- two\n\n"
    "and `code` in a sentence that goes on for a while, so that it is wrapped. "
)


@dataclass(frozen=True)
class Sample:
    """Resources of the two processes when a session has ended and the next has begun."""

    turns: int
    ui_mb: float
    worker_mb: float
    ui_files: int
    worker_files: int
    ui_threads: int
    worker_threads: int
    processes: int
    connections: int
    ui_tasks: int
    worker_tasks: int
    widgets: int
    ui_objects: int
    worker_objects: int


class Route:
    """The provider's route: it recognises the kind of turn by its message."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.injected: Counter[str] = Counter()
        self.census: dict[str, int] = {}

    def __call__(self, request: RequestRecord) -> Step:
        prompt = request.last_user_text
        outputs = request.tool_outputs
        for output in outputs.values():
            if output.startswith('{"tasks"'):
                self.census = json.loads(output)
        if outputs:
            return Answer(PARAGRAPH)
        if "census" in prompt:
            return Answer(tool_calls=[ToolCall("census")])
        if "die" in prompt:
            return Answer("I go", tool_calls=[ToolCall("die")])
        if "cancel" in prompt:
            return self._random.choice(
                [Answer(PARAGRAPH, fault=StallAfter(9)), Answer(tool_calls=[ToolCall("rest")])]
            )
        if self._random.random() < FAULT_SHARE:
            name = self._random.choice(list(FAULTS))
            self.injected[name] += 1
            return FAULTS[name](PARAGRAPH)
        calls = [ToolCall("roll_dice", {"sides": 20})] if self._random.random() < 0.3 else []
        return Answer(PARAGRAPH, reasoning=["so", " then"], tool_calls=calls)


class Soak:
    """The program, its provider and its probe."""

    def __init__(self, folder: Path, life: ExitStack, seed: int) -> None:
        self.route = Route(seed)
        self.outcomes: Counter[str] = Counter()
        self._random = random.Random(seed)
        self.provider = life.enter_context(Provider(route=self.route))
        pipe = folder / "probe"
        os.mkfifo(pipe)
        self._probe = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        life.callback(os.close, self._probe)
        self._read = b""
        self._worker = 0
        self.problems: list[str] = []
        """Rules of the API that requests have broken."""
        self.terminal = life.enter_context(
            Terminal(
                [
                    *(sys.executable, "-m", "benchmarks.soak_probe", str(pipe)),
                    f"{HERE / 'soak_agent.py'}:agent",
                ],
                rows=50,
                cols=160,
                env={
                    "OPENAI_BASE_URL": self.provider.base_url,
                    "OPENAI_API_KEY": "none",
                    "HOME": str(folder),
                    "XDG_DATA_HOME": None,
                    "STREAMTUI_TIMEOUTS_IDLE": SILENCE,
                    "STREAMTUI_TIMEOUTS_FIRST_EVENT": SILENCE,
                    "STREAMTUI_RETRIES_BASE": "0.01",
                },
            )
        )
        self._until("loaded")

    def turn(self, number: int) -> None:
        """Send one message, and sometimes cancel it."""
        if self._random.random() < FAULT_SHARE / 2:
            self.terminal.type(f"turn {number}: cancel\n")
            report = self._until("streaming", "tool", "ended")
            if report["what"] == "ended":
                self.outcomes[str(report["outcome"])] += 1
                return
            self.terminal.press("escape")
        else:
            self.terminal.type(f"turn {number}\n")
        self._ended()

    def die(self) -> None:
        """Let the worker end in the middle of a turn, and wait for the next worker."""
        self.terminal.type("die\n")
        self._until("exited")
        self._until("loaded")

    def new_session(self) -> None:
        self.terminal.press("ctrl+n")
        # The records of all sessions would fill this process's memory.
        self.problems += self.provider.problems
        self.provider.requests.clear()

    def sample(self, turns: int) -> Sample:
        worker = self._worker_holds()
        self.terminal.kill(signal.SIGUSR1)
        ui = self._until("holds")
        pid, child = self.terminal.pid, self._worker
        return Sample(
            turns=turns,
            ui_mb=resident_bytes(pid) / 1e6,
            worker_mb=resident_bytes(child) / 1e6,
            ui_files=_open_files(pid),
            worker_files=_open_files(child),
            ui_threads=_threads(pid),
            worker_threads=_threads(child),
            processes=len(descendants_of(pid)),
            connections=sum(one.closed_at is None for one in self.provider.connections),
            ui_tasks=int(str(ui["tasks"])),
            worker_tasks=worker["tasks"],
            widgets=int(str(ui["widgets"])),
            ui_objects=int(str(ui["objects"])),
            worker_objects=worker["objects"],
        )

    def _worker_holds(self) -> dict[str, int]:
        """The counts of the worker's tool; repeated when that turn has a fault."""
        self.route.census = {}
        while not self.route.census:
            self.terminal.type("census\n")
            self._ended()
        return self.route.census

    def _ended(self) -> None:
        self.outcomes[str(self._until("ended")["outcome"])] += 1

    def _until(self, *wanted: str) -> dict[str, object]:
        """The probe's next report of one of these kinds."""
        while (report := self._next_report())["what"] not in wanted:
            pass
        self.terminal.forget()
        return report

    def _next_report(self) -> dict[str, object]:
        while b"\n" not in self._read:
            if not select.select([self._probe], [], [], PATIENCE)[0]:
                raise TimeoutError(
                    "\n".join(("no report from the program;", *self.terminal.screen))
                )
            self._read += os.read(self._probe, 65_536)
        line, _, self._read = self._read.partition(b"\n")
        report: dict[str, object] = json.loads(line)
        if report["what"] == "started":
            self._worker = int(str(report["pid"]))
        return report


def _open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def judge(samples: list[Sample]) -> list[str]:
    """What has grown since the program was warm.

    Counts vary with the end of a session: one has grown when its minimum in the later half of the
    samples is above its maximum in the earlier half.
    """
    warm = [asdict(sample) for sample in samples if sample.turns >= WARM_TURNS]
    if len(warm) < 2:
        return ["too few turns to compare"]
    found = []
    for name in ("ui_mb", "worker_mb"):
        first, most = warm[0][name], max(sample[name] for sample in warm)
        if most > first * (1 + DRIFT):
            found.append(f"{name} grew from {first:.0f} to {most:.0f}")
    earlier, later = warm[: len(warm) // 2], warm[len(warm) // 2 :]
    for name in warm[0].keys() - {"turns", "ui_mb", "worker_mb"}:
        most = max(sample[name] for sample in earlier)
        least = min(sample[name] for sample in later)
        if least > most:
            found.append(f"{name} grew from {most} to {least}")
    return found


def run(sessions: int, turns: int, seed: int) -> list[Sample]:
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as life:
        soak = Soak(Path(folder), life, seed)
        print("  ".join(Sample.__annotations__), flush=True)
        began = time.monotonic()
        for session in range(sessions):
            if session < min(DEATHS, sessions - 1):
                soak.die()
            for number in range(turns):
                soak.turn(number)
            # In a new session, as conversations have different lengths.
            soak.new_session()
            samples.append(soak.sample((session + 1) * turns))
            values = asdict(samples[-1]).items()
            print("  ".join(f"{round(value):>{len(name)}}" for name, value in values), flush=True)
        print(f"{time.monotonic() - began:.0f} s; runs ended {dict(soak.outcomes)}")
        print(f"faults {dict(soak.route.injected)}")
        soak.terminal.press("ctrl+q")
        print(f"exit code {soak.terminal.exit_code(PATIENCE)}")
    return samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=40)
    parser.add_argument("--turns", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    # Clients that disconnect in the middle of an answer are expected here.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    grown = judge(run(options.sessions, options.turns, options.seed))
    print("\n".join(grown) if grown else "flat: nothing has grown")
    sys.exit(bool(grown))


if __name__ == "__main__":
    main()
