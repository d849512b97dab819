"""An answer as the chunks of the Chat Completions API, in the order OpenAI sends them."""

import time
from collections.abc import Iterator, Mapping

from tests.support.provider.event import JsonObject, StreamEvent
from tests.support.provider.faults import ErrorEventAfter, FailAfter
from tests.support.provider.parts import Call, Parts, parts_of
from tests.support.provider.script import Answer, Usage

_FINISH_OF_CUT = {"max_output_tokens": "length", "content_filter": "content_filter"}


def chat_chunks(answer: Answer, body: Mapping[str, object], number: int) -> Iterator[StreamEvent]:
    """Every chunk of the answer, without the final ``data: [DONE]``."""
    parts = parts_of(answer, number)
    base = _base(body, number, "chat.completion.chunk")
    with_usage = parts.usage is not None and _wants_usage(body)
    if with_usage and not answer.wire.sparse:
        base |= {"usage": None}
    yield _chunk(base, {"role": "assistant", "content": None if parts.calls else ""})
    for delta in _deltas(parts):
        yield _chunk(base, delta, is_delta=_is_piece(delta))
    yield _chunk(base, {}, finish_reason=_finish_reason(answer, parts))
    if with_usage and parts.usage is not None:
        yield StreamEvent(
            None, {**base, "choices": [], "usage": _usage(parts.usage, answer.wire.sparse)}
        )


def chat_body(answer: Answer, body: Mapping[str, object], number: int) -> JsonObject:
    """The whole answer as one object, for a request that does not stream."""
    parts = parts_of(answer, number)
    message: JsonObject = {
        "role": "assistant",
        "content": parts.text or None,
        "refusal": parts.refusal or None,
    }
    if parts.reasoning:
        message["reasoning_content"] = "".join(parts.reasoning)
    if parts.calls:
        message["tool_calls"] = [_whole_call(call) for call in parts.calls]
    choice = {
        "index": 0,
        "message": message,
        "logprobs": None,
        "finish_reason": _finish_reason(answer, parts),
    }
    whole = _base(body, number, "chat.completion") | {"choices": [choice]}
    if parts.usage is not None:
        whole["usage"] = _usage(parts.usage, answer.wire.sparse)
    return whole


def error_chunk(fault: FailAfter | ErrorEventAfter) -> StreamEvent:
    """A failure in the middle of a stream; Chat Completions has only this form."""
    error = {"message": fault.message, "type": fault.code, "code": fault.code, "param": None}
    return StreamEvent(None, {"error": error})


def _base(body: Mapping[str, object], number: int, kind: str) -> JsonObject:
    return {
        "id": f"chatcmpl-{number:04d}",
        "object": kind,
        "created": int(time.time()),
        "model": body.get("model") or "scripted",
        "service_tier": "default",
        "system_fingerprint": "fp_scripted",
    }


def _wants_usage(body: Mapping[str, object]) -> bool:
    options = body.get("stream_options")
    return isinstance(options, dict) and bool(options.get("include_usage"))


def _chunk(
    base: JsonObject, delta: JsonObject, *, finish_reason: str | None = None, is_delta: bool = False
) -> StreamEvent:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return StreamEvent(None, {**base, "choices": [choice]}, is_delta)


def _deltas(parts: Parts) -> Iterator[JsonObject]:
    for piece in parts.reasoning:
        yield {"reasoning_content": piece}
    for piece in parts.text_pieces:
        yield {"content": piece}
    for piece in parts.refusal_pieces:
        yield {"refusal": piece}
    for index, call in enumerate(parts.calls):
        yield from _call_deltas(index, call)


def _call_deltas(index: int, call: Call) -> Iterator[JsonObject]:
    opening = {
        "index": index,
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": ""},
    }
    yield {"tool_calls": [opening]}
    for piece in call.pieces:
        yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def _is_piece(delta: JsonObject) -> bool:
    """Whether this is one of the answer's pieces; a call's opening has no arguments yet."""
    calls = delta.get("tool_calls")
    return not (isinstance(calls, list) and "id" in calls[0])


def _whole_call(call: Call) -> JsonObject:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def _finish_reason(answer: Answer, parts: Parts) -> str | None:
    if answer.finish_reason is not None:
        return answer.finish_reason or None
    if parts.incomplete:
        return _FINISH_OF_CUT[parts.incomplete]
    return "tool_calls" if parts.calls else "stop"


def _usage(usage: Usage, sparse: bool) -> JsonObject:
    counts: JsonObject = {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.total,
    }
    if sparse:
        return counts
    return counts | {
        "prompt_tokens_details": {"cached_tokens": usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
