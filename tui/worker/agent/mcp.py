"""Connects MCP servers before the first run and closes them at the end; the SDK does neither."""

from contextlib import AsyncExitStack
from typing import Any

from agents import Agent
from agents.mcp import MCPServerManager

from tui.worker.agent.load_error import LoadError
from tui.worker.agent.reachable import mcp_servers

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
    for server, failure in manager.errors.items():
        error = _first_cause(failure)
        raise LoadError(
            f"The MCP server {server.name} could not be connected: {type(error).__name__}: {error}",
            "Start it, or fix its command or address, then reload.",
            code="mcp",
        )


def _first_cause(error: BaseException) -> BaseException:
    """Task groups wrap the errors of their tasks."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
