"""The waterfall of a turn that a killed dashboard left open."""

from tests.core.metrics.story import MS, Story
from tui.dashboard.performance.waterfall_chart import waterfall
from tui.protocol import events


def test_times_that_nobody_saw_end_are_not_given() -> None:
    story = Story().begins(0).calls(0).tries(0).says(100).ends(200).runs_tool(250)
    at = 500 * MS
    story.events += [
        events.ToolFinished(at=at, run="run", tool_call="t1", outcome="unknown", lost=True),
        events.RunFinished(at=at, run="run", outcome="cancelled", lost=True),
    ]
    (turn,) = story.figures().turns
    lines = [
        "".join(p if isinstance(p, str) else p[0] for p in one) for one in waterfall(turn, 1, 80)
    ]
    title, *_, sums = lines
    assert title.rstrip().endswith("E2E —")
    (tool,) = (line for line in lines if "▓" in line and line != sums)
    assert tool.endswith(" —")
    assert sums.startswith("at least ")
    assert "250 ms" in sums
