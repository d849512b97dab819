"""Describes the agents that a run can reach, for `/agent`. Pure."""

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from agents import Agent, AgentOutputSchemaBase, FunctionTool, Handoff
from agents.mcp import MCPServer
from msgspec.structs import replace

from tui.protocol.events import AgentInfo, HandoffInfo, McpServerInfo, ToolInfo
from tui.worker.agent.reachable import all_agents
from tui.worker.sdk_internals.tool_names import agent_of_handoff, agent_of_tool
from tui.worker.tools.output_text import as_json

_SECRET = ("authorization", "headers", "env")
_LONGEST = 300
_USER_INFO = re.compile(r"//[^/@\s]*@")


class Team:
    """The agents that ``first`` reaches, by handoff or as tools, and their MCP servers."""

    def __init__(self, first: Agent[Any]) -> None:
        self.agents = all_agents(first)
        servers = {id(server): server for agent in self.agents for server in agent.mcp_servers}
        self.servers: list[MCPServer] = list(servers.values())

    def owner(self, server: MCPServer) -> Agent[Any]:
        """The first agent that has this server."""
        return next(one for one in self.agents if any(server is own for own in one.mcp_servers))

    def described(self, model_of: Callable[[Agent[Any]], str]) -> tuple[AgentInfo, ...]:
        return tuple(self._described(agent, model_of) for agent in self.agents)

    def _described(self, agent: Agent[Any], model_of: Callable[[Agent[Any]], str]) -> AgentInfo:
        return AgentInfo(
            name=agent.name,
            model=model_of(agent),
            output_type=_output_type(agent.output_type),
            input_guardrails=tuple(one.get_name() for one in agent.input_guardrails),
            output_guardrails=tuple(one.get_name() for one in agent.output_guardrails),
            tools=tuple(self._tools(agent.tools)),
            servers=tuple(_place(server, self.servers) or 0 for server in agent.mcp_servers),
            handoffs=tuple(map(self._handoff, agent.handoffs)),
        )

    def _tools(self, tools: Sequence[Any]) -> Iterator[ToolInfo]:
        for tool in tools:
            described = tool_info(tool)
            nested = agent_of_tool(tool)
            if nested is not None:
                described = replace(described, agent=_place(nested, self.agents))
            yield described

    def _handoff(self, target: Agent[Any] | Handoff[Any, Any]) -> HandoffInfo:
        if isinstance(target, Handoff):
            behind = agent_of_handoff(target)
            name, tool = target.agent_name, target.tool_name
        else:
            behind, name, tool = target, target.name, Handoff.default_tool_name(target)
        return HandoffInfo(tool=tool, name=name, agent=_place(behind, self.agents))


def tool_info(tool: Any) -> ToolInfo:
    asks = getattr(tool, "needs_approval", False)
    if isinstance(tool, FunctionTool):
        checks = (*(tool.tool_input_guardrails or ()), *(tool.tool_output_guardrails or ()))
        return ToolInfo(
            name=tool.name,
            description=tool.description,
            parameters=as_json(tool.params_json_schema),
            asks=bool(asks),
            guardrails=tuple(one.get_name() for one in checks),
        )
    return ToolInfo(
        name=str(getattr(tool, "name", type(tool).__name__)),
        hosted=True,
        settings=hosted_settings(tool),
        asks=bool(asks),
    )


def hosted_settings(tool: object) -> str:
    """The settings of a hosted tool in one line; secrets are only named."""
    fields = dataclasses.fields(tool) if dataclasses.is_dataclass(tool) else ()
    given = {one.name: getattr(tool, one.name, None) for one in fields}
    config = given.pop("tool_config", None)
    if isinstance(config, Mapping):
        given |= config
    parts = [
        f"{name}={_setting(name, value)}"
        for name, value in given.items()
        if value not in (None, False, [], {}) and name not in ("type", "name", "needs_approval")
        if not callable(value) and _is_data(value)
    ]
    words = "  ".join(parts)
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def server_info(server: MCPServer) -> McpServerInfo:
    return McpServerInfo(name=_without_user(server.name), place=_server_place(server))


def mcp_tool_info(tool: Any) -> ToolInfo:
    """A tool as an MCP server lists it."""
    return ToolInfo(
        name=tool.name,
        description=tool.description or "",
        parameters=as_json(getattr(tool, "inputSchema", None) or getattr(tool, "input_schema", {})),
    )


def _setting(name: str, value: object) -> str:
    if name in _SECRET:
        return "(set)"
    if isinstance(value, str):
        return _without_user(value)
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_data(value: object) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


def _output_type(kind: object) -> str:
    if kind in (None, str):
        return ""
    if isinstance(kind, AgentOutputSchemaBase):
        return kind.name()
    return kind.__name__ if isinstance(kind, type) else str(kind)


def _server_place(server: MCPServer) -> str:
    params = getattr(server, "params", None)
    command, url = getattr(params, "command", None), None
    if isinstance(params, Mapping):
        command, url = params.get("command", command), params.get("url")
    if isinstance(url, str):
        parts = urlsplit(url)
        return _without_user(f"{parts.scheme}://{parts.netloc}{parts.path}")
    return f"stdio: {PurePath(command).name}" if isinstance(command, str) else type(server).__name__


def _without_user(text: str) -> str:
    return _USER_INFO.sub("//", text)


def _place(one: object, among: Sequence[object]) -> int | None:
    return next((place for place, other in enumerate(among) if other is one), None)
