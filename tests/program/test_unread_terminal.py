"""A terminal that does not read: the run continues, and the screen says what it did not draw."""

import re
import sqlite3
import sys
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.support.patience import wait_until
from tests.support.provider import Answer, Provider, per_second
from tests.support.terminal import Terminal

PROGRAM = (sys.executable, str(Path(__file__).parent / "small_terminal_buffer.py"))
DELTAS = 5000
ANSWER = Answer(
    deltas=[f"word{number} " for number in range(DELTAS)] + ["the end"], pace=per_second(1000)
)
MOST_GROWTH = 100 * 1024
"""kB: what waits for the terminal and the answer itself are less than 1 MB."""


def memory(terminal: Terminal) -> int:
    """Resident kB of the dashboard's process."""
    status = Path(f"/proc/{terminal.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def has_ended(journal: Path) -> bool:
    """Whether the run's end is stored."""
    with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as db:
        rows = db.execute("SELECT count(*) FROM events WHERE kind = 'RunFinished'").fetchone()
    db.close()
    return bool(rows[0])


def test_the_run_goes_on_while_nobody_reads(launch: Launch, tmp_path: Path) -> None:
    with Provider(ANSWER) as provider:
        terminal = launch(AGENT, provider=provider, program=PROGRAM)
        terminal.type("go\n")
        terminal.wait_for(re.compile(r"word\d+ "))
        terminal.stop_reading()
        before = memory(terminal)
        request = provider.requests[0]
        wait_until(lambda: request.finished_at is not None, "the answer to be read")
        (journal,) = tmp_path.rglob("journal.db")
        wait_until(lambda: has_ended(journal), "the end to be stored")
        assert memory(terminal) - before < MOST_GROWTH
        terminal.read_on()
        terminal.wait_for("the end")
        # Not on the screen: on a slow machine it may be gone when that is looked at.
        terminal.wait_for_bytes(b"was not read")
        terminal.type("and now?")
        terminal.wait_for("and now?")


def test_quitting_does_not_wait_for_a_terminal_that_does_not_read(
    launch: Launch, tmp_path: Path
) -> None:
    with Provider(ANSWER) as provider:
        terminal = launch(AGENT, provider=provider, program=PROGRAM)
        terminal.type("go\n")
        terminal.wait_for(re.compile(r"word\d+ "))
        terminal.stop_reading()
        # Quitting while an answer streams asks first.
        (journal,) = tmp_path.rglob("journal.db")
        wait_until(lambda: has_ended(journal), "the end to be stored")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
