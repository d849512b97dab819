"""A recorded answer in Chat Completions: its chunks with their times, or the whole. Pure."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tui.protocol.events import UsageReported
from tui.recorded_provider.recorded_calls import Answer, Chunk, RecordedCall
from tui.recorded_provider.responses_answer import Json, Timed
from tui.recorded_provider.timed_texts import TimedTexts, in_order

DONE = b"data: [DONE]\n\n"
_CARRIED = frozenset({"message", "reasoning", "function_call"})
_ANSWERED = frozenset(
    {"custom_tool_call", "computer_call", "shell_call", "local_shell_call", "apply_patch_call"}
)
_REASONS = frozenset({"stop", "tool_calls", "length", "content_filter", "function_call"})


def cannot_carry(answer: Answer) -> str:
    """The type of a call that the agent has to answer and Chat Completions does not have; ""."""
    kinds = (str(item.get("type")) for item in answer.items)
    return next((kind for kind in kinds if kind in _ANSWERED), "")


def left_out(answer: Answer) -> list[str]:
    """Types of the answer's other items that Chat Completions does not have."""
    kinds = (str(item.get("type")) for item in answer.items)
    return [kind for kind in kinds if kind not in _CARRIED | _ANSWERED]


def chat_chunks(call: RecordedCall, answer: Answer, body: Mapping[str, Any]) -> Iterator[Timed]:
    """Every chunk, without the final ``[DONE]``."""
    base = _base(call, body, "chat.completion.chunk")
    deltas = list(_deltas(answer))
    times = in_order(at for at, _ in deltas)
    yield (times[0] if times else answer.seconds), _chunk(base, {"role": "assistant"})
    for at, (_, delta) in zip(times, deltas, strict=True):
        yield at, _chunk(base, delta)
    end = max([answer.seconds, *times[-1:]])
    yield end, _chunk(base, {}, _finish_reason(answer))
    if (body.get("stream_options") or {}).get("include_usage"):
        yield end, {**base, "choices": [], "usage": _usage(answer.usage)}


def whole_chat(call: RecordedCall, answer: Answer, body: Mapping[str, Any]) -> Json:
    """The completion object."""
    message: Json = {"role": "assistant", "content": None}
    for _, delta in _deltas(answer):
        for field in ("content", "refusal", "reasoning_content"):
            if field in delta:
                message[field] = (message.get(field) or "") + delta[field]
    if calls := [_call(item) for item in _functions(answer)]:
        message["tool_calls"] = calls
    choice = {
        "index": 0, "message": message, "logprobs": None, "finish_reason": _finish_reason(answer)
    }  # fmt: skip
    return {
        **_base(call, body, "chat.completion"),
        "choices": [choice],
        "usage": _usage(answer.usage),
    }


def partial_chunks(call: RecordedCall, chunks: Sequence[Chunk]) -> Iterator[Timed]:
    """The beginning of an answer that is cut off."""
    base = _base(call, {}, "chat.completion.chunk")
    for chunk in chunks:
        yield chunk.at, _chunk(base, {"role": "assistant", "content": chunk.text})


def failed_chunks(
    call: RecordedCall, chunks: Sequence[Chunk], error: Json, at: float
) -> Iterator[Timed]:
    """The beginning of an answer, and the event that reports its failure."""
    yield from partial_chunks(call, chunks)
    yield at, {"error": {**error, "type": error.get("code"), "param": None}}


def sse(chunk: Json) -> bytes:
    """One chunk on the wire."""
    return b"data: " + msgspec.json.encode(chunk) + b"\n\n"


def _deltas(answer: Answer) -> Iterator[Timed]:
    texts = TimedTexts(answer)
    messages = [part for item in answer.items for part in _parts(item)]
    for number, (kind, text) in enumerate(messages):
        last = all(other != kind for other, _ in messages[number + 1 :])
        first = all(other != kind for other, _ in messages[:number])
        field = {"text": "content", "refusal": "refusal", "reasoning": "reasoning_content"}[kind]
        # The SDK joins the texts of a message with a line break.
        for place, chunk in enumerate(texts.of(kind, text, last=last)):
            gap = "\n" if place == 0 and not first else ""
            yield chunk.at, {field: gap + chunk.text}
    for index, item in enumerate(_functions(answer)):
        chunks = texts.arguments(str(item.get("call_id")), str(item.get("arguments") or ""))
        opening = _call(item)
        opening["function"]["arguments"] = ""
        yield (chunks[0].at if chunks else 0.0), {"tool_calls": [{"index": index, **opening}]}
        for chunk in chunks:
            piece = {"index": index, "function": {"arguments": chunk.text}}
            yield chunk.at, {"tool_calls": [piece]}


def _parts(item: Json) -> Iterator[tuple[str, str]]:
    if item.get("type") == "message":
        for part in item.get("content") or ():
            if part.get("type") == "output_text":
                yield "text", str(part.get("text") or "")
            elif part.get("type") == "refusal":
                yield "refusal", str(part.get("refusal") or "")
    elif item.get("type") == "reasoning":
        for part in (*(item.get("summary") or ()), *(item.get("content") or ())):
            if text := part.get("text"):
                yield "reasoning", str(text)


def _functions(answer: Answer) -> list[Json]:
    return [item for item in answer.items if item.get("type") == "function_call"]


def _call(item: Json) -> Json:
    return {
        "id": item.get("call_id"),
        "type": "function",
        "function": {"name": item.get("name"), "arguments": item.get("arguments") or ""},
    }


def _base(call: RecordedCall, body: Mapping[str, Any], kind: str) -> Json:
    return {
        "id": f"chatcmpl-recorded-{call.number}",
        "object": kind,
        "created": int(time.time()),
        "model": call.model or body.get("model") or "",
    }


def _chunk(base: Json, delta: Json, finish_reason: str | None = None) -> Json:
    return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]}


def _finish_reason(answer: Answer) -> str:
    if answer.finish_reason in _REASONS:
        return answer.finish_reason
    return "tool_calls" if _functions(answer) else "stop"


def _usage(usage: UsageReported | None) -> Json | None:
    if usage is None or usage.input is None:
        return None
    output = usage.output or 0
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": output,
        "total_tokens": usage.input + output,
        "prompt_tokens_details": {"cached_tokens": usage.cached or 0},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning or 0},
    }
