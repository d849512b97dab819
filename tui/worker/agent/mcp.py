"""Connects MCP servers before the first run and closes them at the end; the SDK does neither.

What tools they have is asked once they are connected, and nothing waits for the answer.
"""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from agents import Agent, RunContextWrapper
from agents.mcp import MCPServer, MCPServerManager

from tui.protocol.events import ToolInfo
from tui.worker.agent.load_error import LoadError
from tui.worker.agent.reachable import mcp_servers
from tui.worker.agent.team import mcp_tool_info
from tui.worker.tools import mcp_errors

CLOSE_SECONDS = 0.5


async def connect(agent: Agent[Any], stack: AsyncExitStack, *, connect_timeout: float) -> None:
    """Connect the servers of every reachable agent. Raise `LoadError` if one fails."""
    servers = mcp_servers(agent)
    if not servers:
        return
    manager = MCPServerManager(
        servers,
        connect_timeout_seconds=connect_timeout,
        cleanup_timeout_seconds=CLOSE_SECONDS,
        connect_in_parallel=True,
    )
    await stack.enter_async_context(manager)
    for server in servers:
        mcp_errors.watch(server)
    failed = [
        f"The MCP server {server.name} could not be connected: {_words(failure)}"
        for server, failure in manager.errors.items()
    ]
    if failed:
        raise LoadError(
            failed[0],
            "\n".join([*failed[1:], "Start it, or fix its command or address, then reload."]),
            code="mcp",
        )


async def listed(
    server: MCPServer, agent: Agent[Any], context: Any, seconds: float
) -> tuple[tuple[ToolInfo, ...], str]:
    """The tools that ``agent`` gets from the server, or why it does not list them."""
    try:
        async with asyncio.timeout(seconds):
            tools = await server.list_tools(RunContextWrapper(context), agent)
        return tuple(map(mcp_tool_info, tools)), ""
    except TimeoutError:
        return (), f"it did not list its tools in {seconds:g} s"
    except Exception as error:  # noqa: BLE001 (a class of the user's own may raise anything)
        return (), _words(error)


def _words(failure: BaseException) -> str:
    error = _first_cause(failure)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _first_cause(error: BaseException) -> BaseException:
    """Task groups wrap the errors of their tasks."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
