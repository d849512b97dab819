"""A recorded answer in the Responses API: its events with their times, or the whole. Pure."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tui.protocol.events import UsageReported
from tui.recorded_provider.recorded_calls import Answer, Chunk, RecordedCall
from tui.recorded_provider.timed_texts import TimedTexts

Json = dict[str, Any]
Timed = tuple[float, Json]
"""Seconds since the request, and an event."""

_PREFIXES = {"message": "msg", "reasoning": "rs", "function_call": "fc"}
_ARGUMENTS = {
    "function_call": ("arguments", "response.function_call_arguments", "arguments"),
    "custom_tool_call": ("input", "response.custom_tool_call_input", "input"),
}
"""By type of call: the field that streams, the beginning of its events' names, the last's field."""
_PART = {"output_text": ("text", "text"), "refusal": ("refusal", "refusal")}
"""By type of part: its text's field, and the kind of its deltas."""


def response_events(call: RecordedCall, answer: Answer, body: Mapping[str, Any]) -> Iterator[Timed]:
    """Every event, numbered, up to ``response.completed``."""
    for number, (at, event) in enumerate(_events(call, answer, body)):
        yield at, {**event, "sequence_number": number}


def whole_response(call: RecordedCall, answer: Answer, body: Mapping[str, Any]) -> Json:
    """The response object."""
    return {
        "id": call.id,
        "object": "response",
        "created_at": int(time.time()),
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "model": call.model or body.get("model") or "",
        "output": output_of(call, answer),
        "parallel_tool_calls": True,
        "previous_response_id": body.get("previous_response_id"),
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": [],
        "usage": _usage(answer.usage),
        "metadata": {},
    }


def output_of(call: RecordedCall, answer: Answer) -> list[Json]:
    """The items of an answer, each with an id; those of another API may have none."""
    return [_with_id(dict(item), call, place) for place, item in enumerate(answer.items)]


def failed_events(
    call: RecordedCall, chunks: Sequence[Chunk], error: Json, at: float
) -> Iterator[Timed]:
    """The beginning of an answer, and the event that reports its failure."""
    yield from partial_events(call, chunks)
    yield at, {"type": "error", **error, "param": None, "sequence_number": len(chunks) + 3}


def partial_events(call: RecordedCall, chunks: Sequence[Chunk]) -> Iterator[Timed]:
    """The beginning of an answer that is cut off."""
    if not chunks:
        return
    start = {"id": call.id, "object": "response", "status": "in_progress", "model": call.model}
    created = {**start, "created_at": int(time.time()), "output": [], "tools": []}
    created |= {"parallel_tool_calls": True, "tool_choice": "auto"}
    item = {
        "id": f"msg_{call.number}_0", "type": "message", "role": "assistant",
        "status": "in_progress", "content": [],
    }  # fmt: skip
    yield chunks[0].at, {"type": "response.created", "response": created, "sequence_number": 0}
    added = {"type": "response.output_item.added", "output_index": 0, "item": item}
    yield chunks[0].at, {**added, "sequence_number": 1}
    place = {"item_id": item["id"], "output_index": 0, "content_index": 0}
    part = {"type": "output_text", "text": "", "annotations": []}
    opened = {"type": "response.content_part.added", **place, "part": part}
    yield chunks[0].at, {**opened, "sequence_number": 2}
    for number, chunk in enumerate(chunks, 3):
        delta = {"type": "response.output_text.delta", **place, "delta": chunk.text}
        yield chunk.at, {**delta, "logprobs": [], "sequence_number": number}


def _events(call: RecordedCall, answer: Answer, body: Mapping[str, Any]) -> Iterator[Timed]:
    whole = whole_response(call, answer, body)
    started = {**whole, "status": "in_progress", "output": [], "usage": None}
    texts, at = TimedTexts(answer), 0.0
    for name in ("created", "in_progress"):
        yield at, {"type": f"response.{name}", "response": started}
    items: list[Json] = whole["output"]
    for index, item in enumerate(items):
        inner = list(_item(item, index, texts, items[index + 1 :]))
        begins = max(at, min((time_ for time_, _ in inner), default=at))
        yield begins, {**_added(item), "output_index": index}
        for time_, event in inner:
            at = max(at, time_)
            yield at, event
        yield at, {"type": "response.output_item.done", "output_index": index, "item": item}
    yield max(at, answer.seconds), {"type": "response.completed", "response": whole}


def _added(item: Json) -> Json:
    """The item as it begins."""
    begun = dict(item)
    if "status" in begun:
        begun["status"] = "in_progress"
    match item.get("type"):
        case "message":
            begun["content"] = []
        case "reasoning":
            begun |= {"summary": []} | ({"content": []} if item.get("content") else {})
        case "function_call" | "custom_tool_call":
            begun[_ARGUMENTS[item["type"]][0]] = ""
    return {"type": "response.output_item.added", "item": begun}


