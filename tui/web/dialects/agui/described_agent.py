"""What AG-UI clients may know of the agent: what it can do, and its tools' parameters."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import msgspec

from tui.protocol.agui import agui_capabilities as can
from tui.protocol.agui.run_agent_input import Tool
from tui.protocol.events import AgentInfo, AgentLoaded, ToolInfo


def capabilities_of(loaded: AgentLoaded | None) -> can.AgentCapabilities:
    """Of the agent; of the service alone while none is loaded."""
    tools = {} if loaded is None else {tool.name: tool for tool in _all_tools(loaded)}
    team = () if loaded is None else loaded.team
    nested = [team[tool.agent].name for tool in tools.values() if tool.agent is not None]
    return can.AgentCapabilities(
        identity=can.Identity(
            name=loaded.agent if loaded is not None else None,
            type="openai-agents",
            version=version("streamtui"),
            provider="streamtui",
        ),
        transport=can.Transport(streaming=True, websocket=False, http_binary=False),
        tools=can.Tools(
            supported=True,
            items=tuple(map(_tool, tools.values())),
            parallel_calls=True,
            client_provided=True,
        ),
        output=can.Output(structured_output=loaded is not None and loaded.output_json),
        state=can.State(snapshots=True, deltas=True, memory=True, persistent_state=True),
        multi_agent=can.MultiAgent(
            supported=len(team) > 1,
            delegation=bool(nested),
            handoffs=any(agent.handoffs for agent in team),
            subagents=tuple(can.SubagentInfo(name=name) for name in dict.fromkeys(nested)),
        ),
        reasoning=can.Reasoning(supported=True, streaming=True, encrypted=False),
        multimodal=can.Multimodal(
            input=can.MultimodalInput(image=True, audio=False, video=False, pdf=True, file=False)
        ),
        human_in_the_loop=can.HumanInTheLoop(
            supported=True, approvals=True, interrupts=True, approve_with_edits=True
        ),
    )


def schema_of(loaded: AgentLoaded | None, agent: str, tool: str) -> Any:
    """The JSON schema of a function tool's parameters; None if there is none to go by."""
    if loaded is None:
        return None
    named = [one for one in loaded.team if one.name == agent]
    for info in named:
        for one in _tools(loaded, info):
            if one.name == tool and not one.hosted and one.parameters:
                return _schema(one)
    return None


def _all_tools(loaded: AgentLoaded) -> Iterator[ToolInfo]:
    for info in loaded.team:
        yield from _tools(loaded, info)


def _tools(loaded: AgentLoaded, info: AgentInfo) -> Iterator[ToolInfo]:
    yield from info.tools
    for server in info.servers:
        yield from loaded.mcp_servers[server].tools


def _tool(tool: ToolInfo) -> Tool:
    return Tool(name=tool.name, description=tool.description, parameters=_schema(tool))


def _schema(tool: ToolInfo) -> Any:
    try:
        return msgspec.json.decode(tool.parameters) if tool.parameters else None
    except msgspec.DecodeError:
        return None
