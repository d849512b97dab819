"""The objects of the Responses API: output items, the response, usage."""

import json
import time
from collections.abc import Mapping, Sequence

from tests.support.provider.event import JsonObject
from tests.support.provider.parts import Call, Parts
from tests.support.provider.script import Usage


def reasoning_item(parts: Parts, index: int, *, form: str, filled: bool) -> JsonObject:
    item: JsonObject = {
        "id": f"rs_{parts.number:04d}_{index}",
        "type": "reasoning",
        "summary": [],
    }
    text = "".join(parts.reasoning)
    if form == "text":
        item["content"] = [reasoning_text(text)] if filled else []
    elif filled:
        item["summary"] = [summary_text(text)]
    return item


def message_item(
    parts: Parts, index: int, *, content: Sequence[JsonObject], status: str
) -> JsonObject:
    return {
        "id": f"msg_{parts.number:04d}_{index}",
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": list(content),
    }


def call_item(parts: Parts, index: int, call: Call, *, arguments: str, status: str) -> JsonObject:
    """A function call, or the call of a tool with its own item type."""
    known: JsonObject = {"call_id": call.id, "status": status}
    where = f"{parts.number:04d}_{index}"
    match call.kind:
        case "custom":
            form: JsonObject = {"name": call.name, "input": arguments}
            return {"id": f"ctc_{where}", "type": "custom_tool_call", **known, **form}
        case "shell":
            action = {"timeout_ms": None, "max_output_length": None, **json.loads(call.arguments)}
            form = {"action": action, "environment": {"type": "local"}}
            return {"id": f"sh_{where}", "type": "shell_call", **known, **form}
        case "apply_patch":
            form = {"operation": json.loads(call.arguments)}
            return {"id": f"apc_{where}", "type": "apply_patch_call", **known, **form}
        case "function":
            pass
    return {
        "id": f"fc_{parts.number:04d}_{index}",
        "type": "function_call",
        "status": status,
        "call_id": call.id,
        "name": call.name,
        "arguments": arguments,
    }


def summary_text(text: str) -> JsonObject:
    return {"type": "summary_text", "text": text}


def reasoning_text(text: str) -> JsonObject:
    return {"type": "reasoning_text", "text": text}


def output_text(text: str) -> JsonObject:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def refusal_part(refusal: str) -> JsonObject:
    return {"type": "refusal", "refusal": refusal}


def content_of(parts: Parts) -> list[JsonObject]:
    """The content parts of the finished message."""
    content = [output_text(parts.text)] if parts.text_pieces else []
    if parts.refusal_pieces:
        content.append(refusal_part(parts.refusal))
    return content


def output_items(parts: Parts, *, form: str) -> list[JsonObject]:
    """All output items, finished (the last one ``incomplete`` when the answer was cut)."""
    items: list[JsonObject] = []
    if parts.reasoning:
        items.append(reasoning_item(parts, 0, form=form, filled=True))
    items += [dict(raw.item) for raw in parts.raw if raw.listed]
    # Items left out of the final list were still sent, so they take up ids.
    unlisted = sum(not raw.listed for raw in parts.raw)
    if parts.has_message:
        content, place = content_of(parts), len(items) + unlisted
        items.append(message_item(parts, place, content=content, status="completed"))
    for call in parts.calls:
        arguments, place = call.arguments, len(items) + unlisted
        items.append(call_item(parts, place, call, arguments=arguments, status="completed"))
    if parts.incomplete and "status" in items[-1]:
        items[-1]["status"] = "incomplete"
    return items


def usage_object(usage: Usage) -> JsonObject:
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": 0},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.total,
    }


def response_object(
    body: Mapping[str, object],
    number: int,
    *,
    status: str,
    output: Sequence[JsonObject] = (),
    usage: Usage | None = None,
    error: JsonObject | None = None,
    incomplete: str | None = None,
) -> JsonObject:
    """The ``response`` of the first and last events, and of an answer that is not streamed."""
    return {
        "id": f"resp_{number:04d}",
        "object": "response",
        "created_at": int(time.time()),
        "status": status,
        "background": False,
        "error": error,
        "incomplete_details": {"reason": incomplete} if incomplete else None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "metadata": body.get("metadata") or {},
        "model": body.get("model") or "scripted",
        "output": list(output),
        "parallel_tool_calls": body.get("parallel_tool_calls", True),
        "previous_response_id": body.get("previous_response_id"),
        "reasoning": {"effort": None, "summary": None},
        "service_tier": "default",
        "store": body.get("store", True),
        "temperature": body.get("temperature", 1.0),
        "text": body.get("text") or {"format": {"type": "text"}},
        "tool_choice": body.get("tool_choice", "auto"),
        "tools": body.get("tools") or [],
        "top_p": body.get("top_p", 1.0),
        "truncation": "disabled",
        "usage": usage_object(usage) if usage else None,
        "user": None,
    }
