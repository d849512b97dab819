"""The conversation in a request, in the same form for both APIs."""

from tests.support.provider.conversation import text_of
from tests.support.provider.event import JsonObject
from tests.support.provider.request import RequestRecord

SentItem = tuple[str, str]
"""A role or kind, and the text: ("user", "hi"), ("call", "add"), ("output", "3")."""


def sent_items(request: RequestRecord) -> list[SentItem]:
    """Messages, calls and outputs in their order, without the instructions."""
    return [sent for item in request.items for sent in _sent_items(item)]


def _sent_items(item: JsonObject) -> list[SentItem]:
    if item.get("type") in {"function_call", "reasoning"}:
        return [("call" if "name" in item else "reasoning", str(item.get("name", "")))]
    if item.get("type") == "function_call_output" or item.get("role") == "tool":
        return [("output", text_of(item.get("output", item.get("content"))))]
    if item.get("role") not in {"user", "assistant"}:
        return []
    text = text_of(item.get("content") or item.get("refusal"))
    message = [(str(item["role"]), text)] if text else []
    calls = item.get("tool_calls")
    return message + [
        ("call", str(call["function"]["name"]))
        for call in (calls if isinstance(calls, list) else [])
    ]
