"""A partial update is what Textual would write, cell for cell."""

import random
import re
import sys

import pytest
from rich.console import Console
from rich.segment import Segment
from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip

from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui
from tui.dashboard.textual_internals.compositor import PiecesUpdate, SpanCompositor, Written
from tui.protocol import events

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")


EMPTY_MOVE = re.compile(r"\x1b\[\d+;\d+H(?=\x1b\[\d+;\d+H|\n|$)")
"""Textual also moves the cursor to places where it then writes nothing."""


PART = re.compile(r"(\x1b\[\d+;\d+H)|(\x1b\[[\d;]*m)|\n|(.)")


def looks(written: str) -> list[tuple[str, str, str]]:
    """Each character with the last cursor move before it, and its look."""
    found, move, look = [], "", ""
    for match in PART.finditer(written):
        move, look = match[1] or move, match[2] or look
        if match[3]:
            found.append((move, look, match[3]))
    return found


def regions(chance: random.Random, width: int, height: int) -> set[Region]:
    found = set()
    for _ in range(chance.randint(1, 5)):
        x, y = chance.randrange(width), chance.randrange(height)
        found.add(Region(x, y, chance.randint(1, width - x), chance.randint(1, height - y)))
    return found


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (60, 20)])
@pytest.mark.parametrize("listing", [False, True])
async def test_a_partial_update_is_what_textual_itself_would_write(
    size: tuple[int, int], listing: bool
) -> None:
    app = StreamTui(AppOptions(config=Config(), worker_command=IDLE))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.dispatcher.dispatch(
            [
                events.RunStarted(at=2, run="r1", prompt="hello", entered_at=2, wall=1.0),
                events.ModelCallStarted(at=3, run="r1", call="c1", agent="Ann", model="m"),
                events.AttemptStarted(at=4, run="r1", call="c1"),
                events.TextDelta(at=5, run="r1", call="c1", text="# One\n\n你好 ệ text\n" * 30),
            ]
        )
        app.dispatcher.flush()
        await pilot.pause()
        if listing:
            await pilot.press("f3")
        compositor = app.main._compositor
        assert isinstance(compositor, SpanCompositor)
        chance = random.Random(7)
        for _ in range(25):
            dirty = regions(chance, *size)
            compositor._dirty_regions = set(dirty)
            theirs = Compositor.render_partial_update(compositor)
            compositor._dirty_regions = set(dirty)
            ours = compositor.render_partial_update()
            assert theirs is not None
            assert ours is not None
            ours._written = Written()
            written, wanted = (
                looks(EMPTY_MOVE.sub("", update.render_segments(app.console)))
                for update in (ours, theirs)
            )
            assert written == wanted


async def test_without_a_change_nothing_is_written() -> None:
    app = StreamTui(AppOptions(config=Config(), worker_command=IDLE))
    async with app.run_test() as pilot:
        await pilot.pause()
        app.main._compositor._dirty_regions = set()
        assert app.main._compositor.render_partial_update() is None


def test_what_was_overwritten_in_part_is_written_again() -> None:
    on_screen, console = Written(), Console(force_terminal=True)

    def written(column: int, text: str) -> str:
        piece = f"\x1b[1;{column}H", Strip([Segment(text)], len(text))
        return PiecesUpdate([[piece]], on_screen, whole=False).render_segments(console)

    assert "abcdef" in written(1, "abcdef")
    assert written(1, "abcdef") == ""
    assert "XY" in written(3, "XY")
    assert "abcdef" in written(1, "abcdef")
    assert "XY" in written(3, "XY")


async def test_what_is_on_the_screen_is_written_again_only_in_a_full_update() -> None:
    app = StreamTui(AppOptions(config=Config(), worker_command=IDLE))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        compositor = app.main._compositor
        everything = {Region(0, 0, 100, 30)}
        compositor._dirty_regions = set(everything)
        first = compositor.render_partial_update()
        assert first is not None
        whole = first.render_segments(app.console)
        app.main.heading.agent = "Ann"
        compositor._dirty_regions = set(everything)
        second = compositor.render_partial_update()
        assert second is not None
        moves = re.findall(r"\x1b\[\d+;\d+H", second.render_segments(app.console))
        assert moves == ["\x1b[1;1H"]
        full = compositor.render_full_update()
        assert full is not None
        assert len(looks(full.render_segments(app.console))) == len(looks(whole)) == 100 * 30
