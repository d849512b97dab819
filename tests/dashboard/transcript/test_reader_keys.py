"""Keys and clicks: folding, searching, copying, links."""

from typing import Any

from textual.pilot import Pilot

from tests.dashboard.transcript.hosting import (
    Host,
    long_answer,
    screen_lines,
    screen_text,
    settled,
)
from tui.dashboard.messages import Copied, HitsChanged, LinkClicked
from tui.dashboard.transcript import Transcript


def posted(pilot: Pilot[Any], kind: type) -> list[Any]:
    assert isinstance(pilot.app, Host)
    return [message for message in pilot.app.posted if isinstance(message, kind)]


async def test_a_long_message_folds_to_its_first_lines(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await long_answer(pilot, transcript, 30)
    transcript.finish("a")
    await settled(pilot, transcript)
    await pilot.press("k", "space")
    await settled(pilot, transcript)
    shown = [line for line in screen_lines(transcript) if line]
    assert shown[:2] == ["Agent", "Paragraph 0 of many."]
    assert shown[-1].startswith("… 54 more lines")
    await pilot.press("space")
    await settled(pilot, transcript)
    assert "more lines" not in screen_text(transcript)


async def test_search_steps_through_hits_and_wraps_around(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_tool("t", "roll", 0.0)
    transcript.finish_tool("t", state="ok", result="x\n" * 500 + "the Needle", seconds=None)
    await long_answer(pilot, transcript)
    transcript.append("a", "\n\nanother **needle** here")
    await settled(pilot, transcript)
    await pilot.press("home")
    transcript.search("needle")
    await settled(pilot, transcript)
    assert "the Needle" in screen_text(transcript)
    transcript.next_hit()
    await settled(pilot, transcript)
    assert "another needle here" in screen_text(transcript)
    transcript.next_hit()
    transcript.previous_hit()
    transcript.search("nowhere")
    await settled(pilot, transcript)
    found = [(message.current, message.count) for message in posted(pilot, HitsChanged)]
    assert found == [(1, 2), (2, 2), (1, 2), (2, 2), (0, 0)]


async def test_y_copies_the_newest_answer_and_j_k_choose_another(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_user("u", "the question", 0.0)
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "The **answer**\n\n- in Markdown\n")
    transcript.finish("a")
    await settled(pilot, transcript)
    await pilot.press("y", "k", "k", "y")
    await settled(pilot, transcript)
    assert [message.text for message in posted(pilot, Copied)] == [
        "The **answer**\n\n- in Markdown", "the question",
    ]  # fmt: skip


async def test_c_steps_through_code_and_y_copies_it(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    long = "".join(f"line_{n} = {n}\n" for n in range(200))
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", f"One:\n\n```py\nx = 1\n```\n\nTwo:\n\n```sh\n{long}```\n\nDone.\n")
    transcript.finish("a")
    await settled(pilot, transcript)
    await pilot.press("c", "y", "c", "y", "C", "y")
    await settled(pilot, transcript)
    copied = posted(pilot, Copied)
    assert [message.text for message in copied] == ["x = 1\n", long, "x = 1\n"]
    assert copied[0].what == "a block of py"


async def test_selecting_copies_text_without_decoration(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "Some **bold** words\n\n- one\n- two\n\n> said so\n\nlast words\n")
    transcript.finish("a")
    await settled(pilot, transcript)
    await pilot.mouse_down(Transcript, offset=(7, 1))
    await pilot.hover(Transcript, offset=(6, 8))
    await pilot.mouse_up(Transcript, offset=(6, 8))
    await settled(pilot, transcript)
    assert pilot.app.screen.get_selected_text() == (
        "bold words\n\n- one\n- two\n\n> said so\n\nlast"
    )


async def test_a_click_on_a_link_posts_its_address(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "[a page](https://example.org/x) [bad](javascript:alert) <mailto:x@y.z>")
    await settled(pilot, transcript)
    assert "a page (https://example.org/x)" in screen_text(transcript)
    for column in range(2, 78, 3):
        await pilot.click(Transcript, offset=(column, 1))
    await pilot.pause()
    assert {m.address for m in posted(pilot, LinkClicked)} == {"https://example.org/x"}


async def test_a_click_on_a_bare_web_address_posts_it(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "See https://example.org/a_b, ftp://x.y javascript:alert(1) me@x.org")
    await settled(pilot, transcript)
    assert "See https://example.org/a_b, ftp://x.y" in screen_text(transcript)
    for column in range(2, 78, 3):
        await pilot.click(Transcript, offset=(column, 1))
    await pilot.pause()
    assert {m.address for m in posted(pilot, LinkClicked)} == {"https://example.org/a_b"}


async def test_a_click_on_a_folded_line_opens_it(pilot: Pilot[Any], transcript: Transcript) -> None:
    transcript.add_tool("t", "roll", 0.0)
    transcript.finish_tool("t", state="failed", result="boom", seconds=None)
    await settled(pilot, transcript)
    assert "failed: boom" in screen_lines(transcript)[0]
    await pilot.click(Transcript, offset=(5, 0))
    await settled(pilot, transcript)
    assert "boom" in screen_text(transcript).split("\n", 1)[1]
