"""What an empty screen says: which keys matter, once, and what will be where."""

from pathlib import Path

import pytest

from tests.dashboard.test_main_screen import desk, loaded, started
from tui.protocol import events


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (60, 20)])
async def test_the_first_start_says_which_keys_matter_and_later_ones_do_not(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    memory = tmp_path / "screen.json"
    async with desk(size, screen_memory=memory) as it:
        await it.feed(*loaded())
        assert it.shows("Enter sends it")
        assert it.shows(r"Esc cancels +· +Ctrl\+R retries or resumes")
        assert it.shows(r"Ctrl\+P or / finds commands +· +F1 is the help")
        await it.press(*"hi", "enter")
        assert not it.shows("retries or resumes")
    async with desk(size, screen_memory=memory) as it:
        await it.feed(*loaded())
        assert it.shows("Type a message and press Enter")
        assert not it.shows("retries or resumes")


async def test_an_empty_tool_log_says_what_will_be_there() -> None:
    async with desk((160, 50)) as it:
        await it.feed(*loaded())
        assert it.shows("Each tool call will be listed here, with its arguments")
        await it.feed(*started())
        await it.feed(events.ToolStarted(at=6, run="r1", tool_call="t1", name="digs"))
        assert not it.shows("Each tool call will be listed here")
