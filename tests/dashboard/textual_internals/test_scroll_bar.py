"""A `CellBar` looks like Textual's scroll bar, cell by cell."""

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widgets import Static

from tui.dashboard.textual_internals.scroll_bar import CellBar, CellBarred


class Barred(CellBarred, VerticalScroll):
    """A container that scrolls."""

    DEFAULT_CSS = "Barred { overflow-y: scroll; scrollbar-size-vertical: 1; }"


class Bars(App[None]):
    def compose(self) -> ComposeResult:
        with Barred():
            yield Static("\n".join(map(str, range(200))))


def cells(strips: list[Strip]) -> list[tuple[str, str, object]]:
    """Each cell's text and look, and what a click on it does."""
    found = []
    for strip in strips:
        segments = list(strip)
        (segment,) = segments
        style = segment.style
        assert style is not None
        found.append((segment.text, str(style), style.meta.get("@mouse.down")))
    return found


@pytest.mark.parametrize("height", [2, 7, 24])
async def test_a_bar_looks_and_acts_like_textuals_own(height: int) -> None:
    app = Bars()
    async with app.run_test(size=(40, height)) as pilot:
        await pilot.pause()
        bar = app.query_one(Barred).vertical_scrollbar
        assert isinstance(bar, CellBar)
        looks = set()
        for size, position in ((200, 0), (200, 3), (200, 91), (200, 200 - height), (height, 0)):
            bar.window_virtual_size, bar.window_size, bar.position = size, height, position
            for hovered in (False, True):
                bar.mouse_over = hovered
                await pilot.pause()
                whole = Region(0, 0, 1, height)
                theirs = cells(ScrollBar.render_lines(bar, whole))
                assert cells(bar.render_lines(whole)) == theirs
                looks.add(str(theirs))
        assert len(looks) >= 2


async def test_part_of_a_bar_is_a_part_of_the_whole() -> None:
    app = Bars()
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        bar = app.query_one(Barred).vertical_scrollbar
        bar.position = 60
        await pilot.pause()
        whole = cells(bar.render_lines(Region(0, 0, 1, 20)))
        assert cells(bar.render_lines(Region(0, 4, 1, 9))) == whole[4:13]
