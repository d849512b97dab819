"""A blocked loop is reported with the code that blocks it, and again when it is free."""

from pathlib import Path

import pytest

from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider, ToolGate
from tests.worker.driver import WorkerProcess
from tests.worker.sample_agents import GATE
from tui.protocol.events import LoopBlocked, LoopFreed, ToolFinished

SOURCE = """\
import asyncio, os
from agents import Agent, function_tool

def read_gate():
    with open(os.environ["TEST_GATE"]) as gate:
        return gate.readline()

@function_tool
async def keeps_the_loop() -> str:
    return read_gate()

@function_tool(timeout=600)
async def keeps_it_with_a_timeout() -> str:
    return read_gate()

@function_tool
async def waits_well() -> str:
    return await asyncio.to_thread(read_gate)

def instructions(context, agent):
    return read_gate() if "slow" in agent.name else "Do it."

TOOLS = [keeps_the_loop, keeps_it_with_a_timeout, waits_well]
agent = Agent(name="Quick", instructions=instructions, tools=TOOLS)
slow = Agent(name="slow", instructions=instructions, tools=TOOLS)
"""


@pytest.mark.parametrize("tool", ["keeps_the_loop", "keeps_it_with_a_timeout"])
def test_a_tool_that_blocks_the_loop_is_reported_with_its_line_until_it_ends(
    tool: str, provide: StartProvider, gate: ToolGate, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(SOURCE)
    provider = provide(Answer(tool_calls=[ToolCall(tool, id="kept")]), Answer("done"))
    with WorkerProcess(
        agent="mine.py:agent",
        cwd=tmp_path,
        base_url=provider.base_url,
        model="test-model",
        env={GATE: str(gate.path)},
    ) as worker:
        worker.loaded()
        run = worker.start("go")
        blocked = worker.until(LoopBlocked)
        assert (blocked.tool_call, blocked.tool) == ("kept", tool)
        assert blocked.place.startswith("mine.py:")
        assert blocked.at - blocked.since >= 2_000_000_000
        assert worker.all(LoopFreed) == []
        gate.open()
        worker.until(LoopFreed)
        assert worker.finished(run).output == "done"
        assert worker.until(ToolFinished).outcome == "ok"


def test_other_code_that_blocks_the_loop_is_reported_with_its_line(
    provide: StartProvider, gate: ToolGate, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(SOURCE)
    provider = provide(Answer("done"))
    with WorkerProcess(
        agent="mine.py:slow",
        cwd=tmp_path,
        base_url=provider.base_url,
        model="test-model",
        env={GATE: str(gate.path)},
    ) as worker:
        worker.loaded()
        run = worker.start("go")
        blocked = worker.until(LoopBlocked)
        assert blocked.tool == ""
        assert blocked.place.startswith("mine.py:")
        gate.open()
        assert worker.finished(run).output == "done"


def test_a_tool_that_waits_without_blocking_is_not_reported(
    provide: StartProvider, gate: ToolGate, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(SOURCE)
    calls = [ToolCall("waits_well", id="good"), ToolCall("keeps_the_loop", id="bad")]
    provider = provide(Answer(tool_calls=calls), Answer("done"))
    with WorkerProcess(
        agent="mine.py:agent",
        cwd=tmp_path,
        base_url=provider.base_url,
        model="test-model",
        env={GATE: str(gate.path)},
    ) as worker:
        worker.loaded()
        worker.start("go")
        assert worker.until(LoopBlocked).tool_call == "bad"
