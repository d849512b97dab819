"""Following the end, and staying at a place."""

from typing import Any

from textual.pilot import Pilot

from tests.dashboard.transcript.hosting import (
    long_answer,
    paragraphs,
    screen_lines,
    screen_text,
    settled,
)
from tui.dashboard.transcript import Transcript


async def test_it_follows_the_end_until_the_user_scrolls_up(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await long_answer(pilot, transcript)
    assert "Paragraph 99" in screen_text(transcript)
    await pilot.press("pageup")
    await settled(pilot, transcript)
    before = screen_lines(transcript)
    assert not transcript.window.following
    transcript.append("a", paragraphs(50, start=100))
    await settled(pilot, transcript)
    assert screen_lines(transcript)[:-1] == before[:-1]
    assert "↓ 100 new lines" in screen_lines(transcript)[-1]
    await pilot.press("end")
    await settled(pilot, transcript)
    assert "Paragraph 149" in screen_text(transcript)
    assert transcript.window.following


async def test_a_click_on_the_mark_follows_again(pilot: Pilot[Any], transcript: Transcript) -> None:
    await long_answer(pilot, transcript)
    await pilot.press("pageup")
    transcript.append("a", paragraphs(9, start=100))
    await settled(pilot, transcript)
    await pilot.click(Transcript, offset=(76, 23))
    await settled(pilot, transcript)
    assert transcript.window.following
    assert "Paragraph 108" in screen_text(transcript)


async def test_resizing_keeps_the_line_being_read(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "".join(f"## Part {n}\n\n{'word ' * 60}\n\n" for n in range(60)))
    await settled(pilot, transcript)
    await pilot.press("pageup", "pageup", "pageup")
    await settled(pilot, transcript)
    top = transcript.line_layout.place(transcript.scroll_offset.y)
    for width in (50, 120, 80):
        await pilot.resize_terminal(width, 24)
        await settled(pilot, transcript)
        now = transcript.line_layout.place(transcript.scroll_offset.y)
        assert now[:2] == top[:2]


async def test_nothing_moves_when_the_block_being_read_becomes_final(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await long_answer(pilot, transcript, 30)
    transcript.append("a", "".join(f"- item {n} of the open list\n" for n in range(30)))
    await settled(pilot, transcript)
    await pilot.press("up", "up", "up")
    await settled(pilot, transcript)
    before = screen_lines(transcript)[:-1]
    for part in ("\n\nAfter.\n\n", paragraphs(40), "## End\n"):
        transcript.append("a", part)
        await settled(pilot, transcript)
        assert screen_lines(transcript)[:-1] == before


async def test_home_and_paging_down_show_everything_in_order(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await long_answer(pilot, transcript, 200)
    await pilot.press("home")
    await settled(pilot, transcript)
    seen: list[str] = []
    while not transcript.window.following:
        seen += [line for line in screen_lines(transcript) if line.startswith("Paragraph")]
        await pilot.press("pagedown")
        await settled(pilot, transcript)
    seen += [line for line in screen_lines(transcript) if line.startswith("Paragraph")]
    assert list(dict.fromkeys(seen)) == [f"Paragraph {n} of many." for n in range(200)]


async def test_a_theme_change_keeps_the_place(pilot: Pilot[Any], transcript: Transcript) -> None:
    await long_answer(pilot, transcript)
    await pilot.press("pageup")
    await settled(pilot, transcript)
    before = screen_lines(transcript)
    pilot.app.theme = "textual-light"
    await settled(pilot, transcript)
    assert screen_lines(transcript) == before


async def test_the_screen_above_is_measured_ahead_and_nothing_in_view_moves(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await long_answer(pilot, transcript, 300)
    layout = transcript.line_layout
    width = layout.width
    layout.restyle(width - 10, layout.palette)
    layout.restyle(width, layout.palette)
    await pilot.press("pageup")
    await settled(pilot, transcript)
    before = screen_lines(transcript)
    top = layout.place(transcript.scroll_offset.y)
    item = layout.items[top.item]
    ahead = range(top.unit - transcript.size.height // 2, top.unit)
    assert all(layout.is_exact(item, unit) for unit in ahead)
    await pilot.press("pageup", "pagedown")
    await settled(pilot, transcript)
    assert screen_lines(transcript) == before
