"""What the first frame shows, and that no input at it is lost."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.program.conftest import Launch
from tests.support.terminal import Terminal, frames

PROGRAM = [sys.executable, str(Path(__file__).parent / "first_frame.py")]

Hold = Callable[[str], Terminal]


@pytest.fixture
def hold(launch: Launch, tmp_path: Path) -> Hold:
    """A function that starts the demo and pauses it at its first frame until a text is typed."""

    def started(go_on: str) -> Terminal:
        loaded = str(tmp_path / "loaded")
        return launch(program=PROGRAM, env={"GO_ON": go_on, "LOADED": loaded})

    return started


def test_it_shows_title_frames_prompt_and_hints(hold: Hold) -> None:
    screen = hold("never").text
    for text in ("streamtui", "chat", "tool calls", "performance", "Ask the agent", "quit"):
        assert text in screen


def test_it_is_painted_once(hold: Hold) -> None:
    terminal = hold("x")
    terminal.type("x")
    terminal.wait_for("DEMO")
    raw = terminal.raw
    assert sum(b"sk the agent" in raw[start:end] for start, end in frames(raw)) == 1


def test_it_loads_nothing_that_it_does_not_show(hold: Hold, tmp_path: Path) -> None:
    terminal = hold("x")
    terminal.type("x")
    terminal.wait_for("DEMO")
    loaded = set((tmp_path / "loaded").read_text().split())
    assert {"textual", "tui.dashboard.chat.prompt", "tui.stream.supervisor"} <= loaded
    assert not loaded & {
        "agents",
        "fastdigest",
        "importlib.metadata",
        "linkify_it",
        "markdown_it",
        "plotext",
        "pygments",
        "sqlite3",
        "tui.dashboard.wiring",
        "tui.dashboard.diagnostics.log_file",
        "tui.stream.dispatcher",
        "tui.journal",
        "tui.core.metrics",
        "tui.dashboard.reports.help_text",
        "tui.dashboard.sessions.session_list",
        "tui.dashboard.reports.report_tables",
        "tui.journal.sessions",
        "tui.dashboard.chat.chat_pane",
        "tui.dashboard.performance",
        "tui.dashboard.tools.tool_log",
        "tui.dashboard.transcript",
    }


def test_a_message_entered_at_the_first_frame_is_sent_and_text_typed_after_it_stays(
    hold: Hold,
) -> None:
    terminal = hold("and this stays")
    terminal.type("roll a d20\nand this stays")
    terminal.wait_for(re.compile(r"✓ roll_dice sides=20 → \d+"))
    terminal.wait_for("idle")
    assert "│ and this stays" in terminal.text
    assert "│  roll a d20" in terminal.text


def test_keys_pressed_at_the_first_frame_have_their_usual_effects(hold: Hold) -> None:
    terminal = hold("go on")
    terminal.type("/no-such-command\n")
    terminal.press("escape", "f2", "f5", "f1")
    terminal.type("go on")
    terminal.wait_for("Esc closes")
    terminal.press("escape")
    terminal.wait_for("There is no command /no-such-command")


def test_a_message_entered_at_the_first_frame_is_cancelled_by_the_escape_after_it(
    hold: Hold,
) -> None:
    terminal = hold("go on")
    terminal.type("roll a d20")
    terminal.wait_for("roll a d20")
    terminal.type("\n")
    terminal.wait_for("Ask the agent")
    terminal.press("escape", "f2")
    terminal.type("go on")
    terminal.wait_for(re.compile(r"── cancelled"))
    assert "roll_dice" not in terminal.text


def test_the_program_can_be_quit_at_the_first_frame(hold: Hold) -> None:
    terminal = hold("never")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
