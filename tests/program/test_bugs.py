"""Injected bugs: the program reports each and keeps running."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.program.bug_panel import no_panel, press_until_ended
from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Provide, ToolCall
from tests.support.terminal import Terminal

BUGGY = Path(__file__).parent / "buggy_dashboard.py"
SECRETS = ("the-local-value", "sk-test-0123456789abcdef")


@pytest.fixture
def start(launch: Launch, provide: Provide) -> Callable[..., Terminal]:
    """A function that starts the dashboard with a bug; its agent rolls a die and answers twice."""

    def started(bug: str) -> Terminal:
        provider = provide(
            Answer(tool_calls=[ToolCall("roll_dice", {"sides": 20})]),
            Answer("the first answer"),
            Answer("the second answer"),
        )
        return launch(
            AGENT, provider=provider, program=[sys.executable, str(BUGGY)], env={"BUG": bug}
        )

    return started


def _report_has_no_secret(terminal: Terminal, home: Path) -> None:
    (report,) = home.rglob("crash.log")
    text = report.read_text()
    assert "InjectedBugError" in text
    assert report.stat().st_mode & 0o777 == 0o600
    for secret in SECRETS:
        assert secret not in text
        assert secret.encode() not in terminal.raw


@pytest.mark.parametrize("bug", ["in_handler", "in_fold", "in_every_handler"])
def test_a_bug_is_reported_once_in_a_panel_and_the_conversation_continues(
    start: Callable[..., Terminal], bug: str, tmp_path: Path
) -> None:
    terminal = start(bug)
    terminal.type("roll\n")
    terminal.wait_for("streamtui has a bug: InjectedBugError")
    terminal.wait_for("crash.log")
    terminal.press_until("enter", no_panel)
    terminal.wait_for("the first answer")
    terminal.type("again\n")
    terminal.wait_for("the second answer")
    _report_has_no_secret(terminal, tmp_path)
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0


@pytest.mark.parametrize("bug", ["in_stream", "in_paint", "in_thread"])
def test_a_bug_before_the_first_prompt_is_reported_and_prompts_are_answered(
    start: Callable[..., Terminal], bug: str, tmp_path: Path
) -> None:
    terminal = start(bug)
    terminal.wait_for("streamtui has a bug: InjectedBugError")
    terminal.press_until("enter", no_panel)
    terminal.wait_for(re.compile("── idle"))
    terminal.type("roll\n")
    terminal.wait_for("the first answer")
    _report_has_no_secret(terminal, tmp_path)


def test_a_widget_whose_handler_fails_keeps_working(
    start: Callable[..., Terminal], tmp_path: Path
) -> None:
    terminal = start("in_widget")
    terminal.type("roll\n")
    terminal.wait_for("the first answer")
    terminal.press("f3")
    terminal.wait_for("streamtui has a bug: InjectedBugError")
    terminal.press_until("enter", no_panel)
    terminal.wait_for(re.compile("✓ roll_dice"))
    terminal.press("space")
    terminal.wait_for("arguments")
    _report_has_no_secret(terminal, tmp_path)


@pytest.mark.parametrize("bug", ["in_pane", "in_layout"])
def test_a_pane_that_cannot_be_painted_says_so_and_the_others_still_work(
    start: Callable[..., Terminal], bug: str, tmp_path: Path
) -> None:
    terminal = start(bug)
    terminal.type("roll\n")
    terminal.wait_for("streamtui has a bug: InjectedBugError")
    terminal.press_until("enter", no_panel)
    terminal.wait_for(re.compile("This cannot be shown because of a bug:.*\n.*InjectedBugError"))
    terminal.wait_for("the first answer")
    terminal.resize(30, 120)
    terminal.type("again\n")
    terminal.wait_for("the second answer")
    terminal.wait_for("This cannot be shown because of a bug:")
    assert "streamtui has a bug" not in terminal.text
    _report_has_no_secret(terminal, tmp_path)
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0


def test_quitting_from_the_panel_prints_where_the_report_is(
    start: Callable[..., Terminal], tmp_path: Path
) -> None:
    terminal = start("in_handler")
    terminal.type("roll\n")
    terminal.wait_for("streamtui has a bug")
    terminal.press_until("q", no_panel)
    assert terminal.exit_code() == 70
    assert "crash.log" in terminal.text
    _report_has_no_secret(terminal, tmp_path)


def test_a_screen_that_cannot_be_painted_ends_the_program_with_a_report(
    start: Callable[..., Terminal], tmp_path: Path
) -> None:
    terminal = start("in_compositor")
    terminal.type("roll\n")
    terminal.wait_for("streamtui has a bug: InjectedBugError")
    assert press_until_ended(terminal, "enter") == 70
    assert "streamtui stopped because of a bug (InjectedBugError)" in terminal.text
    _report_has_no_secret(terminal, tmp_path)


def test_a_panel_that_cannot_be_painted_ends_the_program_with_a_report(
    start: Callable[..., Terminal], tmp_path: Path
) -> None:
    terminal = start("in_panel")
    terminal.type("roll\n")
    assert terminal.exit_code(timeout=30) == 70
    assert "streamtui stopped because of a bug (InjectedBugError)" in terminal.text
    assert "Traceback" not in terminal.text
    _report_has_no_secret(terminal, tmp_path)
