"""A file with several agents: a chooser on the screen, an option, and words without a terminal."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program.conftest import Launch
from tests.support.provider import Answer, Provider

AGENTS = """
from agents import Agent

billing = Agent(name="Billing Desk", instructions="billing")
support = Agent(name="Support Desk", instructions="support")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "desks.py"
    path.write_text(AGENTS)
    return path


def test_the_screen_lists_them_and_loads_the_chosen_one(launch: Launch, file: Path) -> None:
    with Provider(Answer("Good day."), Answer("Again.")) as provider:
        terminal = launch("desks.py", "--model", "m", provider=provider)
        terminal.wait_for("Which agent?")
        terminal.wait_for(re.compile(r"billing +Billing Desk"))
        terminal.wait_for(re.compile(r"support +Support Desk"))
        terminal.type("supp\n")
        terminal.wait_for(re.compile(r"── Support Desk ──"))
        terminal.type("hello\n")
        terminal.wait_for("Good day.")
        assert provider.requests[0].instructions == "support"
        # The choice stays when the file changes.
        file.write_text(AGENTS.replace('"support")', '"support, again")'))
        terminal.wait_for(re.compile(r"idle"))
        terminal.type("/reload\n")
        terminal.type("and?\n")
        terminal.wait_for("Again.")
        assert provider.requests[1].instructions == "support, again"


def test_what_was_not_chosen_is_said_in_the_chat(launch: Launch, file: Path) -> None:
    terminal = launch("desks.py")
    terminal.wait_for("Which agent?")
    terminal.press("escape")
    terminal.wait_for("desks.py has 2 agents: billing, support.")
    terminal.wait_for("streamtui desks.py:billing")


@pytest.mark.parametrize("name", ["support", "Support Desk", "support desk"])
def test_an_option_names_one(launch: Launch, file: Path, name: str) -> None:
    terminal = launch("desks.py", "--agent", name)
    terminal.wait_for(re.compile(r"── Support Desk ──"))
    assert "Which agent?" not in terminal.text


def test_without_a_terminal_the_list_says_what_to_type(tmp_path: Path, file: Path) -> None:
    def run(*options: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "tui", "run", "desks.py", "hello", *options],
            cwd=tmp_path, env={"HOME": str(tmp_path), "OPENAI_API_KEY": "sk-test-0123456789"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    several = run()
    assert several.returncode == 2
    assert "desks.py has 2 agents: billing, support." in several.stderr
    assert "desks.py:billing" in several.stderr
    unknown = run("--agent", "sales")
    assert unknown.returncode == 2
    assert "desks.py has no agent 'sales'." in unknown.stderr
    assert "desks.py:support" in unknown.stderr
