"""Completion in the real shells, typed in a terminal."""

import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.program.session_files import stored
from tests.support.terminal import Terminal

SESSION = "20261122-1725"


class Shell(NamedTuple):
    """``argv`` starts it without settings of the user's; ``load`` teaches it to complete."""

    name: str
    argv: tuple[str, ...]
    load: str


SHELLS = (
    Shell("bash", ("--norc", "--noprofile", "-i"), 'eval "$(streamtui completion bash)"'),
    Shell(
        "zsh",
        ("-f", "-i"),
        'autoload -U compinit; compinit -u -D; eval "$(streamtui completion zsh)"',
    ),
    Shell("fish", ("--no-config", "-i"), "streamtui completion fish | source"),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With the program on the path, a stored session, a profile and an agent."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    stored(tmp_path, SESSION, "Hello?", "Hello!")
    config = tmp_path / ".config" / "streamtui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[profiles.workshop]\nbase_url = 'http://127.0.0.1:9/v1'\n")
    for name in ("my_agent.py", "recorded.jsonl"):
        (tmp_path / name).write_text("")
    program = tmp_path / "bin" / "streamtui"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable} -P\nfrom tui.cli.command_line import main\nmain()\n")
    program.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("shell", SHELLS, ids=[shell.name for shell in SHELLS])
def test_a_tab_completes_what_is_typed(shell: Shell, home: Path) -> None:
    program = shutil.which(shell.name)
    if program is None:
        pytest.skip(f"there is no {shell.name}")
    environment: dict[str, str | None] = {
        "HOME": str(home), "PATH": f"{home / 'bin'}:{os.environ['PATH']}", "PS1": "> ",
        "LANG": "C.UTF-8", "XDG_CONFIG_HOME": None, "XDG_DATA_HOME": None,
    }  # fmt: skip
    with Terminal([program, *shell.argv], env=environment, cwd=home, cols=160) as terminal:
        terminal.type(f"{shell.load} && echo is-loa''ded\n")
        terminal.wait_for("is-loaded")
        for typed, completed in (
            ("streamtui doct", "streamtui doctor"),
            ("streamtui sessions exp", "streamtui sessions export"),
            ("streamtui --profile worksh", "streamtui --profile workshop"),
            ("streamtui --session 2026", f"streamtui --session {SESSION}"),
            ("streamtui run my_ag", "streamtui run my_agent.py"),
            ("streamtui completion zs", "streamtui completion zsh"),
            ("streamtui replay 2026", f"streamtui replay {SESSION}"),
            ("streamtui replay rec", "streamtui replay recorded.jsonl"),
        ):
            terminal.type(typed)
            terminal.wait_for(typed)
            terminal.press("tab")
            terminal.wait_for(completed)
            terminal.press("ctrl+u")
        # Several words: all of them are shown.
        terminal.type("streamtui --theme textual-")
        terminal.press("tab", "tab")
        terminal.wait_for("textual-dark")
        terminal.wait_for("textual-light")
        assert "Traceback" not in terminal.text
