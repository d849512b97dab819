"""The answers as they are stored, and how one form of them is made of another. Pure.

An answer is kept as the server sent it: the bytes of its stream with their times, or one JSON
document. So it is read again by everything that reads a live one. For an answer at once,
consecutive deltas of one part are joined: reading thousands of events would take longer.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from tui.protocol.events import Api

EVENT_STREAM = "text/event-stream"
_DONE = "[DONE]"
_LINE_END = re.compile("\r\n|\n|\r")
"""Not `splitlines`: texts may have other separators in them."""
_DELTA_FIELDS = frozenset(
    {
        "type", "sequence_number", "item_id", "output_index", "content_index", "summary_index",
        "delta", "logprobs", "obfuscation",
    }
)  # fmt: skip
_PLACES = ("type", "item_id", "output_index", "content_index", "summary_index")
_CHAT_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")


class Timed(msgspec.Struct, frozen=True, array_like=True):
    """Bytes that arrived ``after`` so many ns, counted from when the request was sent."""

    after: int
    data: bytes


class StoredAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``joined`` is the whole answer with joined deltas, ``timed`` the pieces as they came.

    ``timed`` is empty when it is not wanted. Both are event streams if ``streamed``, else JSON.
    """

    streamed: bool
    joined: bytes
    timed: tuple[Timed, ...] = ()
    request_id: str = ""
    model: str = ""
    host: str = ""
    api: Api = ""
    input: int | None = None
    output: int | None = None
    cost: float | None = None
    """US dollars, at the time at which it was stored."""


class Event(msgspec.Struct, frozen=True):
    """One event of a stream; ``data`` is an object, or the text "[DONE]"."""

    name: str
    data: Any


def joined_stream(body: bytes) -> bytes:
    """The same event stream with joined deltas. Raise `ValueError` if it is none."""
    joined: list[Event] = []
    texts: list[str] = []
    """Of the last event, if it is a delta that more may follow."""
    place: object = None
    for event in events_of(body):
        kind, text = _delta(event.data)
        if kind is not None and kind == place:
            texts.append(text)
            continue
        _put_text(joined, texts)
        joined.append(event)
        place, texts = kind, [text]
    _put_text(joined, texts)
    if not joined:
        raise ValueError("no events")
    return b"".join(map(written, joined))


def events_of(body: bytes) -> Iterator[Event]:
    """The events of a stream. Raise `ValueError` for data that is no JSON object."""
    name, data = "", list[str]()
    for line in [*_LINE_END.split(body.decode()), ""]:
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            text = "\n".join(data)
            content = text if text.strip() == _DONE else json.loads(text)
            if content is not text and not isinstance(content, dict):
                raise ValueError("an event without an object")
            yield Event(name, content)
            name, data = "", []


def written(event: Event) -> bytes:
    text = event.data if isinstance(event.data, str) else json.dumps(event.data)
    return (f"event: {event.name}\n" * bool(event.name) + f"data: {text}\n\n").encode()


def as_whole(answer: StoredAnswer) -> bytes:
    """The JSON document of an answer, whichever way it came. Raise `ValueError`."""
    if not answer.streamed:
        return answer.joined
    objects = [event.data for event in events_of(answer.joined) if isinstance(event.data, dict)]
    whole = _completion(objects) if answer.api == "chat" else _response(objects)
    return json.dumps(whole).encode()


def as_stream(answer: StoredAnswer) -> bytes:
    """The event stream of an answer, whichever way it came. Raise `ValueError`."""
    if answer.streamed:
        return answer.joined
    whole = json.loads(answer.joined)
    if answer.api == "chat":
        return b"".join(map(written, (*_chunks(whole), Event("", _DONE))))
    kind = "response.completed"
    completed = {"type": kind, "sequence_number": 0, "response": whole}
    return written(Event(kind, completed))


def _delta(data: Any) -> tuple[object, str]:
    """What a delta belongs to, and its text; None if it cannot be joined with another."""
    if not isinstance(data, dict):
        return None, ""
    kind = data.get("type")
    if isinstance(kind, str):
        plain = kind.endswith(".delta") and data.keys() <= _DELTA_FIELDS
        if not plain or not isinstance(data.get("delta"), str) or data.get("logprobs"):
            return None, ""
        return tuple(data.get(name) for name in _PLACES), data["delta"]
    return _chat_delta(data)


