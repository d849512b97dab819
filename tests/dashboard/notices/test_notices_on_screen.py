"""Notices stand on a line of their own and cover nothing."""

import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.console import Console
from textual.geometry import Region
from textual.pilot import Pilot

from tests.support.patience import PATIENCE
from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui
from tui.dashboard.notices.notice_line import NoticeLine
from tui.dashboard.windows.listing import Listing

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")


@asynccontextmanager
async def opened(width: int, height: int) -> AsyncIterator[tuple[StreamTui, Pilot[int]]]:
    app = StreamTui(AppOptions(config=Config(), worker_command=IDLE))
    async with app.run_test(size=(width, height)) as pilot:
        await pilot.pause()
        yield app, pilot


def rows(app: StreamTui) -> list[str]:
    """The screen as text."""
    console = Console(width=app.size.width, height=app.size.height)
    with console.capture() as captured:
        console.print(app.screen._compositor)
    return captured.get().splitlines()


def occupied(app: StreamTui) -> list[Region]:
    """Where the panes and the prompt are."""
    return [app.main.query_one(place).region for place in ("#panes", "#prompt")]


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (60, 20), (30, 8)])
async def test_a_notice_moves_nothing_and_covers_no_pane(size: tuple[int, int]) -> None:
    async with opened(*size) as (app, pilot):
        before = occupied(app)
        app.notify("the first", severity="warning", markup=False)
        app.notify("the [second]", markup=False)
        await pilot.pause()
        assert occupied(app) == before
        (row,) = [y for y, line in enumerate(rows(app)) if "the [second]" in line]
        assert not any(region.contains(1, row) for region in before)


async def test_the_next_one_is_shown_when_its_time_is_over() -> None:
    async with opened(100, 30) as (app, pilot):
        app.notify("the first", timeout=3, markup=False)
        app.notify("the second", timeout=0.05, markup=False)
        await pilot.pause()
        line = app.main.query_one(NoticeLine)
        deadline = time.monotonic() + PATIENCE
        while "the second" in str(line.render()):
            assert time.monotonic() < deadline
            await pilot.pause(0.01)
        assert "the first" in str(line.render())


async def test_a_key_lists_all_of_them_the_newest_first_and_they_are_read_then() -> None:
    async with opened(100, 30) as (app, pilot):
        app.notify("the first", severity="warning", title="threshold", markup=False)
        app.notify("the second", markup=False)
        await pilot.pause()
        app.main.query_one("#performance").focus()
        await pilot.press("exclamation_mark")
        await pilot.pause()
        assert isinstance(app.screen, Listing)
        text = "\n".join(rows(app))
        assert text.index("the second") < text.index("threshold: the first")
        assert app.notices.current is None


async def test_a_notice_is_seen_also_above_a_card() -> None:
    async with opened(100, 30) as (app, pilot):
        app.main.perform("stats")
        await pilot.pause()
        app.notify("about this card", markup=False)
        await pilot.pause()
        assert "about this card" in rows(app)[-1]
