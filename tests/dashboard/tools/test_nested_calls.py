"""Calls of nested agents in the tool log: folded under their call, to any depth."""

from tests.dashboard.tools.test_tool_log import at_cursor, desk, feed, settled, shown
from tui.dashboard.tools.tool_log import ToolLog
from tui.protocol import events


def calls(log: ToolLog, *keys: str) -> None:
    """Each is made by the agent that the one before runs."""
    parent = ""
    for key in keys:
        feed(
            log,
            events.ToolCalled(at=1, tool_call=key, name=key, arguments="{}", parent=parent),
            events.ToolStarted(at=2, tool_call=key),
        )
        parent = key


def named(log: ToolLog) -> list[str]:
    return [line.strip().rstrip("0123456789 <ms") for line in shown(log) if line.strip()]


async def test_they_are_folded_and_counted() -> None:
    async with desk() as (log, pilot):
        calls(log, "ask", "inner", "deep")
        await settled(log, pilot)
        assert len([line for line in shown(log) if line.strip()]) == 1
        assert "▸⟳ ask (2 calls)" in shown(log)[0]


async def test_the_arrow_keys_unfold_and_fold_them_to_any_depth() -> None:
    async with desk() as (log, pilot):
        keys = [f"call{number}" for number in range(12)]
        calls(log, *keys)
        await settled(log, pilot)
        for _ in keys:
            await pilot.press("right", "right")
        await settled(log, pilot)
        lines = [line for line in shown(log) if line.strip()]
        assert len(lines) == 12
        assert all(key in line for key, line in zip(keys, lines, strict=True))
        assert at_cursor(log).name == "call11"
        for _ in range(11):
            await pilot.press("left")
            await pilot.press("left")
        await settled(log, pilot)
        assert at_cursor(log).name == "call0"
        assert len([line for line in shown(log) if line.strip()]) == 1


async def test_they_stand_below_their_call_also_when_calls_overlap() -> None:
    async with desk() as (log, pilot):
        calls(log, "one", "one-a")
        calls(log, "two", "two-a")
        feed(log, events.ToolCalled(at=3, tool_call="b", name="one-b", arguments="", parent="one"))
        await settled(log, pilot)
        await pilot.press("home", "right")
        await settled(log, pilot)
        names = [line.split()[1] for line in shown(log) if line.strip()]
        assert names == ["one", "one-a", "one-b", "two"]


async def test_a_call_that_waits_for_the_user_is_unfolded() -> None:
    async with desk() as (log, pilot):
        calls(log, "ask", "inner")
        feed(
            log, events.ToolCalled(at=3, tool_call="w", name="launch", arguments="", parent="inner")
        )
        await settled(log, pilot)
        assert not any("launch" in line for line in shown(log))
        feed(log, events.ApprovalRequested(at=4, tool_call="w", name="launch", arguments=""))
        await settled(log, pilot)
        assert any("? launch" in line for line in shown(log))


async def test_what_failed_below_is_named() -> None:
    async with desk() as (log, pilot):
        calls(log, "ask", "inner")
        feed(log, events.ToolFinished(at=5, tool_call="inner", outcome="error"))
        await settled(log, pilot)
        assert "(1 call, 1 failed)" in shown(log)[0]
        await pilot.press("right")
        await settled(log, pilot)
        assert "failed)" not in shown(log)[0]