def _item(item: Json, index: int, texts: TimedTexts, later: Sequence[Json]) -> Iterator[Timed]:
    place = {"item_id": item["id"], "output_index": index}
    kind = item.get("type")
    last = all(other.get("type") != kind for other in later)
    if kind == "message":
        parts = item.get("content") or ()
        for number, part in enumerate(parts):
            ends = last and number == len(parts) - 1
            yield from _content(part, {**place, "content_index": number}, texts, last=ends)
    elif kind == "reasoning":
        yield from _reasoning(item, place, texts, last=last)
    elif kind in _ARGUMENTS:
        field, name, said = _ARGUMENTS[kind]
        text = str(item.get(field) or "")
        chunks = texts.arguments(str(item.get("call_id")), text)
        for chunk in chunks:
            yield chunk.at, {"type": f"{name}.delta", **place, "delta": chunk.text}
        ends_at = chunks[-1].at if chunks else 0.0
        yield ends_at, {"type": f"{name}.done", **place, said: text, "name": item.get("name")}


def _content(part: Json, place: Json, texts: TimedTexts, *, last: bool) -> Iterator[Timed]:
    known = _PART.get(str(part.get("type")))
    text = str(part.get(known[0]) or "") if known else ""
    chunks = texts.of(known[1], text, last=last) if known else []
    begins, ends = (chunks[0].at, chunks[-1].at) if chunks else (0.0, 0.0)
    empty = {**part, known[0]: ""} if known else part
    if "annotations" in empty:
        empty["annotations"] = []
    yield begins, {"type": "response.content_part.added", **place, "part": empty}
    name = f"response.{part.get('type')}"
    for chunk in chunks:
        delta = {"type": f"{name}.delta", **place, "delta": chunk.text}
        yield chunk.at, ({**delta, "logprobs": []} if name.endswith("output_text") else delta)
    for number, note in enumerate(part.get("annotations") or ()):
        noted = {"annotation_index": number, "annotation": note}
        yield ends, {"type": f"{name}.annotation.added", **place, **noted}
    if known:
        done = {"type": f"{name}.done", **place, known[0]: text}
        yield ends, ({**done, "logprobs": []} if name.endswith("output_text") else done)
    yield ends, {"type": "response.content_part.done", **place, "part": part}


def _reasoning(item: Json, place: Json, texts: TimedTexts, *, last: bool) -> Iterator[Timed]:
    summary, content = item.get("summary") or (), item.get("content") or ()
    parts = [
        *(("reasoning_summary_text", "summary_index", n, part) for n, part in enumerate(summary)),
        *(("reasoning_text", "content_index", n, part) for n, part in enumerate(content)),
    ]
    for kind, field, number, part in parts:
        at = {**place, field: number}
        text = str(part.get("text") or "")
        is_last = last and part is parts[-1][3]
        chunks = texts.of("reasoning", text, last=is_last)
        begins, ends = (chunks[0].at, chunks[-1].at) if chunks else (0.0, 0.0)
        if kind == "reasoning_summary_text":
            added = {"type": "response.reasoning_summary_part.added", **at}
            yield begins, {**added, "part": {**part, "text": ""}}
        for chunk in chunks:
            yield chunk.at, {"type": f"response.{kind}.delta", **at, "delta": chunk.text}
        yield ends, {"type": f"response.{kind}.done", **at, "text": text}
        if kind == "reasoning_summary_text":
            yield ends, {"type": "response.reasoning_summary_part.done", **at, "part": part}


def _with_id(item: Json, call: RecordedCall, place: int) -> Json:
    """The SDK marks items of Chat Completions with one id for all, and with where they are from."""
    item.pop("provider_data", None)
    item_id = item.get("id")
    if not isinstance(item_id, str) or not item_id or item_id.startswith("__"):
        kind = str(item.get("type"))
        item["id"] = f"{_PREFIXES.get(kind, 'item')}_{call.number}_{place}"
    if item.get("type") in {"message", "function_call"}:
        item.setdefault("status", "completed")
    if item.get("type") == "message":
        item["content"] = [
            {"annotations": [], **part} if part.get("type") == "output_text" else part
            for part in item.get("content") or ()
        ]
    return item


def _usage(usage: UsageReported | None) -> Json | None:
    if usage is None or usage.input is None:
        return None
    output = usage.output or 0
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {
            "cached_tokens": usage.cached or 0,
            **({"cache_write_tokens": usage.cache_write} if usage.cache_write else {}),
        },
        "output_tokens": output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning or 0},
        "total_tokens": usage.input + output,
    }


def sse(event: Json) -> bytes:
    """One event on the wire."""
    data = msgspec.json.encode(event)
    return b"event: " + str(event["type"]).encode() + b"\ndata: " + data + b"\n\n"
