"""Where a tool comes from is shown beside its name."""

import sys
from pathlib import Path
from textwrap import dedent

from tests.support.conversations import Folding, assert_shown_again
from tests.support.provider import Answer, Provider, ToolCall
from tests.support.provider.script import raw
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.core import conversation
from tui.dashboard.tools.tool_rows import ToolRows, details
from tui.journal.markdown_export import markdown

SERVER = """\
from mcp.server.mcpserver import MCPServer
server = MCPServer("maths")

@server.tool(title="Add two numbers")
def add(a: int, b: int) -> int:
    return a + b

server.run()
"""


def mine(folder: Path, *, names: list[str], settings: str = "") -> None:
    """An agent with MCP servers of these names, which have the same tool."""
    (folder / "server.py").write_text(SERVER)
    (folder / "mine.py").write_text(
        dedent(f"""\
        from agents import Agent
        from agents.mcp import MCPServerStdio
        servers = [
            MCPServerStdio({{"command": {sys.executable!r}, "args": ["server.py"]}}, name=name)
            for name in {names}
        ]
        agent = Agent(name="Mine", mcp_servers=servers, {settings})
        """)
    )


def started(folder: Path, provider: Provider) -> WorkerProcess:
    return WorkerProcess(agent="mine.py:agent", cwd=folder, base_url=provider.base_url, model="m")


def last_tool(worker: WorkerProcess, key: str) -> conversation.ToolCall:
    changes = Folding().feed(*worker.events)
    return [one.item for one in changes if isinstance(one.item, conversation.ToolCall)
            and one.item.key == key][-1]  # fmt: skip


def test_an_mcp_tool_is_shown_with_its_server_and_title(
    provide: StartProvider, tmp_path: Path
) -> None:
    mine(tmp_path, names=["maths"])
    provider = provide(Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 5}, id="it")]), Answer("6"))
    with started(tmp_path, provider) as worker:
        assert worker.say("1 + 5?").output == "6"
    tool = last_tool(worker, "it")
    assert (tool.label, tool.output) == ("maths › add", "6")
    assert tool.origin == "Add two numbers · MCP server maths"
    rows = ToolRows()
    for change in Folding().feed(*worker.events):
        rows.show(change)
    (row,) = (row for row in rows if row.call is not None)
    assert row.name == "maths › add"
    assert ("from", tool.origin) in details(row)
    lines = markdown("", worker.events).splitlines()
    (head,) = (line for line in lines if line.startswith("**maths › add** (ok)"))
    assert head.endswith(f" · {tool.origin}")
    assert_shown_again(worker.events)


def test_two_servers_with_one_tool_are_told_apart_where_the_sdk_can(
    provide: StartProvider, tmp_path: Path
) -> None:
    prefixed = 'mcp_config={"include_server_in_tool_names": True}'
    mine(tmp_path, names=["maths", "sums"], settings=prefixed)
    provider = provide(Answer("Hello."))
    with started(tmp_path, provider) as worker:
        worker.say("hi")
        names = sorted(provider.requests[0].tool_names)
        calls = [
            ToolCall(name, {"a": 1, "b": number}, id=f"it{number}")
            for number, name in enumerate(names)
        ]
        provider.append(Answer(tool_calls=calls), Answer("Done."))
        assert worker.say("add").output == "Done."
    labels = [last_tool(worker, f"it{number}").label for number in range(2)]
    assert labels == ["maths › add", "sums › add"]
    assert last_tool(worker, "it0").origin.endswith(f"called {names[0]} by the model")


def test_two_servers_with_one_tool_are_a_failure_that_says_what_to_set(
    provide: StartProvider, tmp_path: Path
) -> None:
    mine(tmp_path, names=["maths", "sums"])
    provider = provide()
    with started(tmp_path, provider) as worker:
        problem = worker.say("hi").problem
    assert problem is not None
    assert "'add'" in problem.message
    assert "include_server_in_tool_names" in problem.message


def test_an_agent_that_is_used_as_a_tool_is_named(
    provide: StartProvider, work: StartWorker
) -> None:
    call = ToolCall("ask_expert", {"input": "depth?"}, id="it")
    provider = provide(Answer(tool_calls=[call]), Answer("9 m"), Answer("It is 9 m."))
    worker = work("team", provider)
    assert worker.say("go").output == "It is 9 m."
    tool = last_tool(worker, "it")
    assert (tool.label, tool.origin) == ("ask_expert", "the agent Expert as a tool")


def test_hosted_mcp_calls_name_their_server(provide: StartProvider, work: StartWorker) -> None:
    item = {"id": "mcp_1", "type": "mcp_call", "server_label": "sea", "name": "tide",
            "arguments": "{}", "output": "high", "status": "completed"}  # fmt: skip
    worker = work("plain", provide(Answer("High.", items=raw(item))))
    worker.say("go")
    assert last_tool(worker, "mcp_1").label == "sea › tide"
