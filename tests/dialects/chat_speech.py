"""Puts an answer into the chunks of Chat Completions as one server sends them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from tests.dialects.turn import Counts, Failure, Turn
from tests.support.provider import ToolCall

Json = Mapping[str, object]
Calls = Callable[[Sequence[str], Sequence[ToolCall]], list[list[Json]]]
"""Ids and calls → the ``tool_calls`` of each chunk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatDialect:
    """The habits of a server. The functions make the delta of a chunk."""

    name: str
    facts: str
    """Where these habits are documented, recorded or programmed."""
    base: Json
    """In every chunk."""
    before: str = ""
    """Sent first, as it is."""
    keep_alive: str = ""
    """Sent between two chunks, as it is."""
    opening: Json | None = None
    thought: Callable[[str], Json] | None = None
    """None: the server keeps its reasoning to itself."""
    shown_thought: str = ""
    """What is shown of reasoning that the server keeps to itself."""
    after_thinking: Callable[[str], Json] | None = None
    """The first words after reasoning, if they are sent in another way than the others."""
    word: Callable[[str], Json] = field(default=lambda word: {"content": word})
    ids: Sequence[str] = ("call_a1", "call_b2")
    calls: Calls
    choice: Json = field(default_factory=dict)
    """In every choice."""
    open_reason: Json = field(default_factory=lambda: {"finish_reason": None})
    """In every choice but the last."""
    ending: Json = field(default_factory=dict)
    """The last delta."""
    ends_with_calls: bool = False
    """The finish reason comes with the calls, not in a chunk of its own."""
    calls_reason: str = "tool_calls"
    usage: Json | None
    usage_in: Literal["chunk", "ending", "every chunk", "x_groq"] = "chunk"
    """A chunk of its own without choices; the last chunk with a choice; each; Groq's own field."""
    counts: Counts
    error: str
    failure: Failure
    done: bool = True

    def speak(self, turn: Turn, number: int) -> str:
        """The body of the answer to request ``number``."""
        chunks = list(self._failing(turn) if turn.fails else self._chunks(turn, number))
        events = [f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n" for chunk in chunks]
        body = self.before + self.keep_alive.join(events)
        if turn.fails:
            body += self.error
        return body + ("data: [DONE]\n\n" if self.done else "")

    def _failing(self, turn: Turn) -> Iterator[Json]:
        if self.opening is not None:
            yield self._chunk(self.opening)
        yield self._chunk(self.word(turn.words[0]))

    def _chunks(self, turn: Turn, number: int) -> Iterator[Json]:
        *deltas, last = self._deltas(turn, number)
        for delta in deltas:
            yield self._chunk(delta)
        reason = self.calls_reason if turn.calls else "stop"
        if not (self.ends_with_calls and turn.calls):
            yield self._chunk(last)
            last = self.ending
        ending = self._chunk(last, reason)
        if self.usage_in == "ending":
            ending = {**ending, "usage": self.usage}
        if self.usage_in == "x_groq":
            ending = {**ending, "x_groq": {"id": "req_1", "usage": self.usage}}
        yield ending
        if self.usage_in == "chunk" and self.usage is not None:
            yield {**self.base, "choices": [], "usage": self.usage}

    def _deltas(self, turn: Turn, number: int) -> Iterator[Json]:
        if self.opening is not None:
            yield self.opening
        thoughts = turn.thoughts if self.thought is not None else ()
        for thought in thoughts:
            assert self.thought is not None
            yield self.thought(thought)
        for place, word in enumerate(turn.words):
            first = self.after_thinking if place == 0 and thoughts else None
            yield (first or self.word)(word)
        ids = [f"{one}{number}" if one else "" for one in self.ids]
        for call_deltas in self.calls(ids, turn.calls) if turn.calls else ():
            yield {"tool_calls": call_deltas, **self._beside_calls()}

    def _beside_calls(self) -> Json:
        """What else a delta with calls has: what a delta with a word has, but for its text."""
        beside = dict(self.word(""))
        beside.pop("content", None)
        return beside

    def _chunk(self, delta: Json, reason: str | None = None) -> Json:
        finish = self.open_reason if reason is None else {"finish_reason": reason}
        chunk = {**self.base, "choices": [{"index": 0, "delta": delta, **self.choice, **finish}]}
        return {**chunk, "usage": self.usage} if self.usage_in == "every chunk" else chunk


def streamed(ids: Sequence[str], calls: Sequence[ToolCall]) -> list[list[Json]]:
    """As OpenAI does: the name first, then the arguments in pieces, under an index."""
    deltas: list[list[Json]] = []
    for index, (call_id, call) in enumerate(zip(ids, calls, strict=True)):
        function = {"name": call.name, "arguments": ""}
        deltas.append([{"index": index, "id": call_id, "type": "function", "function": function}])
        deltas += [[{"index": index, "function": {"arguments": piece}}] for piece in call.pieces]
    return deltas


def nameless(ids: Sequence[str], calls: Sequence[ToolCall]) -> list[list[Json]]:
    """As LM Studio does: the pieces have a type, and a name that is empty."""
    deltas = streamed(ids, calls)
    for delta in deltas:
        (one,) = delta
        if "id" not in one:
            function = {"name": "", **_function(one)}
            delta[0] = {**one, "type": "function", "function": function}
    return deltas


def whole(
    *, index: Literal["counted", "always 0", "missing"], together: bool, typed: bool = True
) -> Calls:
    """Each call in one piece; all ``together`` in one chunk, or each in its own."""

    def make(ids: Sequence[str], calls: Sequence[ToolCall]) -> list[list[Json]]:
        numbers = count()
        deltas: list[Json] = []
        for call_id, call in zip(ids, calls, strict=True):
            delta: dict[str, object] = {
                "id": call_id,
                "function": {"name": call.name, "arguments": call.arguments_text},
            }
            if typed:
                delta["type"] = "function"
            if index != "missing":
                delta["index"] = next(numbers) if index == "counted" else 0
            deltas.append(delta)
        return [deltas] if together else [[delta] for delta in deltas]

    return make


def _function(delta: Json) -> Json:
    function = delta["function"]
    assert isinstance(function, dict)
    return function
