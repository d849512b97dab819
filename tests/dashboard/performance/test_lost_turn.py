"""The waterfall of a turn that a killed dashboard left open."""

from tests.core.metrics.story import MS, Story
from tui.core.metrics import TurnFigures
from tui.dashboard.performance.waterfall_chart import waterfall
from tui.protocol import events


def _texts(turn: TurnFigures) -> list[str]:
    lines = waterfall(turn, 1, 80)
    return ["".join(one if isinstance(one, str) else one[0] for one in line) for line in lines]


def test_times_that_nobody_saw_end_are_not_given() -> None:
    story = Story().begins(0).calls(0).tries(0).says(100).ends(200).runs_tool(250)
    at = 500 * MS
    story.events += [
        events.ToolFinished(at=at, run="run", tool_call="t1", outcome="unknown", lost=True),
        events.RunFinished(at=at, run="run", outcome="cancelled", lost=True),
    ]
    (turn,) = story.figures().turns
    lines = _texts(turn)
    title, *_, sums = lines
    assert title.rstrip().endswith("E2E —")
    (tool,) = (line for line in lines if "▓" in line and line != sums)
    assert tool.endswith(" —")
    assert sums.startswith("at least ")
    assert "250 ms" in sums


def test_a_tool_that_started_last_has_a_bar() -> None:
    story = Story().begins(0).calls(0).tries(0).says(100).ends(200).runs_tool(250)
    at = 250 * MS
    story.events += [
        events.ToolFinished(at=at, run="run", tool_call="t1", outcome="unknown", lost=True),
        events.RunFinished(at=at, run="run", outcome="cancelled", lost=True),
    ]
    (turn,) = story.figures().turns
    (tool,) = (line for line in _texts(turn) if line.startswith("roll_dice"))
    assert "▓" in tool
    assert tool.endswith(" —")
