"""What the worker reports of the agents that can be reached, and of their MCP servers."""

import sys
from pathlib import Path

from tests.worker.agent.test_agents_as_written import write
from tests.worker.agent.test_mcp import SERVER
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import SetModel
from tui.protocol.events import AgentLoaded, HandoffInfo, McpServerInfo, McpToolsListed

TEAM = """
    from pydantic import BaseModel
    from agents import (CodeInterpreterTool, FileSearchTool, GuardrailFunctionOutput, HostedMCPTool,
        WebSearchTool, function_tool, handoff, input_guardrail, output_guardrail)

    class Bill(BaseModel):
        total: int

    @function_tool(needs_approval=True)
    def roll(sides: int, count: int = 1) -> int:
        "Roll a die."
        return sides

    @input_guardrail(name="homework")
    def check(ctx, agent, given): return GuardrailFunctionOutput(None, False)

    @output_guardrail
    def polite(ctx, agent, output): return GuardrailFunctionOutput(None, False)

    translator = Agent(name="Translator", model="m-3", instructions="Translate.")
    billing = Agent(name="Billing", model="m-2", output_type=Bill)
    agent = Agent(
        name="Triage",
        model="m-1",
        tools=[
            roll,
            translator.as_tool("translate", "Translates."),
            WebSearchTool(search_context_size="low"),
            FileSearchTool(vector_store_ids=["vs_1", "vs_2"], max_num_results=3),
            HostedMCPTool(tool_config={
                "type": "mcp", "server_label": "git", "server_url": "https://me:pw@host/mcp",
                "headers": {"Authorization": "Bearer very-secret"}, "require_approval": "never",
            }),
            CodeInterpreterTool(tool_config={
                "type": "code_interpreter", "container": {"type": "auto"}}),
        ],
        input_guardrails=[check],
        output_guardrails=[polite],
        handoffs=[handoff(billing, tool_name_override="to_billing")],
    )
    billing.handoffs = [agent]
"""


def test_every_agent_is_described_with_what_it_can_do(tmp_path: Path) -> None:
    write(tmp_path, TEAM)
    with WorkerProcess(agent="mine.py:agent", cwd=tmp_path) as worker:
        loaded = worker.loaded()
    triage, billing, _ = loaded.team
    assert [one.name for one in loaded.team] == ["Triage", "Billing", "Translator"]
    assert [one.model for one in loaded.team] == ["m-1", "m-2", "m-3"]
    assert triage.input_guardrails == ("homework",)
    assert triage.output_guardrails == ("polite",)
    assert triage.handoffs == (HandoffInfo(tool="to_billing", name="Billing", agent=1),)
    assert billing.handoffs == (HandoffInfo(tool="transfer_to_triage", name="Triage", agent=0),)
    assert billing.output_type == "Bill"
    roll, ask, *hosted = triage.tools
    assert (roll.name, roll.description, roll.asks) == ("roll", "Roll a die.", True)
    assert (ask.name, ask.agent, ask.hosted) == ("translate", 2, False)
    assert [(one.name, one.settings) for one in hosted] == [
        ("web_search", "search_context_size=low"),
        ("file_search", "vector_store_ids=vs_1,vs_2  max_num_results=3"),
        (
            "hosted_mcp",
            "server_label=git  server_url=https://host/mcp  headers=(set)  require_approval=never",
        ),
        ("code_interpreter", 'container={"type":"auto"}'),
    ]
    assert loaded.tools == triage.tools


MCP = f"""
    from agents.mcp import MCPServerStdio
    command = {{"command": {sys.executable!r}, "args": ["server.py"]}}
    sums = MCPServerStdio(command, name="sums", tool_filter={{"allowed_tool_names": ["multiply"]}})

    class Broken(MCPServerStdio):
        async def list_tools(self, run_context=None, agent=None):
            raise ValueError("no list today")

    class Slow(MCPServerStdio):
        async def list_tools(self, run_context=None, agent=None):
            await asyncio.sleep(3600)

    broken, slow = Broken(command, name="broken"), Slow(command, name="slow")
    inner = Agent(name="Inner", mcp_servers=[sums, broken])
    agent = Agent(name="Outer", tools=[inner.as_tool("ask", "Asks.")], mcp_servers=[slow, sums])
"""


def test_mcp_servers_are_asked_for_their_tools_after_the_agent_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "server.py").write_text(SERVER)
    write(tmp_path, MCP)
    with WorkerProcess(agent="mine.py:agent", cwd=tmp_path) as worker:
        loaded = worker.loaded()
        place = f"stdio: {Path(sys.executable).name}"
        assert loaded.mcp_servers == tuple(
            McpServerInfo(name=name, place=place) for name in ("slow", "sums", "broken")
        )
        assert [one.servers for one in loaded.team] == [(0, 1), (1, 2)]
        sums = worker.until(McpToolsListed, lambda event: event.server == 1)
        assert [(one.name, bool(one.parameters)) for one in sums.tools] == [("multiply", True)]
        broken = worker.until(McpToolsListed, lambda event: event.server == 2)
        assert (broken.tools, broken.problem) == ((), "ValueError: no list today")
        worker.send(SetModel(model="other"))
        again = worker.until(AgentLoaded, lambda event: event.model == "other")
        assert again.mcp_servers[1].tools == sums.tools
        assert [one.listed for one in again.mcp_servers] == [False, True, True]


SILENT = """
    from agents.mcp import MCPServer

    class Silent(MCPServer):
        name = "silent"
        async def connect(self): pass
        async def cleanup(self): pass
        async def call_tool(self, *given): pass
        async def list_prompts(self): pass
        async def get_prompt(self, *given): pass
        async def list_tools(self, run_context=None, agent=None):
            await asyncio.sleep(3600)

    agent = Agent(name="Mine", mcp_servers=[Silent()])
"""


def test_a_server_that_does_not_list_its_tools_is_named_in_time(tmp_path: Path) -> None:
    write(tmp_path, SILENT)
    with WorkerProcess(agent="mine.py:agent", cwd=tmp_path, connect_timeout=0.5) as worker:
        assert worker.loaded().mcp_servers == (McpServerInfo(name="silent", place="Silent"),)
        assert worker.until(McpToolsListed).problem == "it did not list its tools in 0.5 s"


def test_every_server_that_cannot_be_connected_is_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        from agents.mcp import MCPServerStdio
        servers = [MCPServerStdio({"command": f"no-{name}"}, name=name) for name in ("one", "two")]
        agent = Agent(name="Mine", mcp_servers=servers)
        """,
    )
    with WorkerProcess(agent="mine.py:agent", cwd=tmp_path) as worker:
        problem = worker.load_failed().problem
    assert "The MCP server one could not be connected" in problem.message
    assert "The MCP server two could not be connected" in problem.advice
