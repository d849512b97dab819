"""Puts an answer into the events of the Responses API as one server sends them."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from tests.dialects.turn import Counts, Failure, Turn
from tests.support.provider import Answer, Usage, Wire
from tests.support.provider.event import JsonObject, StreamEvent
from tests.support.provider.responses_api import response_events

Change = Callable[[Iterable[StreamEvent]], Iterator[StreamEvent]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsesDialect:
    """The habits of a server, as changes to what OpenAI sends."""

    name: str
    facts: str
    reasoning: Literal["summary", "text", ""] = "summary"
    whole_arguments: bool = False
    """A call's arguments come in one delta."""
    thought_in_words: str = ""
    """The thinking is a part of the text, before this."""
    sparse: bool = False
    named: bool = True
    """The events have their names, besides the types in their data."""
    before: str = ""
    after: str = ""
    keep_alive: str = ""
    changes: tuple[Change, ...] = ()
    usage: Usage | None
    counts: Counts
    error: str
    failure: Failure

    def speak(self, turn: Turn, number: int) -> str:
        """The body of the answer to request ``number``."""
        words = list(turn.words)
        if self.thought_in_words and turn.thoughts:
            words = [*turn.thoughts, self.thought_in_words, *words]
        pieces = 1 if self.whole_arguments else 3
        answer = Answer(
            deltas=words,
            reasoning=turn.thoughts if self.reasoning else (),
            reasoning_form=self.reasoning or "text",
            tool_calls=[replace(call, argument_pieces=pieces) for call in turn.calls],
            usage=self.usage,
            wire=Wire(sparse=self.sparse),
        )
        events: Iterable[StreamEvent] = response_events(answer, {"model": "m"}, number + 1)
        for change in self.changes:
            events = change(events)
        if turn.fails:
            events = _until_first_word(events)
        body = self.before + self.keep_alive.join(map(self._encoded, events))
        return body + (self.error if turn.fails else "") + self.after

    def _encoded(self, event: StreamEvent) -> str:
        name = f"event: {event.name}\n" if self.named and event.name else ""
        return f"{name}data: {json.dumps(event.data, ensure_ascii=False)}\n\n"


def _until_first_word(events: Iterable[StreamEvent]) -> Iterator[StreamEvent]:
    for event in events:
        yield event
        if event.name == "response.output_text.delta":
            return


def without(*names: str) -> Change:
    """Leaves out events."""

    def change(events: Iterable[StreamEvent]) -> Iterator[StreamEvent]:
        return (event for event in events if event.name not in names)

    return change


def counting_content(events: Iterable[StreamEvent]) -> Iterator[StreamEvent]:
    """``content_index`` grows with every event that has one."""
    index = 0
    for event in events:
        if "content_index" in event.data and event.name != "response.content_part.added":
            index += 1
            yield event._replace(data={**event.data, "content_index": index})
        else:
            yield event


def other_ids_at_the_end(events: Iterable[StreamEvent]) -> Iterator[StreamEvent]:
    """The complete response has its own id for the reasoning."""
    for event in events:
        data = event.data
        if event.name == "response.completed":
            response: JsonObject = json.loads(json.dumps(data["response"]))
            for item in response["output"]:  # type: ignore[attr-defined]
                if item["type"] == "reasoning":
                    item["id"] = "rs_tmp_other"
            data = {**data, "response": response}
        yield event._replace(data=data)


def thinking_as_its_own_secret(events: Iterable[StreamEvent]) -> Iterator[StreamEvent]:
    """``encrypted_content`` holds the thinking in clear."""
    for event in events:
        item = event.data.get("item")
        if isinstance(item, dict) and item["type"] == "reasoning" and item["summary"]:
            secret = item["summary"][0]["text"]
            item = {**item, "encrypted_content": secret}
            yield event._replace(data={**event.data, "item": item})
        else:
            yield event
