"""What eyes stumble over in a real terminal: sizes of panes, notices, searches, charts."""

import re

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Gate, Provide, ToolCall
from tests.support.terminal import Terminal


def place(screen: list[str], title: str) -> tuple[int, int] | None:
    """Row and column of the upper left corner of a pane, if it is there."""
    places = ((row, line.find(f"╭─ {title} ─")) for row, line in enumerate(screen))
    return next((one for one in places if one[1] >= 0), None)


def corner(terminal: Terminal, title: str) -> tuple[int, int]:
    found = place(terminal.screen, title)
    assert found is not None, terminal.text
    return found


def corner_moves(terminal: Terminal, title: str, away: tuple[int, int]) -> tuple[int, int]:
    """Wait until it is elsewhere, and return where."""
    found = place(terminal.wait_for(lambda now: place(now, title) not in {None, away}), title)
    assert found is not None
    return found


def test_dividers_move_by_mouse_and_keys_and_all_of_it_is_remembered_for_each_size(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("roll_dice", {"sides": 20})]), Answer("it is 17"), strict=True
    )
    terminal = launch(AGENT, provider=provider, rows=50, cols=160)
    terminal.wait_for("── idle")
    # A tool log without a call gives its room to the figures, until the first call.
    given = corner(terminal, "performance")
    assert given[0] < 10
    terminal.type("roll\n")
    terminal.wait_for("it is 17")
    terminal.wait_for(re.compile(r"── idle ── \d"))
    shared = corner_moves(terminal, "performance", given)
    assert shared[0] > 20
    side = corner(terminal, "tool calls")
    terminal.drag((side[0] + 3, side[1]), (side[0] + 3, side[1] - 20))
    wide = corner_moves(terminal, "tool calls", side)
    assert wide == (side[0], side[1] - 20)
    terminal.wait_for(lambda screen: (place(screen, "performance") or (0, 0))[1] == wide[1])
    below = corner(terminal, "performance")
    terminal.drag((below[0], below[1] + 9), (below[0] + 6, below[1] + 9))
    lower = corner_moves(terminal, "performance", below)
    assert abs(lower[0] - below[0] - 6) <= 1
    terminal.press("f2")
    terminal.type("L")
    keyed = corner_moves(terminal, "tool calls", wide)
    terminal.type("L")
    last = corner_moves(terminal, "tool calls", keyed)
    assert last[1] > keyed[1] > wide[1]
    terminal.press("f4")
    terminal.type("z")
    terminal.wait_for(lambda screen: "─ performance ─" not in "\n".join(screen))
    # In a terminal of another size nothing is folded.
    terminal.resize(30, 100)
    terminal.wait_for("─ performance ─")
    terminal.resize(50, 160)
    terminal.wait_for(lambda screen: "─ performance ─" not in "\n".join(screen))
    terminal.wait_for(lambda screen: place(screen, "tool calls") == last)
    terminal.click(47, 5)
    terminal.type("/theme nord\n")
    terminal.wait_for_bytes(b"48;2;46;52;64")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0

    again = launch(AGENT, provider=provider, rows=50, cols=160)
    again.wait_for("── idle")
    again.wait_for_bytes(b"48;2;46;52;64")
    again.wait_for(lambda screen: place(screen, "tool calls") == last)
    assert "─ performance ─" not in again.text
    again.press("f4")
    again.wait_for("─ performance ─")
    again.press("f2")
    again.type("0")
    assert corner_moves(again, "tool calls", last)[1] > last[1]


def test_at_30_by_8_a_line_of_the_chat_is_left_while_text_streams(
    launch: Launch, provide: Provide
) -> None:
    gate = Gate()
    words = [f"word{number} " for number in range(40)]
    provider = provide(Answer(deltas=[*words, "end"], gates={40: gate}), strict=True)
    terminal = launch(AGENT, provider=provider, rows=8, cols=30, ready="Ask")
    terminal.type("go\n")
    terminal.wait_for("word39")
    terminal.type("a draft")
    terminal.wait_for("a draft")
    assert "word39" in terminal.text
    terminal.type("\x15/stats\n")
    terminal.wait_for("Statistics")
    terminal.press("enter")  # Esc would cancel first
    terminal.wait_for("word39")
    terminal.resize(5, 20)
    terminal.wait_for("word39")
    gate.open()
    terminal.wait_for("end")


def test_a_notice_has_a_line_of_its_own_and_figures_stay(launch: Launch, provide: Provide) -> None:
    provider = provide(Answer("the answer"), strict=True)
    terminal = launch(AGENT, provider=provider)
    terminal.type("go\n")
    terminal.wait_for("the answer")
    terminal.wait_for(re.compile(r"E2E +\d"))
    terminal.wait_for("── idle")
    for last_figure in ("of the turn:", "streaming 0"):
        terminal.wait_for(last_figure)
    panes = terminal.screen[:-5]
    terminal.type("/pace nonsense\n")
    screen = terminal.wait_for("The pace is instant")  # the menu's rows say "words per minute" too
    (row,) = [number for number, line in enumerate(screen) if "The pace is instant" in line]
    assert row == len(screen) - 5
    assert screen[:-5] == panes
    terminal.type("/notices\n")
    terminal.wait_for("─ Notices ─")
    assert "words per minute" in terminal.text


def test_a_search_stands_in_its_pane_counts_folded_hits_and_opens_them(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        Answer(
            reasoning=["where may the ", "needle be"],
            tool_calls=[ToolCall("roll_dice", {"sides": 20})],
        ),
        Answer("The needle is here."),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider, cols=160)
    terminal.type("look\n")
    terminal.wait_for("The needle is here.")
    terminal.wait_for("── idle")
    assert "where may" not in terminal.text
    terminal.type("/search needle\n")
    screen = terminal.wait_for(re.compile(r"needle: 1 of 2, 1 of them in folded parts"))
    (row,) = [line for line in screen if "folded parts" in line]
    assert row.startswith("╰")
    assert row.index("folded parts") < row.index("╯"), "it stands in the chat's border"
    terminal.wait_for("where may the needle be")
    terminal.type("n")
    terminal.wait_for("needle: 2 of 2")
    terminal.press("escape")
    terminal.wait_for(lambda screen: "needle: 2 of 2" not in "\n".join(screen))
    terminal.press("f3")
    terminal.type("/17")
    terminal.press("enter")
    screen = terminal.wait_for(re.compile(r"17: 1 of \d+"))
    side = corner(terminal, "tool calls")[1]
    (row,) = [line for line in screen if "17: 1 of" in line]
    assert row.index("17: 1 of") > side
    terminal.wait_for(re.compile(r'"sides"'))


def test_a_chart_of_one_point_is_no_block(launch: Launch, provide: Provide) -> None:
    provider = provide(Answer("the answer"), strict=True)
    terminal = launch(AGENT, provider=provider, rows=50, cols=160)
    terminal.type("go\n")
    terminal.wait_for("the answer")
    terminal.wait_for("── idle")
    terminal.press("f4", "f4")
    terminal.type("c")
    terminal.wait_for(re.compile(r"TTFT, s: .* in turn 1"))
    assert "████" not in terminal.text
