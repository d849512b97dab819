"""kill -9 at random moments while an answer streams: of the dashboard, and of the worker.

``make kills KILLS=200`` runs each two hundred times; without it each runs once.
"""

import os
import random
import re
import select
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Provide, ToolCall
from tests.support.terminal import Terminal, children_of, starved, wait_gone, waits_of
from tui.core.conversation import ENDED_HERE
from tui.core.metrics import Thresholds
from tui.core.sanitize.characters import clean_event
from tui.journal import JournalStore
from tui.journal.resume import Now, read_back
from tui.protocol.events import Event, RunFinished, TextDelta

KILLS = int(os.environ.get("KILLS", "1"))
SETTLED = 0.25
"""Seconds within which an event must be stored."""

SMALL: dict[str, Any] = {"rows": 30, "cols": 100, "warm": False}

FIRST = [f"w{number} " for number in range(60)]
SECOND = [f"w{number} " for number in range(60, 400)]


def script() -> tuple[Answer, Answer]:
    """An answer in two model calls with a tool between them, about three seconds in all."""
    roll = ToolCall("roll_dice", {"sides": 20})
    return Answer(deltas=FIRST, pace=0.008, tool_calls=[roll]), Answer(deltas=SECOND, pace=0.008)


def words_in(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\bw(\d+)\b", text)]


def streaming(terminal: Terminal) -> int:
    """Ask, wait for the first words, and return the worker's pid."""
    terminal.wait_for("── Hostile ──")
    terminal.type("go\n")
    terminal.wait_for(lambda screen: bool(words_in("\n".join(screen))))
    (worker,) = children_of(terminal.pid)
    return worker


def let_pass(seconds: float) -> None:
    select.select([], [], [], seconds)


def let_settle(pid: int) -> None:
    """Wait a quarter of a second, not counting time in which the process had no processor."""
    began, before = time.monotonic(), waits_of(pid)
    taken = 0.0
    while time.monotonic() - began - taken < SETTLED:
        let_pass(0.005)
        taken = starved(before, waits_of(pid))


def stored(home: Path) -> tuple[JournalStore, list[Event]]:
    """The journal and the events of its only session; the file is intact and nothing is skipped."""
    store = JournalStore(next(home.rglob("journal.db")))
    (info,) = store.sessions()
    loaded = store.load(info.id)
    events = [event for batch in loaded for event in batch]
    assert loaded.skipped == 0
    # Another worker may have started meanwhile and added its event.
    assert info.events <= len(events) <= store.find(info.id).events
    with closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return store, events


def words_of(events: list[Event]) -> list[int]:
    return words_in("".join(event.text for event in events if isinstance(event, TextDelta)))


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_dashboard_leaves_no_worker_and_loses_nothing_that_was_shown(
    launch: Launch, provide: Provide, tmp_path: Path, number: int
) -> None:
    chance = random.Random(number)
    terminal = launch(AGENT, provider=provide(*script()), **SMALL)
    worker = streaming(terminal)
    let_pass(chance.uniform(0, 2.5))
    seen = words_in(terminal.text)
    let_settle(terminal.pid)
    terminal.kill(signal.SIGKILL)
    assert terminal.exit_code() == -signal.SIGKILL
    wait_gone(worker)

    store, events = stored(tmp_path)
    words = words_of(events)
    assert words == list(range(len(words)))
    assert max(seen) < len(words)

    (info,) = store.sessions()
    now = Now(at=time.monotonic_ns(), wall=time.time())
    resumed = read_back(store.load(info.id), clean=clean_event, thresholds=Thresholds(), now=now)
    shown = "".join(step.event.text for step in resumed.steps if isinstance(step.event, TextDelta))
    assert words_in(shown) == words
    end = resumed.steps[-1].event
    if not any(isinstance(event, RunFinished) for event in events):
        assert isinstance(end, RunFinished)
        assert (end.problem, end.can_continue) == (ENDED_HERE, True)
        restored = resumed.history.take()
        known = b"".join(map(bytes, restored.items)).decode() + restored.partial
        assert set(words) <= set(words_in(known))


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_worker_removes_nothing_from_the_screen(
    launch: Launch, provide: Provide, tmp_path: Path, number: int
) -> None:
    chance = random.Random(1000 + number)
    provider = provide(*script(), Answer("and on it went."), strict=True)
    terminal = launch(AGENT, provider=provider, **SMALL)
    worker = streaming(terminal)
    let_pass(chance.uniform(0, 2))
    seen = words_in(terminal.text)
    os.kill(worker, signal.SIGKILL)
    terminal.wait_for("The agent's process ended: SIGKILL.")
    wait_gone(worker)
    let_settle(terminal.pid)
    _, events = stored(tmp_path)
    words = words_of(events)
    assert words == list(range(len(words)))
    assert max(seen) < len(words)
    # Everything that arrived is on the screen.
    terminal.wait_for(lambda screen: max(words_in("\n".join(screen)), default=-1) == words[-1])
    terminal.wait_for(lambda _: [worker] != children_of(terminal.pid) != [])
    terminal.wait_for(re.compile(r"── Hostile ──.*── (failed|idle)"))
    # A retry after a kill in the first model call gets the second answer of the script.
    rest = "and on it went." if len(provider.requests) == 2 else "w399"
    terminal.press("ctrl+r")
    terminal.wait_for(rest)
    terminal.wait_for(re.compile(r"── idle\b"))
    assert provider.problems == []