def _chat_delta(chunk: dict[str, Any]) -> tuple[object, str]:
    choices = chunk.get("choices")
    if chunk.get("usage") or not isinstance(choices, list) or len(choices) != 1:
        return None, ""
    choice = choices[0]
    given = choice.get("delta") if isinstance(choice, dict) else None
    if not isinstance(given, dict) or choice.get("finish_reason") or choice.get("logprobs"):
        return None, ""
    said = {name: value for name, value in given.items() if value not in (None, "", [])}
    said.pop("role", None)
    if len(said) != 1:
        return None, ""
    name, value = next(iter(said.items()))
    if name in _CHAT_TEXTS and isinstance(value, str):
        return (chunk.get("id"), choice.get("index"), name), value
    if name == "tool_calls" and isinstance(value, list) and len(value) == 1:
        call = value[0]
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict) and not call.get("id") and not function.get("name"):
            text = function.get("arguments")
            if isinstance(text, str):
                return (chunk.get("id"), choice.get("index"), name, call.get("index")), text
    return None, ""


def _put_text(events: list[Event], texts: Sequence[str]) -> None:
    """Give the last event the text of all deltas that were joined with it."""
    if len(texts) < 2:
        return
    data, text = events[-1].data, "".join(texts)
    if isinstance(data.get("type"), str):
        events[-1] = Event(events[-1].name, {**data, "delta": text})
        return
    choice = data["choices"][0]
    delta = dict(choice["delta"])
    name = next(
        one for one, value in delta.items() if one != "role" and value not in (None, "", [])
    )
    if name == "tool_calls":
        call = delta[name][0]
        delta[name] = [{**call, "function": {**call["function"], "arguments": text}}]
    else:
        delta[name] = text
    events[-1] = Event(events[-1].name, {**data, "choices": [{**choice, "delta": delta}]})


def _response(events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The response of a stream of the Responses API, with its items if its last event has none."""
    ends = [event["response"] for event in events if event.get("type") == "response.completed"]
    if not ends or not isinstance(ends[-1], dict):
        raise ValueError("the stream has no response")
    response: dict[str, Any] = ends[-1]
    if response.get("output"):
        return response
    items = [e["item"] for e in events if e.get("type") == "response.output_item.done"]
    return {**response, "output": items}


def _completion(chunks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The completion of a stream of Chat Completions with one choice."""
    choices = [choice for chunk in chunks for choice in chunk.get("choices") or ()]
    if any(choice.get("index") for choice in choices):
        raise ValueError("several choices")
    message: dict[str, Any] = {"role": "assistant", "content": None}
    for choice in choices:
        _add_to(message, choice.get("delta") or {})
    if calls := message.pop("tool_calls", None):
        message["tool_calls"] = list(calls.values())
    reasons = [choice["finish_reason"] for choice in choices if choice.get("finish_reason")]
    first = chunks[0]
    return {
        "id": first.get("id"),
        "object": "chat.completion",
        "created": first.get("created"),
        "model": first.get("model"),
        "choices": [{"index": 0, "message": message, "finish_reason": reasons[-1]}],
        "usage": next((one["usage"] for one in reversed(chunks) if one.get("usage")), None),
    }


def _add_to(message: dict[str, Any], delta: dict[str, Any]) -> None:
    for name, value in delta.items():
        if name == "tool_calls":
            for call in value or ():
                _add_call(message.setdefault(name, {}), call)
        elif isinstance(value, str) and name != "role":
            message[name] = (message.get(name) or "") + value
        elif value is not None and name != "role":
            raise ValueError(f"the field {name} cannot be joined")


def _add_call(calls: dict[object, dict[str, Any]], piece: dict[str, Any]) -> None:
    function = piece.get("function") or {}
    call = calls.setdefault(
        piece.get("index"),
        {"id": "", "type": "function", "function": {"name": "", "arguments": ""}},
    )
    call["id"] = call["id"] or piece.get("id") or ""
    call["function"]["name"] += function.get("name") or ""
    call["function"]["arguments"] += function.get("arguments") or ""


def _chunks(completion: dict[str, Any]) -> Iterator[Event]:
    """A completion as chunks: what it says, then how it ended and what it cost."""
    head = {name: completion.get(name) for name in ("id", "created", "model")}
    head["object"] = "chat.completion.chunk"
    choice = completion["choices"][0]
    message = dict(choice["message"])
    calls = message.pop("tool_calls", None) or []
    if calls:
        message["tool_calls"] = [{"index": number, **call} for number, call in enumerate(calls)]
    yield Event("", {**head, "choices": [{"index": 0, "delta": message, "finish_reason": None}]})
    reason = choice.get("finish_reason")
    yield Event("", {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    if completion.get("usage"):
        yield Event("", {**head, "choices": [], "usage": completion["usage"]})
