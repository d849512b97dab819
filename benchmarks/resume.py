"""A stored session of 10,000 events: the time from the first frame until it is on the screen.

It is on the screen with the last words of its transcript, its last tool call and the figures of its
last turn. The first frame is complete when the prompt is painted; it has no panes yet, so the wait
includes importing and mounting these. The dispatcher itself writes the journal, of turns with
reasoning, a tool and prose in Markdown. Prints the wait in each run; its ratio to the start of a
three-widget Textual app and to decoding the session's events; the time of the first frame with and
without a session; and the delay of a key typed at the first frame.
Run: python -m benchmarks.resume
"""

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks import startup
from benchmarks.transcript_text import deltas
from tests.support.terminal import Terminal, cpu_seconds
from tui.journal import Journal, JournalStore
from tui.protocol import events
from tui.protocol.events import Event
from tui.stream.dispatcher import Dispatcher

BAR = 300.0
"""Milliseconds from the first frame."""
EVENTS = 10_000
LAST = "THEVERYLASTWORD"
SESSION = "20261122-100000-beef"
MILLISECOND = 1_000_000


def session(count: int) -> Iterator[Event]:
    """At least this many events, in whole turns."""
    began = time.monotonic_ns() - 3_600_000 * MILLISECOND
    at = itertools.count(began, 12 * MILLISECOND)
    wall = time.time() - 3600
    yield events.WorkerStarted(at=next(at), pid=1, python="3.11", wall=wall)
    yield events.AgentLoaded(at=next(at), agent="Surveyor", model="model-1", host="example.test")
    done = 2
    for number in itertools.count(1):
        turn = list(_turn(number, at, wall - began / 1e9, last=count - done < 300))
        yield from turn
        done += len(turn)
        if done >= count:
            return


def _turn(number: int, at: Iterator[int], wall: float, *, last: bool) -> Iterator[Event]:
    run, first, second = f"r{number}", f"c{number}a", f"c{number}b"
    tool = f"t{number}"
    prompt = f"Question {number}: what did the survey find?"
    began = next(at)
    when = wall + began / 1e9
    yield events.RunStarted(
        at=began, run=run, prompt=prompt, entered_at=began, wall=when, agent="Surveyor"
    )
    yield events.HistoryChanged(at=next(at), run=run, keep=4 * (number - 1), items=_items(prompt))
    yield from _attempt(run, first, at)
    for word in ("I ", "should ", "look ", "at ", "the ", "pier ", "first. ") * 2:
        yield events.ReasoningDelta(at=next(at), run=run, call=first, text=word)
    for piece in ('{"pier":', ' "pier ', f'{number}"}}'):
        yield events.ToolArgumentsDelta(
            at=next(at), run=run, call=first, tool_call=tool, name="inspect", text=piece, part=1
        )
    yield events.ToolCalled(
        at=next(at), run=run, call=first, tool_call=tool, name="inspect",
        arguments=f'{{"pier": "pier {number}"}}', agent="Surveyor",
    )  # fmt: skip
    yield from _attempt_ends(run, first, at)
    yield events.ToolStarted(at=next(at), run=run, tool_call=tool, name="inspect")
    yield events.ToolFinished(at=next(at), run=run, tool_call=tool, outcome="ok", output="sound")
    yield from _attempt(run, second, at)
    for text in deltas("markdown", 240, LAST if last else f"end {number}"):
        yield events.TextDelta(at=next(at), run=run, call=second, text=text)
    yield from _attempt_ends(run, second, at)
    yield events.HistoryChanged(
        at=next(at), run=run, keep=4 * number - 3, items=_items(*["an item"] * 3)
    )
    yield events.RunFinished(at=next(at), run=run, outcome="ok", agent="Surveyor")


def _attempt(run: str, call: str, at: Iterator[int]) -> Iterator[Event]:
    yield events.ModelCallStarted(at=next(at), run=run, call=call, agent="Surveyor", model="m")
    yield events.AttemptStarted(at=next(at), run=run, call=call)
    yield events.AttemptConnected(at=next(at), run=run, call=call)


def _attempt_ends(run: str, call: str, at: Iterator[int]) -> Iterator[Event]:
    yield events.UsageReported(at=next(at), run=run, call=call, input=500, output=240)
    yield events.AttemptFinished(at=next(at), run=run, call=call, raw_events=250)


