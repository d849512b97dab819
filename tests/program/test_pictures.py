"""Pictures of tools in the dashboard: looked at, saved, and there again after a resume."""

import base64
import re
from pathlib import Path

import pytest

from tests.program.conftest import Launch
from tests.program.session_files import quit_from
from tests.support.provider import Answer, Provide, ToolCall
from tests.support.terminal import Terminal
from tests.worker import picture_agents
from tests.worker.picture_agents import PICTURE
from tui.dashboard.pictures.picture_drawing import can_draw

PAINTER = f"{Path(picture_agents.__file__)}:painter"
FACTS = "PNG image, 64\u00d748"


def test_a_picture_is_shown_saved_and_not_overwritten_also_after_a_resume(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    (tmp_path / "paint-1.png").write_bytes(b"mine")
    provider = provide(Answer(tool_calls=[ToolCall("paint")]), Answer("There it is."))
    terminal = launch(PAINTER, provider=provider)
    terminal.type("paint\n")
    terminal.wait_for("There it is.")
    terminal.wait_for(re.compile(rf"✓ paint.*{FACTS}"))
    terminal.press("f3")
    terminal.type("v")
    terminal.wait_for("s saves")
    terminal.wait_for(FACTS)
    if can_draw():
        terminal.wait_for("▀▀▀▀▀▀▀▀")
    else:
        terminal.wait_for("streamtui[images]")
    terminal.type("s")
    terminal.press("escape")
    terminal.wait_for("saved to")
    assert (tmp_path / "paint-1.png").read_bytes() == b"mine"
    assert (tmp_path / "paint-1-2.png").read_bytes() == PICTURE
    quit_from(terminal)

    again = launch(PAINTER, "--continue", provider=provider)
    again.wait_for(re.compile(rf"✓ paint.*{FACTS}"))
    again.type("/save copy.png\n")
    again.wait_for(lambda _: (tmp_path / "copy.png").exists())
    assert (tmp_path / "copy.png").read_bytes() == PICTURE
    again.type("/save nowhere/copy.png\n")
    again.wait_for("not saved")
    quit_from(again)


def test_a_picture_of_ones_own_message_is_shown_also_after_a_resume(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    (tmp_path / "mine.png").write_bytes(PICTURE)
    provider = provide(Answer("Seen."))
    terminal = launch(PAINTER, provider=provider)
    terminal.wait_for("── idle")
    terminal.type("look at @mine.png \n")
    terminal.wait_for("Seen.")

    def look(terminal: Terminal) -> None:
        line = next(n for n, line in enumerate(terminal.screen) if "look at @mine.png" in line)
        terminal.click(line, terminal.screen[line].index("look"))
        terminal.type("v")
        terminal.wait_for("your message")
        terminal.wait_for(FACTS)
        terminal.wait_for("▀▀▀▀▀▀▀▀" if can_draw() else "streamtui[images]")
        terminal.press("escape")
        terminal.wait_for(lambda screen: not any("s saves" in line for line in screen))

    terminal.type("/save own.png\n")
    terminal.wait_for(lambda _: (tmp_path / "own.png").exists())
    assert (tmp_path / "own.png").read_bytes() == PICTURE
    look(terminal)
    quit_from(terminal)
    again = launch(PAINTER, "--continue", provider=provider)
    again.wait_for("Seen.")
    again.wait_for("── idle")
    look(again)
    quit_from(again)


def test_files_are_turned_over_and_what_is_elsewhere_is_not_fetched(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("report")]), Answer("There they are."))
    terminal = launch(PAINTER, provider=provider, rows=20, cols=60)
    terminal.type("report\n")
    terminal.wait_for("There they are.")
    terminal.press("f3")
    terminal.wait_for(re.compile("report.*two files"))
    terminal.type("v")
    terminal.wait_for("report 1 of 3")
    terminal.wait_for("1,2")
    terminal.press("right")
    terminal.wait_for("nothing is fetched")
    terminal.press("left")
    terminal.wait_for("report 1 of 3")
    terminal.press("escape")
    terminal.wait_for(re.compile("report.*two files"))
    quit_from(terminal)


@pytest.mark.skipif(not can_draw(), reason="the extra images is not installed")
def test_a_kitty_gets_the_picture_itself(launch: Launch, provide: Provide) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("paint")]), Answer("There it is."))
    terminal = launch(PAINTER, provider=provider, env={"TERM": "xterm-kitty", "TMUX": None})
    terminal.type("paint\n")
    terminal.wait_for("There it is.")
    terminal.press("f3")
    terminal.type("v")
    terminal.wait_for("\U0010eeee")
    sent = re.findall(rb"\x1b_G([^;]*);([^\x1b]*)\x1b\\", terminal.raw)
    assert base64.b64decode(b"".join(payload for _, payload in sent)).startswith(b"\x89PNG")
    terminal.press("escape")
    # The terminal may forget it.
    terminal.wait_for_bytes(b"\x1b_Ga=d")


@pytest.mark.skipif(not can_draw(), reason="the extra images is not installed")
def test_a_terminal_with_sixels_gets_them_unchanged(launch: Launch, provide: Provide) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("paint")]), Answer("There it is."))
    terminal = launch(PAINTER, provider=provider, env={"TERM": "foot", "TMUX": None})
    terminal.type("paint\n")
    terminal.wait_for("There it is.")
    terminal.press("f3")
    terminal.type("v")
    terminal.wait_for_bytes(b'\x1bP0;0;0q"1;1;')
    terminal.wait_for_bytes(b"\x1b\\\x1b8")
