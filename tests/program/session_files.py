"""Stored sessions, and using the dashboard that stores them."""

import re
import sys
import time
from pathlib import Path

from click.testing import CliRunner

from tests.program.conftest import AGENT
from tests.support.patience import PATIENCE
from tests.support.terminal import Terminal
from tui.cli.commands.sessions_command import sessions
from tui.journal import Journal, JournalStore, Place
from tui.protocol.events import (
    AgentChanged,
    AgentLoaded,
    AttemptFinished,
    AttemptStarted,
    Event,
    ModelCallStarted,
    RunFinished,
    RunStarted,
    TextDelta,
    WorkerStarted,
)


def store(home: Path) -> JournalStore:
    return JournalStore(next(home.rglob("journal.db")))


def quit_from(terminal: Terminal) -> None:
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0


def ask(terminal: Terminal, prompt: str, answer: str) -> None:
    terminal.type(f"{prompt}\n")
    terminal.wait_for(answer)
    terminal.wait_for(re.compile(r"── idle\b"))


def refusal(home: Path, *arguments: str, folder: Path | None = None) -> str:
    """The output of a start that must end with exit code 2."""
    with Terminal(
        [sys.executable, "-m", "tui", *arguments],
        env={"HOME": str(home), "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None},
        cols=200,
        cwd=folder or home,
    ) as terminal:
        assert terminal.exit_code() == 2
        return terminal.text


def stored(home: Path, session: str, prompt: str, answer: str) -> JournalStore:
    """A journal with one session of AGENT in this folder."""
    path = home / ".local" / "share" / "streamtui" / "journal.db"
    journal = Journal.open(path, place=Place(folder=str(home), reference=AGENT))
    at, wall = time.monotonic_ns(), time.time()
    events: list[Event] = [
        WorkerStarted(at=at, pid=1, python="3.11", wall=wall),
        AgentLoaded(at=at, agent="Hostile", model="m"),
        RunStarted(at=at, run="r1", prompt=prompt, entered_at=at, wall=wall, agent="Hostile"),
        AgentChanged(at=at, run="r1", agent="Hostile"),
        ModelCallStarted(at=at, run="r1", call="c1", agent="Hostile", model="m"),
        AttemptStarted(at=at, run="r1", call="c1"),
        *(TextDelta(at=at, run="r1", call="c1", text=f"{word} ") for word in answer.split()),
        AttemptFinished(at=at, run="r1", call="c1"),
        RunFinished(at=at, run="r1", outcome="ok"),
    ]
    journal.append(session, events)
    assert journal.close(PATIENCE)
    return JournalStore(path)


def exported(path: Path, session: str) -> str:
    """The session, exported by another program."""
    config = path.parent / "config.toml"
    config.write_text(f'[journal]\npath = "{path}"\n')
    result = CliRunner().invoke(sessions, ["--config", str(config), "export", session])
    assert result.exit_code == 0, result.output
    return result.output


def contains(path: Path, words: str) -> bool:
    """Whether a journal contains an event with this text."""
    return any(
        words in getattr(event, "text", "")
        for info in JournalStore(path).sessions()
        for batch in JournalStore(path).load(info.id)
        for event in batch
    )
