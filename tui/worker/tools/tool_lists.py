"""Lists of tools that a provider has found or loaded, as text. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def listed(tools: Sequence[Any]) -> str:
    """A line per tool: its name, after its namespace's, and its description."""
    return "\n".join(line for tool in tools for line in _lines(tool, ""))


def _lines(tool: Any, namespace: str) -> Iterator[str]:
    if not isinstance(tool, Mapping):
        yield str(tool)
        return
    # Hosted tools have no name, but a type.
    name = str(tool.get("name") or tool.get("server_label") or tool.get("type") or "")
    inner = tool.get("tools")
    if tool.get("type") == "namespace" and isinstance(inner, Sequence):
        for one in inner:
            yield from _lines(one, name)
        return
    qualified = f"{namespace}.{name}" if namespace else name
    description = " ".join(str(tool.get("description") or "").split())
    yield f"{qualified} · {description}" if description else qualified
