"""Reads where a tool comes from, and which program called it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from agents import FunctionTool
from agents.tool import ToolOriginType, get_function_tool_origin

from tui.protocol.events import ToolSource
from tui.worker.sdk_internals.tool_names import server_tool_of, title_of


def source_of(item: Any, tools: Sequence[Any]) -> ToolSource:
    """Of the tool that a call names; ``tools`` are those of its request."""
    server, namespace = _text(item, "server_label"), _text(item, "namespace")
    if server:
        return ToolSource(server=server)
    name = _text(item, "name")
    # A tool that is alone in its namespace has the namespace's name.
    qualified = name if namespace in {"", name} else f"{namespace}.{name}"
    for tool in tools:
        if isinstance(tool, FunctionTool) and tool.qualified_name == qualified:
            return _source_of(tool, namespace)
    return ToolSource(namespace=namespace)


def program_of(item: Any) -> str:
    """The call id of the program that made a call; "" if the model itself did."""
    caller = getattr(item, "caller", None)
    is_program = _text(caller, "type") == "program"
    return _text(caller, "caller_id") if is_program else ""


def _source_of(tool: FunctionTool, namespace: str) -> ToolSource:
    origin = get_function_tool_origin(tool)
    server = origin.mcp_server_name if origin is not None else None
    is_agent = origin is not None and origin.type is ToolOriginType.AGENT_AS_TOOL
    own_name = server_tool_of(tool)
    return ToolSource(
        server=server or "",
        server_tool=own_name if own_name != tool.name else "",
        namespace=namespace,
        title=title_of(tool),
        agent=(origin.agent_name or "") if origin is not None and is_agent else "",
    )


def _text(thing: Any, field: str) -> str:
    value = thing.get(field) if isinstance(thing, Mapping) else getattr(thing, field, None)
    return value if isinstance(value, str) else ""
