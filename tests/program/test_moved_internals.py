"""A version of Textual without the private names that the dashboard uses."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.program.moved_textual import VERSION, moved_textual
from tests.support.provider import Answer, Provider, ToolCall
from tui.dashboard.textual_internals.supported import SUPPORTED

SENTENCE = f"streamtui supports Textual {SUPPORTED}; with Textual {VERSION} it works"


def test_the_dashboard_works_and_says_once_that_the_version_is_not_supported(
    launch: Launch, provide: Callable[..., Provider], tmp_path: Path
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("roll_dice", {"sides": 20})]),
        Answer("the first answer"),
        Answer("\n\n".join(f"paragraph {number}" for number in range(100))),
        Answer("the last answer"),
    )
    terminal = launch(
        AGENT, provider=provider, env={"PYTHONPATH": str(moved_textual(tmp_path / "moved"))}
    )
    terminal.wait_for(SENTENCE)
    terminal.type("roll\n")
    terminal.wait_for("the first answer")
    terminal.wait_for(re.compile("✓ roll_dice"))
    terminal.press("f3", "space")
    terminal.wait_for("arguments")
    terminal.click(38, 10)
    terminal.type("long\n")
    terminal.wait_for("paragraph 99")
    terminal.resize(30, 70)
    terminal.wait_for(lambda screen: len(screen) == 30 and any("paragraph 99" in s for s in screen))
    terminal.resize(40, 140)
    terminal.type("again\n")
    terminal.wait_for("the last answer")
    terminal.press("f2", "home")
    terminal.wait_for(SENTENCE)
    assert terminal.text.count("streamtui supports") == 1
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
