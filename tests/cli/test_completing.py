"""What a shell completes, and that a real bash takes it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from tests.program.session_files import stored
from tui.cli.completing import completions, source
from tui.cli.known_commands import COMMANDS, meant_command


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "STREAMTUI_", "XDG_")):
            monkeypatch.delenv(name)


def words(line: str) -> list[str]:
    *arguments, typed = line.split(" ")[1:]
    return [item.value for item in completions(BashComplete, arguments, typed)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("streamtui doc", "doctor"),
        ("streamtui ", "replay"),
        ("streamtui --prof", "--profile"),
        ("streamtui --profile oll", "ollama"),
        ("streamtui run agent.py --profile gro", "groq"),
        ("streamtui compare --profile gem", "gemini"),
        ("streamtui --theme nor", "nord"),
        ("streamtui --api ch", "chat"),
        ("streamtui sessions ex", "export"),
        ("streamtui config ", "show"),
        ("streamtui completion z", "zsh"),
        ("streamtui doctor --on", "--only"),
        ("streamtui doctor --only end", "endpoint"),
    ],
)
def test_words_are_completed(line: str, expected: str) -> None:
    assert expected in words(line)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script_that_it_can_read(shell: str, tmp_path: Path) -> None:
    script = source(shell)
    assert "_STREAMTUI_COMPLETE" in script
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell}")
    path = tmp_path / "script"
    path.write_text(script)
    subprocess.run([program, "-n", str(path)], check=True)


def test_the_program_answers_a_shell(tmp_path: Path) -> None:
    asked = {
        "_STREAMTUI_COMPLETE": "bash_complete",
        "COMP_WORDS": "streamtui doc",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tui"], env={**os.environ, **asked}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[0] == "plain,doctor"


def test_broken_settings_complete_nothing_and_print_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "streamtui").mkdir()
    (tmp_path / "streamtui" / "config.toml").write_text("no TOML [")
    assert words("streamtui --profile o") == []
    assert words("streamtui --session 2") == []


def test_sessions_are_completed_by_their_ids(tmp_path: Path) -> None:
    session = "20261122-1725"
    stored(tmp_path, session, "Hello?", "Hello!")
    assert session in words(f"streamtui --session {session[:4]}")
    assert session in words("streamtui sessions export ")
    assert session in words("streamtui replay ")


@pytest.mark.parametrize(
    ("word", "first", "expected"),
    [
        ("docter", True, "streamtui doctor?"),
        ("sesions", True, "streamtui sessions?"),
        ("doctor", False, "write streamtui doctor first"),
        ("help", True, "streamtui --help"),
        ("resume", True, "streamtui --continue"),
        ("login", True, "streamtui doctor"),
        ("fix the bug", True, "streamtui run AGENT 'fix the bug'"),
        ("my_agent", True, "streamtui --help lists the commands"),
        ("my_agent", False, ""),
        ("my.agents", True, ""),
        ("agent.py", True, ""),
    ],
)
def test_a_word_that_is_a_command_elsewhere_is_understood(
    word: str, first: bool, expected: str
) -> None:
    meant = meant_command(word, first=first)
    assert expected in meant
    assert bool(meant) is bool(expected)
    assert word not in COMMANDS or not first
