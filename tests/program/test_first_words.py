"""What one types after ``streamtui`` in a terminal: other programs' commands, and mistakes."""

import sys
from pathlib import Path

import pytest

from tests.support.terminal import Terminal


def said(home: Path, *arguments: str) -> str:
    """All that a start prints which must end with exit code 2, on one line."""
    env = {"HOME": str(home), "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None}
    command = [sys.executable, "-m", "tui", *arguments]
    with Terminal(command, cols=160, env=env, cwd=home) as terminal:
        assert terminal.exit_code() == 2
        return " ".join(terminal.text.split())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["login"], "no command and no module 'login'; did you mean streamtui doctor"),
        (["mcp"], "no command and no module 'mcp'; did you mean /agent"),
        (["auth", "list"], "no command and no module 'auth'; did you mean streamtui doctor"),
        (["sesion"], "did you mean streamtui sessions?"),
        (["session", "list"], "did you mean streamtui sessions list?"),
        (["confg", "show"], "did you mean streamtui config show?"),
        (["frobnicate"], "streamtui --help lists the commands"),
        (["fix the bug"], "did you mean streamtui run AGENT 'fix the bug'?"),
        (["agent.py", "doctor"], "doctor is a command: write streamtui doctor agent.py"),
        (["agent.py", "hello"], "what is 'hello'?"),
    ],
)
def test_a_word_that_is_no_agent_says_what_to_write(
    tmp_path: Path, words: list[str], expected: str
) -> None:
    text = said(tmp_path, *words)
    assert expected in text
    assert "Error: AGENT: there is no module" not in text


def test_a_module_of_the_folder_comes_before_a_command_of_others(tmp_path: Path) -> None:
    (tmp_path / "chat.py").write_text("agent = 1\n")
    assert "is not a valid attribute name" in said(tmp_path, "chat:1")
    env = {"HOME": str(tmp_path), "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None}
    command = [sys.executable, "-m", "tui", "chat"]
    with Terminal(command, cols=160, env=env, cwd=tmp_path) as terminal:
        terminal.wait_for("Ask the agent")
