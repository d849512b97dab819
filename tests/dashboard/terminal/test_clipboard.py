"""Copies are kept in a file that only its owner can read."""

import os
from pathlib import Path

import pytest

from tests.dashboard.test_main_screen import desk
from tui.dashboard.terminal.clipboard import keep_copy, why_no_clipboard


def test_the_newest_copy_is_kept_in_a_file_that_only_its_owner_can_read(tmp_path: Path) -> None:
    keep_copy("a longer text than the next", tmp_path / "new")
    path = keep_copy("xin chào\n你好", tmp_path / "new")
    assert path.read_text(encoding="utf-8") == "xin chào\n你好"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("value", "said"), [("off", "tmux has set-clipboard off"), ("external", ""), ("", "")]
)
def test_a_tmux_that_passes_no_copies_on_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(f"#!/bin/sh\necho {value}\n")
    tmux.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert why_no_clipboard({"TMUX": "/tmp/tmux-0/default,1,0"}) == said


@pytest.mark.parametrize(
    ("environ", "has_one"),
    [
        ({"TERM": "linux"}, False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-256color"}, True),
    ],
)
def test_a_terminal_without_a_clipboard_is_named(environ: dict[str, str], has_one: bool) -> None:
    assert (why_no_clipboard(environ) == "") is has_one


async def test_a_copy_that_reaches_no_clipboard_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setenv("TERM", "linux")
    async with desk((200, 40)) as it:
        it.app.main.views.copy("some text", "the selection")
        await it.pilot.pause()
        assert it.shows("This terminal has no clipboard.*the selection, 9 characters, is only in")
        assert it.app.clipboard == ""
