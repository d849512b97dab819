"""Stumbles of hands in a real terminal: keys of a shell, odd characters, menus, the palette."""

import re
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Provide
from tests.support.terminal import Terminal, is_stopped
from tests.support.terminal.keys import key_bytes

ODD = "👨\u200d👩\u200d👧 1\u00a0000 e\u0301 🇻🇳 👍🏽 Đường 你好 ॐ\u200c"
"""Joiners, a no-break space, a combining mark, a flag, a skin tone, what an input method sends."""


def prompt_of(terminal: Terminal) -> str:
    """The first line in the prompt's frame."""
    rows = [row for row in terminal.screen if row.startswith("│ ")]
    return rows[-1].strip("│ ").rstrip()


def in_prompt(terminal: Terminal, words: str) -> None:
    terminal.wait_for(
        lambda screen: [row for row in screen if row.startswith("│ ")][-1].strip("│ ") == words
    )


def test_keys_move_undo_and_redo_and_every_character_arrives(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(Answer("well"), Answer("good"), strict=True)
    terminal = launch(AGENT, provider=provider)
    terminal.wait_for("── idle")
    terminal.type("two four")
    terminal.press("alt+left")
    terminal.type("three ")
    in_prompt(terminal, "two three four")
    terminal.press("alt+left", "alt+left", "ctrl+a")
    terminal.type("one ")
    terminal.press("alt+right", "alt+right")
    terminal.type("+")
    in_prompt(terminal, "one two three+ four")
    for undo, redo in (("ctrl+underscore", "ctrl+y"), ("ctrl+z", "alt+z")):
        terminal.press(undo)
        in_prompt(terminal, "one two three four")
        terminal.press(redo)
        in_prompt(terminal, "one two three+ four")
    assert not is_stopped(terminal.pid)
    terminal.press(*(f"alt+{letter}" for letter in "aceghijklmnopqstuvwxy"))
    terminal.press("ctrl+e")
    terminal.type(".")
    in_prompt(terminal, "one two three+ four.")
    terminal.press("enter")
    terminal.wait_for("well")
    terminal.type(f"{ODD}\n")
    terminal.wait_for("good")
    sent = [request.last_user_text for request in provider.requests]
    assert sent == ["one two three+ four.", ODD]


def test_a_slash_opens_a_menu_of_commands_and_of_their_arguments(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(Answer("well"), strict=True)
    terminal = launch(AGENT, provider=provider)
    terminal.wait_for("── idle")
    terminal.type("/")
    terminal.wait_for(re.compile(r"/agent +Show the agent"))
    terminal.type("the")
    terminal.wait_for(re.compile(r"/theme \[name\] +Choose the colours"))
    terminal.wait_for(lambda screen: "/quit" not in "\n".join(screen))
    terminal.press("tab")
    terminal.wait_for("dracula")
    terminal.type("nor")
    terminal.wait_for(lambda screen: "dracula" not in "\n".join(screen))
    terminal.press("enter")
    terminal.wait_for_bytes(b"48;2;46;52;64")  # Nord's background
    terminal.type("/model ")
    terminal.wait_for(re.compile(r"^│? *groq\b", re.MULTILINE))
    terminal.press("ctrl+u")
    terminal.type("a message\n")
    terminal.wait_for("well")
    assert provider.requests[-1].last_user_text == "a message"


def test_the_palette_is_a_window_that_ranks_and_remembers(launch: Launch) -> None:
    terminal = launch()
    terminal.wait_for("DEMO")
    terminal.press("ctrl+p")
    terminal.wait_for(re.compile(r"Help +/help +F1"))
    assert "─ performance ─" in terminal.text, "what is behind it stays visible"
    terminal.type("thm")
    terminal.wait_for(re.compile(r"Commands ─.*\n.*│ thm .*\n.*│ Theme +/theme"))
    terminal.wait_for("Choose the colours.")
    terminal.press("escape")
    terminal.wait_for(lambda screen: "Commands ─" not in "\n".join(screen))
    terminal.burst(key_bytes("ctrl+p"), b"statis\r")  # as over a slow connection
    terminal.wait_for("─ Statistics ─")
    terminal.press("escape")
    terminal.wait_for(lambda screen: "─ Statistics ─" not in "\n".join(screen))
    terminal.press("ctrl+p")
    terminal.wait_for(re.compile(r"Commands ─.*\n.*│ type to filter.*\n.*│ Statistics +/stats"))


def test_at_completes_paths_of_the_folder(launch: Launch, provide: Provide, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "notes of today.md").write_text("the plan\n")
    provider = provide(Answer("well"), strict=True)
    terminal = launch(AGENT, provider=provider)
    terminal.wait_for("── idle")
    terminal.type("read @noto")
    terminal.wait_for("notes of today.md")
    terminal.press("tab")
    terminal.wait_for('│ read @"deep/notes of today.md"')
    terminal.press("enter")
    terminal.wait_for("well")
    assert "the plan" in str(provider.requests[0].items)
