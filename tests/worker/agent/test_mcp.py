"""MCP servers of all reachable agents, and the demo."""

import sys
from pathlib import Path

from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider
from tests.worker.driver import WorkerProcess
from tui.protocol.events import ModelCallStarted, TextDelta, ToolFinished

SERVER = """\
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
server = MCPServer("sums")

@server.tool()
def multiply(a: int, b: int) -> int:
    if a == 0:
        raise ToolError("not with nothing")
    return a * b

server.run()
"""
AGENT = """\
import sys
from agents import Agent
from agents.mcp import MCPServerStdio
server = MCPServerStdio({{"command": {command!r}, "args": ["server.py"]}}, name="sums")
specialist = Agent(name="Specialist", mcp_servers=[server])
agent = Agent(name="First", handoffs=[specialist])
"""


def test_the_server_of_a_handoffs_agent_is_connected_and_its_tool_timed(
    provide: StartProvider, tmp_path: Path
) -> None:
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "mine.py").write_text(AGENT.format(command=sys.executable))
    provider = provide(
        Answer(tool_calls=[ToolCall("transfer_to_specialist")]),
        Answer(tool_calls=[ToolCall("multiply", {"a": 6, "b": 7}, id="call_mcp")]),
        Answer("42"),
    )
    with WorkerProcess(
        agent="mine.py:agent", cwd=tmp_path, base_url=provider.base_url, model="m"
    ) as worker:
        worker.loaded()
        assert worker.say("6 times 7?").output == "42"
        done = worker.until(ToolFinished, lambda event: event.tool_call == "call_mcp")
        assert done.outcome == "ok"
        assert done.output == "42"


def test_a_call_that_the_server_reports_as_failed_is_an_error(
    provide: StartProvider, tmp_path: Path
) -> None:
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "mine.py").write_text(AGENT.format(command=sys.executable))
    calls = [ToolCall("multiply", {"a": a, "b": 7}, id=f"call_{a}") for a in (0, 6)]
    provider = provide(Answer(tool_calls=calls), Answer("one of them"))
    with WorkerProcess(
        agent="mine.py:specialist", cwd=tmp_path, base_url=provider.base_url, model="m"
    ) as worker:
        worker.loaded()
        assert worker.say("multiply").output == "one of them"
        ends = {event.tool_call: event for event in worker.all(ToolFinished)}
    failed = ends["call_0"]
    assert failed.outcome == "error"
    assert failed.problem is not None
    assert "not with nothing" in failed.problem.message
    assert "not with nothing" in failed.output
    assert "not with nothing" in provider.requests[1].tool_outputs["call_0"]
    assert (ends["call_6"].outcome, ends["call_6"].problem) == ("ok", None)


def test_a_server_that_cannot_be_started_is_reported(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(AGENT.format(command="no-such-command"))
    with WorkerProcess(agent="mine.py:agent", cwd=tmp_path) as worker:
        problem = worker.load_failed().problem
    assert "MCP server sums" in problem.message
    assert "no-such-command" in problem.message


def test_the_demo_answers_without_a_key_and_without_a_network() -> None:
    with WorkerProcess(env={"OPENAI_API_KEY": ""}) as worker:
        loaded = worker.loaded()
        assert loaded.demo
        assert loaded.scripted
        assert loaded.host == ""
        assert worker.say("roll a d6").outcome == "ok"
        assert worker.all(TextDelta)
        assert all(call.scripted for call in worker.all(ModelCallStarted))


def test_the_demo_uses_a_real_model_when_there_is_one(provide: StartProvider) -> None:
    provider = provide(Answer("a real answer"))
    with WorkerProcess(base_url=provider.base_url, model="m") as worker:
        assert not worker.loaded().scripted
        assert worker.say("hello").output == "a real answer"
