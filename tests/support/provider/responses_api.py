"""An answer as the events of the Responses API, in the order OpenAI sends them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count

from tests.support.provider import responses_items as items
from tests.support.provider.event import JsonObject, StreamEvent
from tests.support.provider.faults import ErrorEventAfter, FailAfter
from tests.support.provider.parts import Call, Parts, parts_of
from tests.support.provider.script import Answer, RawItem

_LEFT_OUT_WHEN_SPARSE = {"sequence_number", "output_index", "content_index", "summary_index"}


def response_events(
    answer: Answer, body: Mapping[str, object], number: int
) -> Iterator[StreamEvent]:
    """Every event of the answer, up to and with its terminal event."""
    parts = parts_of(answer, number)
    numbered = _numbered(_events(answer, parts, body))
    return _sparse(numbered) if answer.wire.sparse else numbered


def response_body(answer: Answer, body: Mapping[str, object], number: int) -> JsonObject:
    """The whole answer as one object, for a request that does not stream."""
    return _final(answer, parts_of(answer, number), body)


def failure_event(
    fault: FailAfter | ErrorEventAfter, body: Mapping[str, object], number: int, sent: int
) -> StreamEvent:
    """The event that reports a failed answer, after ``sent`` deltas."""
    error: JsonObject = {"code": fault.code, "message": fault.message}
    if isinstance(fault, FailAfter):
        response = items.response_object(body, number, status="failed", error=error)
        return _event("response.failed", response=response, sequence_number=sent + 4)
    if fault.bare:
        return StreamEvent(None, {"error": {**error, "type": fault.code, "param": None}})
    return _event("error", **error, param=None, sequence_number=sent + 4)


def _event(name: str, **data: object) -> StreamEvent:
    return StreamEvent(name, {"type": name, **data})


def _numbered(events: Iterable[StreamEvent]) -> Iterator[StreamEvent]:
    for number, (name, data, is_delta) in enumerate(events):
        yield StreamEvent(name, {**data, "sequence_number": number}, is_delta)


def _sparse(events: Iterable[StreamEvent]) -> Iterator[StreamEvent]:
    for name, data, is_delta in events:
        kept = {key: value for key, value in data.items() if key not in _LEFT_OUT_WHEN_SPARSE}
        yield StreamEvent(name, kept, is_delta)


def _events(answer: Answer, parts: Parts, body: Mapping[str, object]) -> Iterator[StreamEvent]:
    started = items.response_object(body, parts.number, status="in_progress")
    yield _event("response.created", response=started)
    yield _event("response.in_progress", response=started)
    index = count()
    if parts.reasoning:
        yield from _reasoning(parts, next(index), answer.reasoning_form)
    for raw in parts.raw:
        yield from _raw(raw, next(index))
    if parts.has_message:
        yield from _message(parts, next(index), last=not parts.calls)
    for call in parts.calls:
        yield from _call(parts, next(index), call, last=call is parts.calls[-1])
    final = _final(answer, parts, body)
    yield _event(f"response.{final['status']}", response=final)


def _final(answer: Answer, parts: Parts, body: Mapping[str, object]) -> JsonObject:
    return items.response_object(
        body,
        parts.number,
        status="incomplete" if parts.incomplete else "completed",
        output=items.output_items(parts, form=answer.reasoning_form),
        usage=parts.usage,
        incomplete=parts.incomplete,
    )


def _item_events(
    index: int, opened: JsonObject, closed: JsonObject, inner: Iterable[StreamEvent]
) -> Iterator[StreamEvent]:
    yield _event("response.output_item.added", output_index=index, item=opened)
    yield from inner
    yield _event("response.output_item.done", output_index=index, item=closed)


def _raw(raw: RawItem, index: int) -> Iterator[StreamEvent]:
    at: JsonObject = {"item_id": raw.item.get("id"), "output_index": index}
    if raw.begun is not None:
        yield _event(
            "response.output_item.added", output_index=index, item={**raw.item, **raw.begun}
        )
    for name, fields in raw.events:
        yield StreamEvent(name, {"type": name, **at, **fields}, is_delta=name.endswith(".delta"))
    if raw.done:
        yield _event("response.output_item.done", output_index=index, item=dict(raw.item))


def _reasoning(parts: Parts, index: int, form: str) -> Iterator[StreamEvent]:
    opened = items.reasoning_item(parts, index, form=form, filled=False)
    closed = items.reasoning_item(parts, index, form=form, filled=True)
    text = "".join(parts.reasoning)
    at: JsonObject = {"item_id": opened["id"], "output_index": index}
    if form == "text":
        part = items.reasoning_text
        inner = _content_part(at | {"content_index": 0}, "reasoning_text", parts.reasoning, part)
    else:
        inner = _summary_part(at | {"summary_index": 0}, parts.reasoning, text)
    yield from _item_events(index, opened, closed, inner)


def _summary_part(at: JsonObject, pieces: Iterable[str], text: str) -> Iterator[StreamEvent]:
    name = "response.reasoning_summary"
    yield _event(f"{name}_part.added", **at, part=items.summary_text(""))
    yield from _deltas(f"{name}_text.delta", at, pieces)
    yield _event(f"{name}_text.done", **at, text=text)
    yield _event(f"{name}_part.done", **at, part=items.summary_text(text))


def _message(parts: Parts, index: int, *, last: bool) -> Iterator[StreamEvent]:
    status = "incomplete" if parts.incomplete and last else "completed"
    content = items.content_of(parts)
    opened = items.message_item(parts, index, content=(), status="in_progress")
    closed = items.message_item(parts, index, content=content, status=status)
    yield from _item_events(index, opened, closed, _message_parts(parts, opened["id"], index))


def _message_parts(parts: Parts, item_id: object, index: int) -> Iterator[StreamEvent]:
    at: JsonObject = {"item_id": item_id, "output_index": index}
    position = count()
    if parts.text_pieces:
        place = at | {"content_index": next(position)}
        yield from _content_part(
            place, "output_text", parts.text_pieces, items.output_text, parts.text
        )
    if parts.refusal_pieces:
        place = at | {"content_index": next(position)}
        yield from _content_part(place, "refusal", parts.refusal_pieces, items.refusal_part)


def _content_part(
    at: JsonObject,
    kind: str,
    pieces: Sequence[str],
    part: Callable[[str], JsonObject],
    final_text: str | None = None,
) -> Iterator[StreamEvent]:
    text = "".join(pieces) if final_text is None else final_text
    extra: JsonObject = {"logprobs": []} if kind == "output_text" else {}
    yield _event("response.content_part.added", **at, part=part(""))
    yield from _deltas(f"response.{kind}.delta", at | extra, pieces)
    field = "refusal" if kind == "refusal" else "text"
    yield _event(f"response.{kind}.done", **at, **extra, **{field: text})
    yield _event("response.content_part.done", **at, part=part(text))


def _call(parts: Parts, index: int, call: Call, *, last: bool) -> Iterator[StreamEvent]:
    status = "incomplete" if parts.incomplete and last else "completed"
    opened = items.call_item(parts, index, call, arguments="", status="in_progress")
    closed = items.call_item(parts, index, call, arguments=call.arguments, status=status)
    at: JsonObject = {"item_id": opened["id"], "output_index": index}
    yield from _item_events(index, opened, closed, _arguments(call, at))


def _arguments(call: Call, at: JsonObject) -> Iterator[StreamEvent]:
    match call.kind:
        case "function":
            name, field = "response.function_call_arguments", "arguments"
        case "custom":
            name, field = "response.custom_tool_call_input", "input"
        case _:
            return
    yield from _deltas(f"{name}.delta", at, call.pieces)
    yield _event(f"{name}.done", **at, **{field: call.arguments})


def _deltas(name: str, at: JsonObject, pieces: Iterable[str]) -> Iterator[StreamEvent]:
    for piece in pieces:
        yield StreamEvent(name, {"type": name, **at, "delta": piece}, is_delta=True)
