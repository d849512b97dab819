"""Turns a conversation that a worker stored into messages of AG-UI. Pure.

A session may be opened with another agent than the one it was held with.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Message = dict[str, Any]
_ROLES = {"user": "user", "assistant": "assistant", "system": "system", "developer": "developer"}


def messages_of(items: Sequence[Mapping[str, Any]]) -> list[Message]:
    """Texts, function calls and their outputs; what AG-UI has no message for is left out."""
    messages: list[Message] = []
    for number, item in enumerate(items):
        kind, name = item.get("type"), str(item.get("id") or f"item-{number}")
        if kind == "function_call":
            _add_call(messages, item, name)
        elif kind == "function_call_output":
            call = str(item.get("call_id") or "")
            messages.append(
                {"id": name, "role": "tool", "toolCallId": call, "content": _text(item["output"])}
            )
        elif item.get("role") in _ROLES and kind in (None, "message"):
            role = _ROLES[str(item["role"])]
            messages.append({"id": name, "role": role, "content": _text(item.get("content"))})
    return messages


def _add_call(messages: list[Message], item: Mapping[str, Any], name: str) -> None:
    if not messages or messages[-1]["role"] != "assistant":
        messages.append({"id": name, "role": "assistant"})
    function = {"name": str(item.get("name")), "arguments": str(item.get("arguments") or "{}")}
    call = {"id": str(item.get("call_id")), "type": "function", "function": function}
    messages[-1].setdefault("toolCalls", []).append(call)


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text") or "") for part in parts if isinstance(part, Mapping))
