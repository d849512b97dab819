"""Rows 61 and 62: a bug in streamtui, and an agent that cannot be loaded."""

import re
import sys
from pathlib import Path

import pytest

from tests.faults.answers import QUICK, WHOLE
from tests.faults.row import PROMPT, Row
from tests.program.bug_panel import no_panel
from tests.support.provider import Answer

ONE_API = pytest.mark.parametrize("api", ["responses"])
BUGGY = Path(__file__).parents[1] / "program" / "buggy_dashboard.py"
GOOD = """
from agents import Agent
agent = Agent(name="Mended", model="test-model")
"""


@ONE_API
def test_61_a_bug_in_streamtui(row: Row) -> None:
    row.report.how = "an exception in a handler of streamtui, with secrets in its locals"
    row.start(
        keep=False,
        settings=QUICK,
        program=(sys.executable, str(BUGGY)),
        env={"BUG": "in_handler"},
    )
    row.send(Answer(WHOLE))
    row.shows("streamtui has a bug: InjectedBugError", "crash.log")
    row.terminal.press_until("enter", no_panel)
    row.shows(WHOLE)
    row.finished()
    row.sent_requests(1)
    assert b"Traceback" not in row.terminal.raw
    (log,) = row.dashboard.home.rglob("crash.log")
    report = log.read_text()
    assert "InjectedBugError" in report
    for secret in ("the-local-value", "sk-test-0123456789abcdef"):
        assert secret not in report
        assert secret.encode() not in row.terminal.raw
    row.next_turn_has(("user", PROMPT), ("assistant", WHOLE))


@ONE_API
@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("import no_such_module_at_all\n", "no_such_module_at_all"),
        ("other = 1\n", r"'agent'\."),
        ("agent = 42\n", "It must be an Agent"),
    ],
    ids=["import error", "no attribute", "not an Agent"],
)
def test_62_the_agent_cannot_be_loaded(row: Row, tmp_path: Path, text: str, seen: str) -> None:
    row.report.how = text.strip()
    file = tmp_path / "mine.py"
    file.write_text(text)
    row.start(keep=False, ready=False, file=file, agent="agent", settings=QUICK)
    row.shows("The agent could not be loaded", seen)
    row.terminal.wait_for("agent not loaded")
    if "import" in text:
        row.shows("Traceback", r"mine\.py", r"line 1, in <module>")
        row.does_not_show(r"loader\.py")
    file.write_text(GOOD)
    row.shows("Mended")
    row.terminal.wait_for(re.compile(r"── idle\b"))
    row.next_turn_has()
