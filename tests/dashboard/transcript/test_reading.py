"""Search, times and selections."""

import re
from typing import Any
from unicodedata import normalize

import pytest
from rich.style import Style
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import Selection

from tests.dashboard.transcript.hosting import Host, screen_lines, screen_text, settled
from tui.dashboard.messages import HitsChanged
from tui.dashboard.transcript import Transcript
from tui.dashboard.transcript.line_layout import Place
from tui.dashboard.transcript.selection import line_number

TIME = re.compile(r"\d\d:\d\d:\d\d")


@pytest.fixture
def columns() -> int:
    return 60


def hits(pilot: Pilot[Any]) -> list[tuple[int, int]]:
    assert isinstance(pilot.app, Host)
    found = (message for message in pilot.app.posted if isinstance(message, HitsChanged))
    return [(message.current, message.count) for message in found]


async def test_search_finds_reasoning_that_was_never_opened(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_reasoning("r", 0.0)
    transcript.append_reasoning("r", "First this.\n\nThen the needle.\n\n")
    transcript.finish_reasoning("r", 1.0)
    await settled(pilot, transcript)
    transcript.search("needle")
    await settled(pilot, transcript)
    assert hits(pilot) == [(1, 1)]
    assert "Then the needle." in screen_text(transcript)


async def test_search_finds_reasoning_that_still_streams(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_reasoning("r", 0.0)
    for text in ("a needle", " and another needle"):
        transcript.append_reasoning("r", text)
        await settled(pilot, transcript)
        transcript.search("needle")
    await settled(pilot, transcript)
    assert hits(pilot) == [(1, 1), (1, 2)]


@pytest.mark.parametrize(
    ("words", "text", "count"),
    [
        ("over the lazy", "The fox jumps over\nthe lazy dog.", 1),
        ("in the hay stack", "A needle in **the\nhay** stack.", 1),
        ("snake_case", "call `snake_case` now", 1),
        ("golden ticket", f"{'word ' * 10}golden ticket {'word ' * 10}golden ticket", 2),
        ("needle", f"- {'a' * 50}needle{'b' * 60}needle", 2),
        ("汉字", f"{'一' * 28}汉字", 1),
        (
            "tiếng việt",
            "Ti\u1ebfng Vi\u1ec7t, tie\u0302\u0301ng vi\u1eb9\u0302t, ti\u00ea\u0301ng việt",
            3,
        ),
        ("a (b)", "> a\n> (b)", 1),
    ],
)
async def test_words_are_found_and_marked_in_any_spelling_and_across_line_breaks(
    pilot: Pilot[Any], transcript: Transcript, words: str, text: str, count: int
) -> None:
    transcript.start_answer("a", "", 0.0)
    transcript.append("a", text)
    transcript.finish("a")
    await settled(pilot, transcript)
    transcript.search(words)
    await settled(pilot, transcript)
    assert hits(pilot) == [(1, count)]
    marked = normalize("NFC", "".join(_marked(transcript, "hit-current"))).casefold()
    assert marked.replace(" ", "") == words.replace(" ", "")
    others = normalize("NFC", "".join(_marked(transcript, "hit"))).casefold()
    assert others.replace(" ", "") == words.replace(" ", "") * (count - 1)


async def test_times_are_shown_for_items_added_later(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_user("u", "one", 0.0)
    transcript.add_tool("t", "transfer", 0.0)
    await pilot.press("t")
    transcript.add_handoff("A", "B", 0.0, "t")
    transcript.add_user("v", "two", 0.0)
    await settled(pilot, transcript)
    shown = [line for line in screen_lines(transcript) if TIME.search(line)]
    assert [line.split()[0] for line in shown] == ["You", "⇢", "You"]
    await pilot.press("t")
    await settled(pilot, transcript)
    assert not TIME.search(screen_text(transcript))


async def test_a_selection_changes_the_background_and_not_the_colour(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_user("u", "a question", 0.0)
    await settled(pilot, transcript)
    line = line_number(Place(0, 1, 0))
    before = _styles(transcript)
    transcript.selection_updated(Selection(Offset(2, line), Offset(12, line)))
    selected = _styles(transcript)
    assert {style.color for style in selected} == {style.color for style in before}
    assert all(style.color != style.bgcolor for style in selected)
    assert {style.bgcolor for style in selected} != {style.bgcolor for style in before}


async def test_a_time_is_copied_as_a_word_of_its_own(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.add_user("u", "a question", 0.0)
    await pilot.press("t")
    await settled(pilot, transcript)
    copied = transcript.get_selection(Selection(None, None))
    assert copied is not None
    heading, message = copied[0].split("\n")
    assert TIME.fullmatch(heading.removeprefix("You  "))
    assert message == "a question"


async def test_cells_of_a_table_are_not_copied_as_one_word(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "", 0.0)
    transcript.append("a", "| a | b | c |\n|---|:-:|--:|\n| one | | three |\n| 1 | 2 | 3 |\n")
    transcript.finish("a")
    await settled(pilot, transcript)
    rows = {line.split()[0]: y for y, line in enumerate(screen_lines(transcript)) if line}
    first, last = (line_number(transcript.line_layout.place(rows[name])) for name in ("one", "1"))
    copied = transcript.get_selection(Selection(Offset(0, first), Offset(60, last)))
    assert copied is not None
    assert copied[0] == "one  three\n1  2  3"


async def test_a_long_live_line_is_shown_to_its_end(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.show_thinking(f"{'the connection failed ' * 6}· retrying in 2.4 s")
    await settled(pilot, transcript)
    assert "retrying in 2.4 s" in " ".join(screen_text(transcript).split())


def _styles(transcript: Transcript) -> list[Style]:
    """Those of the words on the second line."""
    words = (segment for segment in list(transcript.render_line(1)) if segment.text.strip())
    return [segment.style for segment in words if segment.style is not None]


def _marked(transcript: Transcript, name: str) -> list[str]:
    """The words on the screen that have the ground of a style."""
    ground = transcript.line_layout.palette[name].bgcolor
    rows = map(transcript.render_line, range(transcript.size.height))
    segments = (segment for row in rows for segment in row)
    return [one.text for one in segments if one.style is not None and one.style.bgcolor == ground]
