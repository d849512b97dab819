"""The raw events of one response, as the Responses API sends them."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Annotated

from openai.types.responses import ResponseStreamEvent
from pydantic import Discriminator, TypeAdapter

from tui.demo.fault_acts import Act
from tui.demo.intents import Call
from tui.demo.script import Reply

Events = Iterator[ResponseStreamEvent]
Json = dict[str, object]

_EVENT: TypeAdapter[ResponseStreamEvent] = TypeAdapter(
    Annotated[ResponseStreamEvent, Discriminator("type")]
)


def tokens(text: str) -> list[str]:
    """Cut a text into pieces of about a token's size; together they are the text."""
    return re.findall(r" ?\S{1,5}|\s+", text)


class ResponseWriter:
    """Writes one response; ``ids``: the source of its ids."""

    def __init__(self, model: str, ids: Random) -> None:
        self._ids = ids
        self._numbers = count()
        self._deltas: Counter[str] = Counter()
        self._output: list[Json] = []
        self._response: Json = {
            "id": self._new_id("resp"),
            "created_at": time.time(),
            "model": model,
            "object": "response",
            "output": self._output,
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "status": "in_progress",
        }

    def write(self, reply: Reply, act: Act, input_tokens: int) -> Events:
        """Yield every event, from "response.created" to the one that ends the response."""
        yield self._event("created", response=self._response)
        yield self._event("in_progress", response=self._response)
        if reply.thought:
            yield from self._reasoning(reply.thought)
        yield from self._message(reply, act)
        for call in reply.calls:
            yield from self._call(call)
        if act.ending != "none":
            yield self._end(act, input_tokens)

    def _reasoning(self, text: str) -> Events:
        item: Json = {"id": self._new_id("rs"), "type": "reasoning"}
        part = {"type": "summary_text", "text": text}
        at = self._at(item) | {"summary_index": 0}
        yield self._added(item | {"summary": []})
        yield self._event("reasoning_summary_part.added", part=part | {"text": ""}, **at)
        yield from self._streamed("reasoning_summary_text", tokens(text), at)
        yield self._event("reasoning_summary_text.done", text=text, **at)
        yield self._event("reasoning_summary_part.done", part=part, **at)
        yield self._done(item | {"summary": [part]})

    def _message(self, reply: Reply, act: Act) -> Events:
        """Write the text; an act that ends the response early leaves a part of it."""
        item: Json = {"id": self._new_id("msg"), "type": "message", "role": "assistant"}
        kind, field = "output_text", "text"
        extra: Json = {"logprobs": []}
        part: Json = {"type": "output_text", "annotations": [], "logprobs": []}
        if reply.fault == "refusal":
            kind, field, extra, part = "refusal", "refusal", {}, {"type": "refusal"}
        pieces = tokens(reply.text)[: None if act.ending == "completed" else act.after]
        whole = {field: "".join(pieces)}
        at = self._at(item) | {"content_index": 0}
        yield self._added(item | {"content": [], "status": "in_progress"})
        yield self._event("content_part.added", part=part | {field: ""}, **at)
        yield from self._streamed(kind, pieces, at | extra)
        if act.ending in {"failed", "none"}:
            return
        yield self._event(f"{kind}.done", **whole, **at, **extra)
        yield self._event("content_part.done", part=part | whole, **at)
        yield self._done(item | {"content": [part | whole], "status": act.status})

    def _call(self, call: Call) -> Events:
        item: Json = {"id": self._new_id("fc"), "type": "function_call", "name": call.tool}
        item["call_id"] = self._new_id("call")
        at = self._at(item)
        yield self._added(item | {"arguments": "", "status": "in_progress"})
        yield from self._streamed("function_call_arguments", tokens(call.arguments), at)
        yield self._event("function_call_arguments.done", arguments=call.arguments, **at)
        yield self._done(item | {"arguments": call.arguments, "status": "completed"})

    def _end(self, act: Act, input_tokens: int) -> ResponseStreamEvent:
        thought, total = self._deltas["reasoning_summary_text"], self._deltas.total()
        usage = {
            "input_tokens": input_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": total,
            "output_tokens_details": {"reasoning_tokens": thought},
            "total_tokens": input_tokens + total,
        }
        changes: Json = {"status": act.status, "usage": usage if act.usage else None}
        if act.status == "incomplete":
            changes["incomplete_details"] = {"reason": act.ending}
        elif act.status == "failed":
            error = {"code": "server_error", "message": "The model had an error. (acted out)"}
            changes |= {"usage": None, "error": error}
        return self._event(act.status, response=self._response | changes)

    def _new_id(self, kind: str) -> str:
        return f"{kind}_demo_{self._ids.getrandbits(64):016x}"

    def _at(self, item: Json) -> Json:
        return {"item_id": item["id"], "output_index": len(self._output)}

    def _added(self, item: Json) -> ResponseStreamEvent:
        return self._event("output_item.added", item=item, output_index=len(self._output))

    def _streamed(self, name: str, pieces: list[str], fields: Json) -> Events:
        for piece in pieces:
            self._deltas[name] += 1
            yield self._event(f"{name}.delta", delta=piece, **fields)

    def _done(self, item: Json) -> ResponseStreamEvent:
        self._output.append(item)
        return self._event("output_item.done", item=item, output_index=len(self._output) - 1)

    def _event(self, name: str, **fields: object) -> ResponseStreamEvent:
        event = {"type": f"response.{name}", "sequence_number": next(self._numbers), **fields}
        return _EVENT.validate_python(event)
