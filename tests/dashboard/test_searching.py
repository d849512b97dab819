"""What a pane says about a search in it, in its lower border."""

import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.dashboard.transcript.hosting import settled
from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")


@pytest.fixture
async def pilot() -> AsyncIterator[Pilot[Any]]:
    app = StreamTui(AppOptions(config=Config(), worker_command=IDLE))
    async with app.run_test() as pilot:
        await pilot.pause()
        yield pilot


async def shown_by(pilot: Pilot[Any], words: str) -> str:
    """Search, and read the lower border of the chat."""
    app = pilot.app
    assert isinstance(app, StreamTui)
    app.main.views.search(words)
    await settled(pilot, app.main.chat.transcript)
    return border(pilot)


def border(pilot: Pilot[Any]) -> str:
    assert isinstance(pilot.app, StreamTui)
    subtitle = pilot.app.main.chat._border_subtitle
    return subtitle.plain if subtitle is not None else ""


async def test_a_next_hit_without_a_search_says_how_to_begin_one(pilot: Pilot[Any]) -> None:
    assert isinstance(pilot.app, StreamTui)
    pilot.app.main.views.next_hit()
    await pilot.pause()
    assert border(pilot) == "No search yet: / starts one."
    assert not pilot.app.notices.past


async def test_it_counts_folded_hits_and_opens_them(pilot: Pilot[Any]) -> None:
    assert isinstance(pilot.app, StreamTui)
    transcript = pilot.app.main.chat.transcript
    transcript.add_notice("the needle [red] in sight", 0.0)
    transcript.start_reasoning("r", 0.0)
    transcript.append_reasoning("r", "a needle that is folded, and a second needle")
    transcript.finish_reasoning("r", 1.0)
    await settled(pilot, transcript)
    folded = "3, 2 of them in folded parts · n N · Esc ends"
    assert await shown_by(pilot, "needle") == f"needle: 1 of {folded}"
    assert pilot.app.focused is transcript
    await pilot.press("n")
    await settled(pilot, transcript)
    assert border(pilot) == f"needle: 2 of {folded}"
    assert not transcript.item_list.by_key["r"].is_folded
    await pilot.press("n")
    await settled(pilot, transcript)
    assert border(pilot) == "needle: 3 of 3 · n N · Esc ends"


async def test_words_are_shown_as_they_were_typed(pilot: Pilot[Any]) -> None:
    assert await shown_by(pilot, "[red]x") == "[red]x: nothing found"


async def test_escape_ends_the_search_and_then_goes_to_the_prompt(pilot: Pilot[Any]) -> None:
    assert isinstance(pilot.app, StreamTui)
    pilot.app.main.chat.transcript.add_notice("the needle", 0.0)
    await shown_by(pilot, "needle")
    await pilot.press("escape")
    await pilot.pause()
    assert not border(pilot)
    assert focused(pilot) == "Transcript"
    await pilot.press("escape")
    await pilot.pause()
    assert focused(pilot) == "Prompt"


def focused(pilot: Pilot[Any]) -> str:
    return type(pilot.app.focused).__name__
