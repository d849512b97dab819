"""Reading the conversation in a request of either API."""

from collections.abc import Mapping, Sequence

from tests.support.provider.event import JsonObject


def items_of(body: Mapping[str, object]) -> list[JsonObject]:
    """The ``input`` items or the ``messages`` of a request."""
    given = body.get("input", body.get("messages", []))
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    return [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []


def text_of(content: object) -> str:
    """The text of a message's content or a tool's output: a string, or a list of parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = [part for part in content if isinstance(part, dict)]
    fields = ("text", "refusal", "stdout", "stderr")
    return "".join(str(part.get(field) or "") for part in parts for field in fields)


def is_user(item: Mapping[str, object]) -> bool:
    return item.get("role") == "user"


def last_user_text(items: Sequence[Mapping[str, object]]) -> str:
    """The newest user message, or an empty string."""
    users = [item for item in items if is_user(item)]
    return text_of(users[-1].get("content")) if users else ""


def since_last_user(items: Sequence[JsonObject]) -> list[JsonObject]:
    """The items after the newest user message."""
    users = [index for index, item in enumerate(items) if is_user(item)]
    return list(items[users[-1] + 1 :]) if users else list(items)


def tool_outputs_of(items: Sequence[JsonObject]) -> dict[str, str]:
    """Tool outputs after the newest user message, by call id."""
    outputs = {}
    for item in since_last_user(items):
        if str(item.get("type")).endswith("_call_output"):
            outputs[str(item.get("call_id"))] = text_of(item.get("output"))
        elif item.get("role") == "tool":
            outputs[str(item.get("tool_call_id"))] = text_of(item.get("content"))
    return outputs


def instructions_of(body: Mapping[str, object]) -> str:
    """The system prompt: ``instructions``, or the system and developer messages."""
    if isinstance(body.get("instructions"), str):
        return str(body["instructions"])
    system = [item for item in items_of(body) if item.get("role") in ("system", "developer")]
    return "\n".join(text_of(item.get("content")) for item in system)


def tool_names_of(body: Mapping[str, object]) -> list[str]:
    """Names of the function tools in a request of either API."""
    tools = body.get("tools")
    functions = [
        tool.get("function", tool)
        for tool in (tools if isinstance(tools, list) else [])
        if isinstance(tool, dict)
    ]
    return [str(function.get("name")) for function in functions]
