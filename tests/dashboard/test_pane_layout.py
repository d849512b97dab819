"""Sizes of panes: dividers, folded panes, what is remembered, and every size of a terminal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.geometry import Region

from tests.dashboard.test_main_screen import IDLE, Desk, finished, loaded, said, started
from tests.support.supervisors import RecordingSupervisor
from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui
from tui.dashboard.controllers.pane_layout import LEAST_HEIGHT, LEAST_WIDTH
from tui.protocol import events
from tui.protocol.events import Event

SIZES = [
    (20, 5), (20, 6), (24, 8), (30, 8), (30, 13), (30, 14), (40, 12), (60, 20), (79, 13), (79, 24),
    (80, 13), (80, 14), (80, 24), (100, 30), (119, 23), (120, 13), (120, 14), (120, 30), (160, 50),
    (200, 60), (250, 70),
]  # fmt: skip


@asynccontextmanager
async def desk_of(
    size: tuple[int, int] = (160, 50), memory: Path | None = None
) -> AsyncIterator[Desk]:
    supervisor = RecordingSupervisor(IDLE)
    options = AppOptions(config=Config(), worker_command=IDLE, screen_memory=memory)
    app = StreamTui(options, supervisor)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Desk(app, pilot, supervisor.sent)


def region(it: Desk, name: str) -> Region:
    return it.app.main.query_one(f"#{name}").region


def a_tool() -> tuple[Event, ...]:
    return (
        events.ToolCalled(at=6, run="r1", tool_call="t1", name="digs", arguments="{}"),
        events.ToolStarted(at=7, run="r1", tool_call="t1"),
        events.ToolFinished(at=8, run="r1", tool_call="t1", outcome="ok", output="sand"),
    )


async def with_tools(it: Desk) -> None:
    await it.feed(*loaded(), *started(), said("hello there"), *a_tool(), finished())


@pytest.mark.parametrize("size", SIZES)
async def test_a_line_of_the_chat_and_the_prompt_are_left(size: tuple[int, int]) -> None:
    async with desk_of(size) as it:
        await it.feed(*loaded(), *started(), said("word"))
        assert it.shows("word")
        await it.press("t", "y", "p")
        assert it.shows("typ")
        whole = Region(0, 0, *size)
        for name in ("chat", "prompt"):
            assert whole.contains_region(region(it, name)), name
        assert not region(it, "chat").overlaps(region(it, "prompt"))
        assert not it.shows("too small")


async def test_every_size_works_while_text_streams() -> None:
    async with desk_of((250, 70)) as it:
        await it.feed(*loaded(), *started(), *a_tool())
        for number, size in enumerate([*reversed(SIZES), *SIZES]):
            await it.pilot.resize_terminal(*size)
            await it.feed(said(f"word{number} ", at=9 + number))
            await it.pilot.pause()
            assert it.shows(rf"word{number}\b"), (size, it.text)
        await it.pilot.resize_terminal(19, 4)
        await it.pilot.pause()
        assert it.shows("too small")


async def test_a_tool_log_without_calls_gives_its_room_and_takes_it_with_the_first() -> None:
    async with desk_of() as it:
        await it.feed(*loaded())
        before = region(it, "tools"), region(it, "performance")
        assert before[0].height < before[1].height / 5
        chat = region(it, "chat")
        await it.feed(*started(), said("hello"))
        assert (region(it, "tools"), region(it, "performance")) == before
        await it.feed(*a_tool())
        await it.pilot.pause()
        assert region(it, "tools").height == pytest.approx(region(it, "performance").height, abs=1)
        assert it.shows("digs")
        # What one reads while it streams does not move.
        assert region(it, "chat") == chat
        await it.feed(finished())
        it.app.main.tools.clear()
        await it.feed(events.Noticed(at=9, text="begun", chat=True, own=True))
        await it.pilot.pause()
        assert region(it, "tools").height == before[0].height


@pytest.mark.parametrize("size", [(160, 50), (100, 30)])
async def test_dividers_are_dragged_with_the_mouse(size: tuple[int, int]) -> None:
    async with desk_of(size) as it:
        await with_tools(it)
        for first, second in (("chat", "side"), ("tools", "performance")):
            one, other = region(it, first), region(it, second)
            beside = one.right == other.x
            grip = (other.x, other.y + 1) if beside else (other.x + 1, other.y)
            away = (-9, 0) if beside else (0, -3)
            target = grip[0] + away[0], grip[1] + away[1]
            await it.pilot.mouse_down(offset=grip)
            await it.pilot.hover(offset=target)
            await it.pilot.mouse_up(offset=target)
            await it.pilot.pause()
            moved = region(it, second)
            assert moved.x == pytest.approx(other.x + away[0], abs=2)
            assert moved.y == pytest.approx(other.y + away[1], abs=2)
            assert (moved.right, moved.bottom) == (other.right, other.bottom)


async def test_dividers_move_with_keys_and_leave_room_to_every_pane() -> None:
    async with desk_of() as it:
        await with_tools(it)
        await it.press("f2")
        width = region(it, "chat").width
        await it.press("L")
        assert region(it, "chat").width > width
        await it.press("H", "H")
        assert region(it, "chat").width < width
        height = region(it, "tools").height
        await it.press("J")
        assert region(it, "tools").height > height
        for key in "LJHK":
            await it.press(*[key] * 30)
            for name in ("chat", "tools", "performance"):
                assert region(it, name).width >= LEAST_WIDTH - 1
                assert region(it, name).height >= LEAST_HEIGHT - 1
        await it.press("0")
        assert region(it, "chat").width == width
        assert region(it, "tools").height == height


async def test_sizes_are_remembered_for_each_class_of_terminals(tmp_path: Path) -> None:
    memory = tmp_path / "data" / "screen.json"
    async with desk_of((160, 50), memory) as it:
        await with_tools(it)
        await it.press("f2", "L", "L", "L")
        wide = region(it, "chat").width
        await it.pilot.resize_terminal(100, 40)
        await it.pilot.pause()
        await it.press("H", "H")
        medium = region(it, "chat").height
        await it.press("f4", "z")
        assert not it.app.main.query_one("#performance").display
    async with desk_of((160, 50), memory) as it:
        assert region(it, "chat").width == wide
        assert it.app.main.query_one("#performance").region.width
        await it.pilot.resize_terminal(100, 40)
        await it.pilot.pause()
        assert region(it, "chat").height == medium
        assert not it.app.main.query_one("#performance").display


async def test_a_pane_is_folded_away_and_its_key_shows_it_again() -> None:
    async with desk_of() as it:
        await with_tools(it)
        await it.press("f3", "z")
        assert region(it, "performance").height == region(it, "chat").height
        assert it.app.notices.past[-1].text == "Folded away: F3 shows it again."
        await it.press("f4", "z")
        assert region(it, "chat").width == 160
        await it.press("tab", "tab")
        await it.press("f3")
        assert region(it, "tools").height == region(it, "chat").height
        assert it.app.focused is it.app.main.tools


async def test_a_click_focuses_a_pane_and_the_wheel_scrolls_the_one_below_the_pointer() -> None:
    async with desk_of((160, 30)) as it:
        await it.feed(*loaded(), *started(), said("\n\n".join(map(str, range(200)))))
        await with_tools(it)
        it.app.main.prompt.focus()
        await it.pilot.click("#tools", offset=(5, 1))
        assert it.app.focused is it.app.main.tools
        top = it.app.main.chat.transcript.window.top
        await it.pilot._post_mouse_events(
            [_scroll_up()], it.app.main.chat.transcript, offset=(5, 5)
        )
        await it.pilot.pause()
        assert it.app.main.chat.transcript.window.top < top
        assert it.app.focused is it.app.main.tools


def _scroll_up() -> type:
    from textual.events import MouseScrollUp

    return MouseScrollUp


async def test_the_first_frame_has_the_remembered_sizes(tmp_path: Path) -> None:
    memory = tmp_path / "screen.json"
    memory.write_text('{"panes": {"wide": {"chat": 0.3}}}')
    async with desk_of((200, 50), memory) as it:
        assert region(it, "chat").width == 60
