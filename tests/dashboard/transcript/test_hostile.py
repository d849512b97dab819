"""Faults 57 to 59: text that attacks the terminal, the markup or the clock."""

import sys
from pathlib import Path
from unicodedata import category

import pytest

from tests.dashboard.transcript.hosting import Host, drawn, screen_lines, screen_text, settled
from tests.support.terminal import Terminal, foreign_sequences
from tui.dashboard.messages import LinkClicked
from tui.dashboard.transcript import Transcript

OBEYED = {"Cc", "Cf", "Cs"}
"""Categories of characters that a terminal may obey."""

ATTACKS = {
    "title": ("\x1b]0;owned\x07", "␛]0;owned␇"),
    "clipboard": ("\x1b]52;c;b3duZWQ=\x1b\\", "␛]52;c;b3duZWQ=␛\\"),
    "link": ("\x1b]8;;http://x\x1b\\y\x1b]8;;\x1b\\", "␛]8;;http://x␛\\y␛]8;;␛\\"),
    "clear": ("\x1b[2J\x1b[H\x1b[31m", "␛[2J␛[H␛[31m"),
    "c1": ("\x9b31m\x9d0;x\x9c", "·31m·0;x·"),
    "device": ("\x1bP+q544e\x1b\\ \x1b[c \x1b[6n \x05", "␛P+q544e␛\\ ␛[c ␛[6n ␅"),
    "bidi": ("\u202egnp.exe\u2066\u2069\u200f", "·gnp.exe···"),
    "tags": ("".join(chr(0xE0000 + ord(c)) for c in "hidden"), "······"),
    "markup": (
        "[@click=app.bell]x[/] [/foo] [bold]b[/bold] [link=http://x]l[/link]",
        "[@click=app.bell]x[/] [/foo] [bold]b[/bold] [link=http://x]l[/link]",
    ),
    "marks": ("e" + "\u0301" * 10_000, "e" + "\u0301" * 12),
    "return": ("over\rwritten\x08\x08\x7f", "over\nwritten␈␈␡"),
    "separators": ("a\u2028b\u2029c\x85d", "a\nb\nc\nd"),
}
"""Each attack and what is shown of it."""


def show(transcript: Transcript, text: str) -> None:
    """Show a text through every verb that shows text."""
    transcript.add_user("u", text, 0.0)
    transcript.start_answer("a", text, 0.0)
    transcript.append("a", f"{text}\n\n```{text}\n{text}\n```\n\n| {text} |\n|---|\n| {text} |\n")
    transcript.append("a", f"\n[{text}](http://{text}) ![{text}]({text}) `{text}` [^{text}]\n")
    transcript.finish("a", interrupted=text)
    transcript.start_reasoning("r", 0.0)
    transcript.append_reasoning("r", text)
    transcript.finish_reasoning("r", 1.0)
    transcript.toggle_reasoning()
    transcript.add_tool("t", text, 0.0)
    transcript.set_tool_arguments("t", text)
    transcript.finish_tool("t", state="failed", result=text, seconds=1.0)
    transcript.fold("t", folded=False)
    transcript.add_handoff(text, text, 0.0)
    transcript.add_error("e", text, text, text, text, 0.0)
    transcript.fold("e", folded=False)
    transcript.add_notice(text, 0.0)
    transcript.show_thinking(f"waiting: {text}")


PROGRAM = """
from tests.dashboard.transcript.hosting import Host, settled
from tests.dashboard.transcript.test_hostile import ATTACKS, show

class Attacked(Host):
    def on_mount(self):
        super().on_mount()
        show(self.transcript, " ".join((text for text, _ in ATTACKS.values())))

    def on_key(self, event):
        if event.key == "q":
            self.exit()

Attacked().run()
"""


def test_only_textuals_own_sequences_reach_the_terminal(tmp_path: Path) -> None:
    program = tmp_path / "attacked.py"
    program.write_text(PROGRAM)
    root = str(Path(__file__).parents[3])
    argv = [sys.executable, str(program)]
    with Terminal(argv, rows=60, cols=100, env={"PYTHONPATH": root}) as terminal:
        terminal.wait_for("waiting:", timeout=30)
        terminal.press("home")
        terminal.wait_for("You")
        terminal.type("q")
        terminal.exit_code()
    assert foreign_sequences(terminal.raw) == []
    shown = terminal.raw.decode("utf-8", "replace")
    assert "[@click=app.bell]" in shown
    assert "\u0301" * 20 not in shown
    assert not any(c in shown for c in "\u202e\u2066\u2069\u200f\x85\x9b\x9d\u2028\u2029")


@pytest.mark.parametrize("attack", ATTACKS)
async def test_hostile_text_is_shown_and_does_nothing(attack: str) -> None:
    text, shown = ATTACKS[attack]
    app = Host()
    async with app.run_test(size=(100, 80)) as pilot:
        show(app.transcript, text)
        await settled(pilot, app.transcript)
        assert screen_text(app.transcript).startswith(f"You\n{shown}\n")
        for row in range(0, 80, 7):
            await pilot.click(Transcript, offset=(6, row))
        await settled(pilot, app.transcript)
        assert "waiting:" in screen_text(app.transcript)
        letters = "".join(screen_lines(app.transcript))
        assert OBEYED.isdisjoint(map(category, letters))
        assert not app.rung
        for message in app.posted:
            assert isinstance(message, LinkClicked)
            assert message.address.startswith("http://")


@pytest.mark.parametrize("opening", ["> ", "- ", "1. ", "> - ", "* > 1. "])
def test_five_hundred_levels_are_drawn_to_the_last_word(opening: str) -> None:
    lines = drawn(opening * 500 + "end", 60)
    assert "end" in lines[-1]


def test_lists_that_nest_hundreds_of_levels_lose_nothing() -> None:
    text = "".join(" " * (2 * n) + f"- level {n}\n" for n in range(500))
    shown = " ".join("\n".join(drawn(text, 80)).split())
    assert all(f"level {n}" in shown for n in range(0, 500, 25))


@pytest.mark.parametrize(
    "text",
    ["x" * 1_000_000, "word " * 200_000, "[" * 20_000, "*a **b " * 3_000, "`" * 20_000,
     "<" * 20_000, "![" * 9_000, "> " * 9_000, "|" * 20_000, "a\n" * 9_000, "#\n" * 9_000],
    ids=lambda text: f"{text[:6]!r}",
)  # fmt: skip
async def test_the_end_of_a_flood_is_shown(text: str) -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.transcript.start_answer("a", "Agent", 0.0)
        app.transcript.append("a", text)
        app.transcript.append("a", "\n\nThe end.\n")
        app.transcript.finish("a")
        await settled(pilot, app.transcript)
        assert "The end." in screen_text(app.transcript)
