"""The agents that a run can reach, and their MCP servers. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from agents import Agent, Handoff
from agents.mcp import MCPServer

from tui.worker.sdk_internals.tool_names import agent_of_handoff, agent_of_tool


def agents_by_handoff(first: Agent[Any]) -> list[Agent[Any]]:
    """The first agent, and all that it can hand over to, directly or not."""
    return _closure(first, _handed_over)


def all_agents(first: Agent[Any]) -> list[Agent[Any]]:
    """Those, and the agents that are used as tools."""
    return _closure(first, lambda agent: [*_handed_over(agent), *_used_as_tools(agent)])


def mcp_servers(first: Agent[Any]) -> list[MCPServer]:
    """The servers of all agents that are not connected yet, each once."""
    servers: dict[int, MCPServer] = {}
    for agent in all_agents(first):
        for server in agent.mcp_servers:
            if getattr(server, "session", None) is None:
                servers[id(server)] = server
    return list(servers.values())


def _closure(
    first: Agent[Any], following: Callable[[Agent[Any]], Iterable[Agent[Any]]]
) -> list[Agent[Any]]:
    found: list[Agent[Any]] = []
    waiting = [first]
    while waiting:
        agent = waiting.pop(0)
        if not any(agent is known for known in found):
            found.append(agent)
            waiting += following(agent)
    return found


def _handed_over(agent: Agent[Any]) -> Iterator[Agent[Any]]:
    for target in agent.handoffs:
        if isinstance(target, Agent):
            yield target
        elif isinstance(target, Handoff):
            behind = agent_of_handoff(target)
            if isinstance(behind, Agent):
                yield behind


def _used_as_tools(agent: Agent[Any]) -> Iterator[Agent[Any]]:
    for tool in agent.tools:
        nested = agent_of_tool(tool)
        if isinstance(nested, Agent):
            yield nested
