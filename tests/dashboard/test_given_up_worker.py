"""A worker that cannot be started: nothing starts another one but /reload."""

import pytest

from tests.dashboard.test_main_screen import Desk, loaded, started
from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui
from tui.protocol import events
from tui.stream.supervisor import Supervisor


@pytest.mark.parametrize("entered", [["ctrl+r"], [*"/model", "enter"]])
async def test_the_key_to_press_is_said(entered: list[str]) -> None:
    command = ("/nowhere/worker",)
    supervisor = Supervisor(command)
    app = StreamTui(AppOptions(config=Config(), worker_command=command), supervisor)
    async with app.run_test(size=(140, 40)) as pilot:
        it = Desk(app, pilot, [])
        await it.until(lambda: supervisor.given_up)
        await it.feed(
            *loaded(),
            *started(),
            events.HistoryChanged(at=3, run="r1", keep=0, items=(), agent="Ann"),
            events.WorkerExited(at=9, code=1, final=True),
        )
        await it.press(*entered)
        await it.until(r"The agent's process has ended\. /reload starts another one\.")
