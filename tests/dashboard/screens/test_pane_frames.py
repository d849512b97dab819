"""The frames of the panes stand exactly where the panes will."""

import sys

import pytest
from textual.geometry import Region

from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui
from tui.dashboard.screens.pane_frames import TITLES

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")


async def places(size: tuple[int, int]) -> dict[str, tuple[Region, str | None]]:
    app = StreamTui(AppOptions(config=Config(), worker_command=IDLE))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        panes = {name: app.main.query_one(f"#{name}") for name in TITLES}
        bottom = {name: app.main.query_one(f"#{name}") for name in ("prompt", "hints")}
        return {
            name: (widget.region, widget.border_title) for name, widget in (panes | bottom).items()
        }


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (60, 20)], ids=["wide", "medium", "narrow"])
async def test_nothing_moves_when_the_panes_arrive(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = await places(size)

    async def nothing(_: StreamTui) -> None:
        pass

    monkeypatch.setattr(StreamTui, "load", nothing)
    assert await places(size) == loaded
