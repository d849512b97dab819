"""What the dashboard says about a search of the chat."""

import sys

from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")


async def test_a_next_hit_without_a_search_tells_how_to_begin_one() -> None:
    app = StreamTui(AppOptions(config=Config(), worker_command=IDLE))
    async with app.run_test() as pilot:
        await pilot.pause()
        app.main.views.next_hit()
        await pilot.pause()
        (said,) = [notification.message for notification in app._notifications]
        assert said == "No search yet: / starts one."
