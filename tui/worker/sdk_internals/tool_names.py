"""Private names around a tool call: where the SDK runs tools, and what it notes about them."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol, cast

from tui.worker.sdk_internals.private_names import PrivateAttribute, PrivateName

if TYPE_CHECKING:
    from agents import Agent, FunctionTool, Handoff
    from agents.tool_context import ToolContext

INVOKE = PrivateName(
    "agents.run_internal.tool_execution",
    "_invoke_function_tool_with_metadata",
    ("function_tool", "context", "arguments"),
)
"""Runs a function tool, with the tool's own time-out."""
FORMAT_ERROR = PrivateName(
    "agents.tool",
    "maybe_invoke_function_tool_failure_error_function",
    ("function_tool", "context", "error"),
)
"""Turns what a function tool raised into a message for the model."""
COMMITTER = "tool_output_committer"
"""The parameter of actions that takes an output as soon as it is there, if anyone wants it."""
ACTIONS = {
    PrivateName(
        f"agents.run_internal.tool_actions:{action}", "execute", ("hooks", call, COMMITTER)
    ): call
    for action, call in (
        ("ApplyPatchAction", "call"), ("ComputerAction", "action"), ("CustomToolAction", "call"),
        ("LocalShellAction", "call"), ("ShellAction", "call"),
    )
}  # fmt: skip
"""They run the tools that are not functions; with the parameter that holds the model's call."""

_RESULT = PrivateName(
    "agents.tool", "_FunctionToolInvocationResult", ("output", "is_sdk_generated_error")
)
_SYNC_MARKER = PrivateName("agents.tool", "_SYNC_FUNCTION_TOOL_MARKER")
_NESTED_SCOPE = PrivateName("agents.agent_tool_state", "get_agent_tool_state_scope", ("context",))
_NESTED_RESULT = PrivateName(
    "agents.agent_tool_state", "peek_agent_tool_run_result", ("tool_call", "scope_id")
)
_IS_AGENT_TOOL = PrivateAttribute("agents:FunctionTool", "_is_agent_tool")
_AGENT_OF_TOOL = PrivateAttribute("agents:FunctionTool", "_agent_instance")
_TITLE = PrivateAttribute("agents:FunctionTool", "_mcp_title")
_SERVER_AND_NAME = PrivateAttribute("agents:FunctionTool", "_mcp_tool_binding")
_AGENT_OF_HANDOFF = PrivateAttribute("agents:Handoff", "_agent_ref")

NAMES: tuple[PrivateName, ...] = (
    INVOKE, FORMAT_ERROR, *ACTIONS, _RESULT, _SYNC_MARKER, _NESTED_SCOPE, _NESTED_RESULT,
    _IS_AGENT_TOOL, _AGENT_OF_TOOL, _TITLE, _SERVER_AND_NAME, _AGENT_OF_HANDOFF,
)  # fmt: skip


class ToolResult(Protocol):
    """What the SDK gets from a function tool."""

    @property
    def output(self) -> Any: ...
    @property
    def is_sdk_generated_error(self) -> bool: ...


Invoke = Callable[..., Awaitable[ToolResult]]
FormatError = Callable[..., Awaitable[str | None]]


def tool_result(output: object, *, is_error: bool = False) -> ToolResult:
    return cast("ToolResult", _RESULT.get()(output, is_sdk_generated_error=is_error))


def runs_in_thread(tool: "FunctionTool") -> bool:
    """Whether the tool is a plain function, which the SDK runs in a thread."""
    return bool(getattr(tool.on_invoke_tool, _SYNC_MARKER.get(), False))


def is_agent_tool(tool: "FunctionTool") -> bool:
    """Whether the tool is an agent (``Agent.as_tool``)."""
    return bool(_IS_AGENT_TOOL.read(tool))


def agent_of_tool(tool: object) -> "Agent[Any] | None":
    return cast("Agent[Any] | None", _AGENT_OF_TOOL.read(tool))


def title_of(tool: "FunctionTool") -> str:
    """The title that an MCP server gives its tool; "" for none."""
    return str(_TITLE.read(tool) or "")


def server_tool_of(tool: "FunctionTool") -> str:
    """An MCP tool's name at its server; "" for other tools."""
    bound = _SERVER_AND_NAME.read(tool)
    return str(bound[1]) if bound else ""


def agent_of_handoff(handoff: "Handoff[Any, Any]") -> object:
    """The agent that ``handoff()`` was given; None when it is not known."""
    reference = _AGENT_OF_HANDOFF.read(handoff)
    return None if reference is None else reference()


def waits_for_approval(context: "ToolContext[Any]") -> bool:
    """Whether the nested run of this call was interrupted to ask for an approval."""
    if context.tool_call is None:
        return False
    scope = _NESTED_SCOPE.get()(context)
    nested = _NESTED_RESULT.get()(context.tool_call, scope_id=scope)
    return bool(getattr(nested, "interruptions", None))
