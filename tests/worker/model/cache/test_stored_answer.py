"""Stored answers: joined deltas, and one form made of the other."""

import json
from typing import Any

import pytest

from tui.worker.model.cache.stored_answer import (
    StoredAnswer,
    as_stream,
    as_whole,
    events_of,
    joined_stream,
)


def sse(*events: dict[str, Any], end: str = "\n\n") -> bytes:
    return "".join(f"data: {json.dumps(event)}{end}" for event in events).encode()


def objects(stream: bytes) -> list[Any]:
    return [event.data for event in events_of(stream)]


def text(delta: str, item: str = "a") -> dict[str, Any]:
    return {"type": "response.output_text.delta", "item_id": item, "delta": delta}


def chunk(reason: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def call(arguments: str, **more: Any) -> list[dict[str, Any]]:
    return [{"index": 0, "function": {"arguments": arguments, **more}}]


def test_deltas_of_one_part_are_joined() -> None:
    stream = sse(text("a"), text("b"), text("c", "other"), text("d", "other"), text("e"))
    assert [event["delta"] for event in objects(joined_stream(stream))] == ["ab", "cd", "e"]


def test_deltas_with_fields_of_their_own_are_left() -> None:
    logprobs = text("b") | {"logprobs": [{"token": "b"}]}
    stream = sse(text("a"), logprobs, text("c"))
    assert objects(joined_stream(stream)) == [text("a"), logprobs, text("c")]


def test_chunks_are_joined_by_what_they_hold() -> None:
    stream = sse(
        chunk(role="assistant", content=""),
        chunk(reasoning_content="I "), chunk(reasoning_content="think"),
        chunk(content="a"), chunk(content="b"),
        chunk(tool_calls=[{"index": 0, "id": "x", "function": {"name": "f", "arguments": ""}}]),
        chunk(tool_calls=call('{"a"')), chunk(tool_calls=call(": 1}")),
        chunk("tool_calls"),
    )  # fmt: skip
    joined = objects(joined_stream(stream))
    deltas = [one["choices"][0]["delta"] for one in joined]
    assert deltas[1:3] == [{"reasoning_content": "I think"}, {"content": "ab"}]
    assert deltas[4]["tool_calls"] == call('{"a": 1}')
    assert joined[-1]["choices"][0]["finish_reason"] == "tool_calls"
    assert len(joined) == 6


@pytest.mark.parametrize("end", ["\n\n", "\r\n\r\n", "\r\r"])
def test_line_ends_and_separators_in_texts(end: str) -> None:
    line_end = end[: len(end) // 2]
    data = json.dumps(text("\u2028x"), ensure_ascii=False)
    body = f"event: e{line_end}data: {data}"
    stream = f": a comment{end}{body}{end}data: [DONE]{end}".encode()
    first, last = events_of(stream)
    assert (first.name, first.data["delta"], last.data) == ("e", "\u2028x", "[DONE]")


@pytest.mark.parametrize("body", [b"", b"data: {bad\n\n", b"data: [1]\n\n", b"data: \xff\n\n"])
def test_what_is_no_stream_of_objects_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        joined_stream(body)


def test_a_whole_response_has_the_items_that_its_last_event_lacks() -> None:
    item = {"type": "message", "id": "m"}
    stream = sse(
        {"type": "response.output_item.done", "item": item},
        {"type": "response.completed", "response": {"id": "r", "output": []}},
    )
    whole = as_whole(StoredAnswer(streamed=True, joined=stream, api="responses"))
    assert json.loads(whole) == {"id": "r", "output": [item]}


def test_a_completion_goes_to_a_stream_and_back() -> None:
    made = {"id": "x", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    message = {
        "role": "assistant",
        "content": "hi",
        "reasoning_content": "so",
        "tool_calls": [made],
    }
    completion = {
        "id": "c", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 1},
    }  # fmt: skip
    whole = StoredAnswer(streamed=False, joined=json.dumps(completion).encode(), api="chat")
    streamed = StoredAnswer(streamed=True, joined=as_stream(whole), api="chat")
    assert json.loads(as_whole(streamed)) == completion
