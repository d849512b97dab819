"""Questions fit on the screen."""

import sys

import pytest

from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")


@pytest.mark.parametrize("size", [(160, 50), (60, 20), (40, 12)])
async def test_a_long_question_is_read_to_its_end(size: tuple[int, int]) -> None:
    app = StreamTui(AppOptions(config=Config(), worker_command=IDLE))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.main.ask("The last turn ran tools. Undo it and run them again?", list)
        await pilot.pause()
        box = app.screen.query_one("#question").region
        assert box.width <= 70
        assert box.x > 0
        assert box.right < size[0]
        rows = (strip.text for strip in app.screen._compositor.render_strips())
        words = "".join(row[box.x + 1 : box.right - 1] for row in rows).split()
        assert {"tools.", "again?", "yes", "no"} <= set(words)
