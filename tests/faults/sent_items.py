"""What a request tells the model, the same for both APIs."""

from tests.support.provider.conversation import text_of
from tests.support.provider.event import JsonObject
from tests.support.provider.request import RequestRecord

Said = tuple[str, str]
"""Who or what, and its text: ("user", "hi"), ("call", "add"), ("output", "3")."""


def said_in(request: RequestRecord) -> list[Said]:
    """Messages, calls and outputs in their order, instructions left out."""
    return [said for item in request.items for said in _said(item)]


def _said(item: JsonObject) -> list[Said]:
    if item.get("type") in {"function_call", "reasoning"}:
        return [("call" if "name" in item else "reasoning", str(item.get("name", "")))]
    if item.get("type") == "function_call_output" or item.get("role") == "tool":
        return [("output", text_of(item.get("output", item.get("content"))))]
    if item.get("role") not in {"user", "assistant"}:
        return []
    text = text_of(item.get("content") or item.get("refusal"))
    said = [(str(item["role"]), text)] if text else []
    calls = item.get("tool_calls")
    return said + [
        ("call", str(call["function"]["name"]))
        for call in (calls if isinstance(calls, list) else [])
    ]