def _items(*texts: str) -> tuple[msgspec.Raw, ...]:
    items = ({"role": "user", "content": text} for text in texts)
    return tuple(msgspec.Raw(msgspec.json.encode(item)) for item in items)


async def make(path: Path, count: int) -> tuple[int, int]:
    """Write the journal through the dispatcher; the numbers of its events and turns."""
    journal = Journal.open(path)
    dispatcher = Dispatcher(lambda _: None, journal=journal.recorder(SESSION))
    stored = list(session(count))
    for start in range(0, len(stored), 40):
        dispatcher.dispatch(stored[start : start + 40])
    if not journal.close(60):
        raise RuntimeError("the journal could not be written")
    return len(stored), sum(isinstance(event, events.RunStarted) for event in stored)


def start(home: Path, *arguments: str) -> Terminal:
    return Terminal(
        [sys.executable, "-m", "tui", *arguments],
        rows=50,
        cols=160,
        env={"HOME": str(home), "XDG_DATA_HOME": None, "OPENAI_API_KEY": None},
    )


def first_frame(terminal: Terminal) -> float:
    """Milliseconds from the program's start."""
    painted = terminal.wait_for_bytes(b"sk the agent", timeout=60).at
    return (painted - terminal.started_at) / MILLISECOND


def resumed(home: Path, turns: int) -> tuple[float, float, float, float]:
    """First frame; from there to the whole session, also in CPU time; from a key to its echo."""
    with start(home, "--session", SESSION) as terminal:
        frame = first_frame(terminal)
        before = cpu_seconds(terminal.pid)
        typed = time.monotonic_ns()
        terminal.type("§")
        echoed = terminal.wait_for_bytes("§".encode(), timeout=60).at
        shown_parts = (LAST, f'"pier {turns}"', f"of {turns}")
        shown = max(terminal.wait_for_bytes(part.encode(), timeout=60).at for part in shown_parts)
        cpu = 1000 * (cpu_seconds(terminal.pid) - before)
        wait = (shown - terminal.started_at) / MILLISECOND - frame
        return frame, wait, cpu, (echoed - typed) / MILLISECOND


def decoding(path: Path) -> float:
    """Milliseconds of processor time to read and decode the session's events."""
    times = []
    for _ in range(5):
        began = time.process_time()
        for _ in JournalStore(path).load(SESSION):
            pass
        times.append(1000 * (time.process_time() - began))
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--events", type=int, default=EVENTS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        path = home / ".local" / "share" / "streamtui" / "journal.db"
        count, turns = asyncio.run(make(path, given.events))
        decoded = decoding(path)
        three = [sys.executable, "-c", startup.REFERENCE]
        small, plain, frames, waits, echoes, cpus = [], [], [], [], [], []
        for number in range(given.runs + 1):
            reference, _ = startup.first_frame(three, "three widgets", "ype here")
            with start(home) as terminal:
                alone = first_frame(terminal)
            frame, wait, cpu, echo = resumed(home, turns)
            if number == 0:
                continue  # fills the caches
            small.append(1000 * reference)
            plain.append(alone)
            frames.append(frame)
            waits.append(wait)
            echoes.append(echo)
            cpus.append(cpu)
    print(f"{count:,} events, from the first frame: {statistics.median(waits):.0f} ms")
    print(f"  (bar {BAR:.0f}); each run: {', '.join(f'{wait:.0f}' for wait in waits)}")
    print(f"  of which the UI process computes {statistics.median(cpus):.0f} ms")
    app, wait = statistics.median(small), statistics.median(waits)
    print(f"  ÷ the start of a three-widget app ({app:.0f} ms): {wait / app:.2f}")
    print(f"  ÷ decoding the same events ({decoded:.0f} ms): {wait / decoded:.0f}")
    whole = [frame + wait for frame, wait in zip(frames, waits, strict=True)]
    print(f"from the start to the whole session ÷ a three-widget app: {_ratio(whole, small):.2f}")
    print(f"first frame with the session ÷ without: {_ratio(frames, plain):.2f}")
    print(f"a key typed at the first frame is echoed after {statistics.median(echoes):.0f} ms")


def _ratio(these: list[float], those: list[float]) -> float:
    return statistics.median(these) / statistics.median(those)


if __name__ == "__main__":
    main()
