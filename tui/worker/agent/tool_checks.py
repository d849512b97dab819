"""What stands among an agent's tools and is none. Pure."""

import inspect
from typing import Any

from agents import Agent
from agents.mcp import MCPServer

from tui.worker.agent.load_error import LoadError


def check_tools(agents: list[Agent[Any]]) -> None:
    """Raise `LoadError` for the first value that the SDK could not use as a tool."""
    for agent in agents:
        for tool in agent.tools:
            found = _not_a_tool(tool)
            if found is not None:
                what, advice = found
                raise LoadError(f"{what} among the tools of {agent.name} is no tool.", advice)


def _not_a_tool(tool: Any) -> tuple[str, str] | None:
    """What it is, and what to write instead; None for a tool."""
    name = getattr(tool, "__name__", type(tool).__name__)
    if inspect.isclass(tool):
        return f"The class {name}", f"Write {name}(...), which makes one."
    if inspect.isroutine(tool):
        return f"The function {name}", (
            f"Write @function_tool above  def {name},  or function_tool({name}) in the list."
        )
    if isinstance(tool, Agent):
        return f"The agent {tool.name}", (
            "Write agent.as_tool(tool_name=..., tool_description=...), or list it as a handoff."
        )
    if isinstance(tool, MCPServer):
        return f"The MCP server {tool.name}", "List it in mcp_servers=[...]."
    if not hasattr(tool, "name"):
        return (
            f"{tool!r:.80}",
            "A tool is a function with @function_tool, or one of the SDK's.",
        )
    return None
