"""The commands beside the dashboard as one uses them in a shell: completion, settings, exports."""

import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program.conftest import AGENT, Launch
from tests.support.patience import wait_until
from tests.support.provider import Answer, Provide, ToolCall
from tests.support.terminal import Terminal


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Terminal]:
    """Bash with ``streamtui`` on its path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "streamtui"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tui "$@"\n')
    editor = folder / "edits"
    editor.write_text('#!/bin/sh\necho "[display]\ntheme = \\"nord\\"" > "$1"\n')
    for one in (program, editor):
        one.chmod(one.stat().st_mode | stat.S_IXUSR)
    env = {
        "HOME": str(tmp_path), "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None, "VISUAL": "edits",
        "PATH": f"{folder}:/usr/bin:/bin", "PS1": "ready$ ", "INPUTRC": "/dev/null",
    }  # fmt: skip
    command = ["bash", "--norc", "--noprofile", "-i"]
    with Terminal(command, cols=120, rows=40, env=env, cwd=tmp_path) as terminal:
        terminal.wait_for("ready$")
        yield terminal


def test_words_are_completed_and_settings_made_edited_and_shown(
    shell: Terminal, tmp_path: Path
) -> None:
    shell.type('eval "$(streamtui completion bash)"; echo loa""ded\n')
    shell.wait_for("loaded")
    (tmp_path / "sessile.py").touch()
    shell.type("streamtui ses\t")
    shell.wait_for("ready$ streamtui sessi")
    shell.type("\t\t")
    shell.wait_for(re.compile(r"sessile\.py +sessions|sessions +sessile\.py"))
    shell.type("o\t")
    shell.wait_for("ready$ streamtui sessions")
    shell.type("lis\t")
    shell.wait_for("ready$ streamtui sessions list")
    shell.type("\x15streamtui --profile gr\t")
    shell.wait_for("ready$ streamtui --profile groq")
    shell.type("\x15streamtui run sessi\t")
    shell.wait_for("ready$ streamtui run sessile.py")
    shell.type("\x15streamtui config init\n")
    settings = tmp_path / ".config" / "streamtui" / "config.toml"
    wait_until(settings.exists, "the file")
    shell.type("streamtui config edit\n")
    wait_until(lambda: settings.read_text().startswith("[display]"), "what was edited")
    shell.type("clear; streamtui config show --changed\n")
    shell.wait_for(re.compile(r"theme.*nord.*:\s*2", re.DOTALL))


def test_a_session_is_a_page_that_looks_like_the_screen(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("roll_dice", {"sides": 20})]),
        Answer("It is **17**, <b>luckily</b>."),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider)
    terminal.type("roll\n")
    terminal.wait_for("luckily")
    terminal.wait_for("── idle")
    terminal.type("/rename of dice\n")
    terminal.wait_for("The session is called: of dice")
    terminal.type("/export html page.html\n")
    terminal.wait_for("exported to")
    page = (tmp_path / "page.html").read_text()
    for part in ("chat", "tool calls", "performance", "roll_dice", "TTFT", "of dice"):
        assert part in page, part
    assert "<strong>17</strong>" in page
    assert "&lt;b&gt;luckily" in page
    assert "<script" not in page
    terminal.press("ctrl+o")
    terminal.wait_for(re.compile(r"of dice .*Hostile"))
    (row,) = [line for line in terminal.screen if "of dice" in line and "Hostile" in line]
    assert re.search(r"▶.* 1 +~?\d+", row), "its state, turns and tokens"
    assert "It is" in row, "the last words"
