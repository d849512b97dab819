"""Colours as they reach the terminal: none, 16, or those that fit its background."""

import re

import pytest

from tests.program.conftest import Launch
from tests.support.terminal import Terminal, foreign_sequences
from tui.dashboard.terminal.contrast import LINES, TEXT, contrast

QUERY = b"\x1b]11;?\x1b\\"

_SGR = re.compile(rb"\x1b\[([0-9;:]*)m")


def codes(raw: bytes) -> set[int]:
    """Every number in a sequence that sets how text looks."""
    return {int(code) for match in _SGR.finditer(raw) for code in match[1].split(b";") if code}


def shown(terminal: Terminal) -> None:
    """A turn with a tool, a failed command, the help, the tool log with the keys."""
    terminal.type("roll a d20\n")
    terminal.wait_for(re.compile(r"✓ roll_dice"))
    terminal.wait_for("idle")
    terminal.type("/search d20\n")
    terminal.wait_for("1 of ")
    terminal.press("f3", "home", "f1")
    terminal.wait_for("Esc closes")
    terminal.press("escape")


def test_no_color_means_no_code_of_a_colour_and_states_still_differ(launch: Launch) -> None:
    terminal = launch(env={"NO_COLOR": "1"})
    shown(terminal)
    assert codes(terminal.raw) <= {0, 1, 2, 3, 4, 7, 9, 22, 23, 24, 27, 29}
    assert 7 in codes(terminal.raw)
    assert QUERY not in terminal.raw
    for mark in ("✓", "━"):  # a tool's state, the border of what has the focus
        assert mark in terminal.text


XTERM_16 = {
    30: (0, 0, 0), 31: (205, 0, 0), 32: (0, 205, 0), 33: (205, 205, 0), 34: (0, 0, 238),
    35: (205, 0, 205), 36: (0, 205, 205), 37: (229, 229, 229), 90: (127, 127, 127),
    91: (255, 0, 0), 92: (0, 255, 0), 93: (255, 255, 0), 94: (92, 92, 255),
    95: (255, 0, 255), 96: (0, 255, 255), 97: (255, 255, 255),
}  # fmt: skip
"""xterm's own, by the code of the foreground."""


@pytest.mark.parametrize(("colorfgbg", "ground"), [("15;0", 30), ("0;15", 97)])
def test_sixteen_colours_can_be_read_on_the_terminals_background(
    launch: Launch, colorfgbg: str, ground: int
) -> None:
    from textual.color import Color

    terminal = launch(
        env={"TERM": "xterm-16color", "COLORTERM": None, "COLORFGBG": colorfgbg}, ready="Ask"
    )
    shown(terminal)
    used = codes(terminal.raw)
    assert not used & {38, 48}  # no colour beyond the 16
    default = 97 if ground == 30 else 30
    looks = set(re.findall(rb"\x1b\[([0-9;]*)m[^\x1b]*[A-Za-z0-9]", terminal.raw))
    for look in looks:
        numbers = [int(one) for one in look.split(b";") if one]
        fore = next((one for one in numbers if one in XTERM_16), default)
        back = next((one - 10 for one in numbers if one - 10 in XTERM_16), ground)
        seen = contrast(Color(*XTERM_16[fore]), Color(*XTERM_16[back]))
        assert seen >= TEXT or (9 in numbers and seen >= LINES), (look, seen)


def test_a_light_background_gives_a_light_theme_and_nothing_is_typed(launch: Launch) -> None:
    terminal = launch()
    terminal.wait_for_bytes(QUERY)
    start = len(terminal.raw)
    terminal.type("\x1b]11;rgb:ffff/ffff/f0f0\x1b\\")
    terminal.wait_for_bytes(b"48;2;224;224;224", start=start)
    terminal.type("typed")
    terminal.wait_for("│ typed")
    assert "rgb" not in terminal.text
    assert foreign_sequences(terminal.raw) == []


def test_keys_around_the_answer_arrive_and_a_chosen_theme_asks_for_none(launch: Launch) -> None:
    terminal = launch()
    terminal.wait_for_bytes(QUERY)
    terminal.type("ab\x1b]11;rgb:0000/0000/0000\x07cd")
    terminal.wait_for("│ abcd")
    chosen = launch("--theme", "nord")
    chosen.wait_for("DEMO")
    assert QUERY not in chosen.raw


def test_an_unknown_theme_is_refused_with_the_names(launch: Launch) -> None:
    terminal = launch("--theme", "nrod", ready="there is no theme")
    assert "textual-light" in terminal.text
    assert terminal.exit_code() == 2


@pytest.mark.parametrize("theme", ["textual-light", "solarized-light", "nord"])
def test_borders_can_be_seen_and_text_can_be_read(launch: Launch, theme: str) -> None:
    from textual.color import Color

    terminal = launch("--theme", theme)
    terminal.type("roll a d20\n")
    terminal.wait_for(re.compile(r"✓ roll_dice"))
    terminal.wait_for("idle")
    seen = dict.fromkeys("╭─│", 0)
    for cell in (cell for row in terminal.cells for cell in row if not cell.data.isspace()):
        fore, back = (cell.bg, cell.fg) if cell.reverse else (cell.fg, cell.bg)
        if "default" in {fore, back} or not cell.data:
            continue
        ratio = contrast(Color.parse(f"#{fore}"), Color.parse(f"#{back}"))
        if cell.data in seen:
            seen[cell.data] += 1
            assert ratio >= LINES, (cell, ratio)
        elif cell.data.isalnum():
            assert ratio >= TEXT, (cell, ratio)
    assert all(count >= 3 for count in seen.values()), seen
