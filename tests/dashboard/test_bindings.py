"""Every key of the dashboard has a name by which the settings can change it."""

import sys

from textual.binding import Binding, BindingType

from tests.support.conversations import printed
from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui
from tui.dashboard.chat.approval import ApprovalBar
from tui.dashboard.chat.prompt import Prompt
from tui.dashboard.command_table import COMMANDS, PANE_BINDINGS
from tui.dashboard.performance import PerformancePane
from tui.dashboard.screens.main_screen import MainScreen
from tui.dashboard.tools.tool_log import ToolLog
from tui.dashboard.transcript import Transcript

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")
CLASSES = (MainScreen, Transcript, ToolLog, PerformancePane, Prompt, ApprovalBar)


def ours(cls: type) -> list[BindingType]:
    return [one for base in cls.__mro__ if base.__module__.startswith("tui.")
            for one in vars(base).get("BINDINGS", ())]  # fmt: skip


def test_every_binding_has_an_id_that_the_settings_know() -> None:
    bindings = [one for cls in CLASSES for one in ours(cls) if isinstance(one, Binding)]
    ids = {binding.id for binding in bindings if binding.action != "nothing"}
    assert ids == {command.id for command in COMMANDS if command.keys} | PANE_BINDINGS


async def test_a_key_of_a_pane_is_what_the_settings_say() -> None:
    config = Config(keys={"tools.fold": "v"})
    app = StreamTui(AppOptions(config=config, worker_command=IDLE))
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        app.main.tools.show(printed(["printed"]))
        await pilot.pause()
        await pilot.press("f3", "space")
        assert not app.main.tools.rows.rows[0].open
        await pilot.press("v")
        assert app.main.tools.rows.rows[0].open
