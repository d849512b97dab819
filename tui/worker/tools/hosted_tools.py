"""Reads the calls of tools that the provider runs: their names, arguments and results. Pure."""

import json
from typing import Any, Literal

from tui.protocol.events import Problem

HOSTED_TYPES = frozenset(
    {
        "web_search_call", "file_search_call", "code_interpreter_call",
        "image_generation_call", "mcp_call", "mcp_list_tools",
    }
)  # fmt: skip
"""Calls of tools that the provider runs while it answers."""


def is_hosted(item: Any) -> bool:
    return item.type in HOSTED_TYPES


def name_of(item: Any) -> str:
    name = getattr(item, "name", None)
    return name if isinstance(name, str) and name else item.type.removesuffix("_call")


def arguments_of(item: Any) -> str:
    """As the model wrote them; JSON for tools whose arguments are objects."""
    for field in ("arguments", "input", "code"):
        value = getattr(item, field, None)
        if isinstance(value, str):
            return value
    for field in ("action", "operation", "queries"):
        value = getattr(item, field, None)
        if value is not None:
            dump = getattr(value, "model_dump", None)
            return json.dumps(dump(exclude_unset=True) if dump else value, default=str)
    return ""


def outcome_of(item: Any) -> tuple[Literal["ok", "error"], str, Problem | None]:
    """How a hosted tool ended: outcome, output and problem."""
    error = getattr(item, "error", None)
    if error or getattr(item, "status", None) == "failed":
        message = str(error or "failed")
        return "error", "", Problem(kind="tool", message=message, retry="never", code="hosted_tool")
    output = getattr(item, "output", None)
    return "ok", output if isinstance(output, str) else "", None
