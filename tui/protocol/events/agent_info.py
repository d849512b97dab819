"""What the worker reports of the agents it loaded: their tools, MCP servers and each other.

``agent`` and ``server`` are positions in `AgentLoaded.team` and `AgentLoaded.mcp_servers`: names
may occur twice, and agents may reach each other in a circle.
"""

import msgspec


class ToolInfo(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    name: str
    description: str = ""
    parameters: str = ""
    """The JSON schema, as text."""
    hosted: bool = False
    settings: str = ""
    """Of a hosted tool, in one line: ``search_context_size=medium``."""
    agent: int | None = None
    """The agent that this tool runs."""
    asks: bool = False
    """Its calls may have to be approved."""
    guardrails: tuple[str, ...] = ()


class McpServerInfo(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    name: str
    place: str = ""
    """Its transport, and its command or address: ``stdio: python``."""
    tools: tuple[ToolInfo, ...] = ()
    listed: bool = False
    """It was asked for its tools: ``tools`` or ``problem`` is the answer."""
    problem: str = ""


class HandoffInfo(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    tool: str
    """``transfer_to_billing``."""
    name: str
    """The agent's."""
    agent: int | None = None
    """None: not known before the handoff."""


class AgentInfo(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    name: str
    model: str = ""
    output_type: str = ""
    """"" for text."""
    input_guardrails: tuple[str, ...] = ()
    output_guardrails: tuple[str, ...] = ()
    tools: tuple[ToolInfo, ...] = ()
    servers: tuple[int, ...] = ()
    handoffs: tuple[HandoffInfo, ...] = ()
