"""The rules of an AG-UI stream, as its client enforces them, and stricter where others are.

Restated from the specification, not from our code.
"""

import json
from collections.abc import Iterable
from typing import Any

TERMINAL = {"RUN_FINISHED", "RUN_ERROR"}
OPENERS = {
    "TEXT_MESSAGE_START": ("text", "messageId"),
    "TOOL_CALL_START": ("call", "toolCallId"),
    "REASONING_START": ("span", "messageId"),
    "REASONING_MESSAGE_START": ("thought", "messageId"),
    "SUBAGENT_STARTED": ("subagent", "subagentRunId"),
}
CONTENT = {
    "TEXT_MESSAGE_CONTENT": ("text", "messageId"),
    "TOOL_CALL_ARGS": ("call", "toolCallId"),
    "REASONING_MESSAGE_CONTENT": ("thought", "messageId"),
}
CLOSERS = {
    "TEXT_MESSAGE_END": ("text", "messageId"),
    "TOOL_CALL_END": ("call", "toolCallId"),
    "REASONING_END": ("span", "messageId"),
    "REASONING_MESSAGE_END": ("thought", "messageId"),
    "SUBAGENT_FINISHED": ("subagent", "subagentRunId"),
    "SUBAGENT_ERROR": ("subagent", "subagentRunId"),
}


class RuleBrokenError(Exception):
    """What a client would refuse."""


class Stream:
    """What is open in a run."""

    def __init__(self) -> None:
        self.open: dict[tuple[str, str], str | None] = {}
        """By kind and id, the nested agent that it belongs to."""
        self.closed: dict[tuple[str, str], str | None] = {}
        self.steps: set[tuple[str | None, str]] = set()
        self.arguments: dict[str, str] = {}
        self.results: set[str] = set()
        self.messages: set[str] = set()
        self.known_calls: set[str] = set()
        self.state: Any = None

    def take(self, event: dict[str, Any]) -> None:
        kind = event["type"]
        if kind in OPENERS:
            self._opened(event, *OPENERS[kind])
        elif kind in CONTENT:
            self._grew(event, *CONTENT[kind])
        elif kind in CLOSERS:
            self._closed(event, *CLOSERS[kind])
        elif kind in {"STEP_STARTED", "STEP_FINISHED"}:
            self._step(event)
        elif kind == "TOOL_CALL_RESULT":
            self._result(event)
        elif kind == "MESSAGES_SNAPSHOT":
            self._snapshot(event["messages"])
        elif kind == "STATE_SNAPSHOT":
            self.state = event["snapshot"]
        elif kind == "STATE_DELTA":
            self._patch(event["delta"])
        elif kind == "CUSTOM":
            expect("." in event["name"], "a name without a prefix")

    def end(self) -> None:
        expect(not self.open, f"still open: {list(self.open)}")
        expect(not self.steps, f"still open: {self.steps}")

    def _opened(self, event: dict[str, Any], what: str, field: str) -> None:
        key, owner = (what, event[field]), event.get("subagentRunId")
        expect(key not in self.open and key not in self.closed, f"{key} opened twice")
        self.open[key] = owner
        if what == "text":
            self.messages.add(event[field])
        if what == "call":
            self.arguments[event[field]] = ""
        if (parent := event.get("parentMessageId")) is not None:
            expect(parent in self.messages, f"unknown parent {parent}")
            expect({**self.open, **self.closed}[("text", parent)] == owner, "another's message")
        if (above := event.get("parentSubagentRunId")) is not None:
            expect(("subagent", above) in {**self.open, **self.closed}, f"unknown parent {above}")

    def _grew(self, event: dict[str, Any], what: str, field: str) -> None:
        key = what, event[field]
        expect(key in self.open, f"content for {key}, which is not open")
        expect(self.open[key] == event.get("subagentRunId"), f"{key} changed its owner")
        expect(bool(event["delta"]), "an empty delta")
        if what == "call":
            self.arguments[event[field]] += event["delta"]

    def _closed(self, event: dict[str, Any], what: str, field: str) -> None:
        key, owner = (what, event[field]), event.get("subagentRunId")
        expect(key in self.open, f"end of {key}, which is not open")
        expect(self.open[key] == owner, f"{key} changed its owner")
        self.closed[key] = self.open.pop(key)
        if what == "subagent":
            expect(owner not in self.open.values(), f"{key} ended before what it opened")
            expect(all(one != owner for one, _ in self.steps), f"{key} ended before its steps")

    def _step(self, event: dict[str, Any]) -> None:
        step = event.get("subagentRunId"), event["stepName"]
        if event["type"] == "STEP_STARTED":
            expect(step not in self.steps, f"{step} started twice")
            self.steps.add(step)
        else:
            expect(step in self.steps, f"{step} was not started")
            self.steps.remove(step)

    def _result(self, event: dict[str, Any]) -> None:
        call = event["toolCallId"]
        ended = ("call", call) in self.closed or call in self.known_calls
        expect(ended, f"result of {call}, which has not ended")
        expect(call not in self.results, f"two results of {call}")
        expect(event["messageId"] not in self.messages, "two messages with one id")
        self.results.add(call)
        self.messages.add(event["messageId"])

    def _snapshot(self, messages: list[dict[str, Any]]) -> None:
        ids = [message["id"] for message in messages]
        expect(len(ids) == len(set(ids)), f"two messages with one id: {ids}")
        for message in messages:
            self.known_calls |= {call["id"] for call in message.get("toolCalls", ())}

    def _patch(self, delta: list[dict[str, Any]]) -> None:
        for operation in delta:
            *path, last = operation["path"].split("/")[1:]
            place = self.state
            for name in path:
                place = place[name]
            expect(last in place, f"{operation['path']} cannot be replaced")
            place[last] = operation["value"]


def expect(kept: bool, otherwise: str) -> None:
    if not kept:
        raise RuleBrokenError(otherwise)


def check_stream(events: Iterable[dict[str, Any]]) -> Stream:
    """Raise `RuleBrokenError` for the first rule that the stream of one run breaks."""
    said = list(events)
    expect(bool(said) and said[0]["type"] == "RUN_STARTED", "it does not begin with RUN_STARTED")
    expect(said[-1]["type"] in TERMINAL, "it has no end")
    expect(said[-1].get("runId", said[0]["runId"]) == said[0]["runId"], "the run changed its id")
    stream = Stream()
    for number, event in enumerate(said[1:-1], 1):
        expect(event["type"] not in {"RUN_STARTED", *TERMINAL}, f"{number}: {event['type']}")
        try:
            stream.take(event)
        except RuleBrokenError as rule:
            raise RuleBrokenError(f"event {number}, {event['type']}: {rule}") from None
    stream.end()
    return stream


def arguments_are_json(stream: Stream) -> bool:
    """Clients parse the arguments of a call when it ends."""
    for arguments in filter(None, stream.arguments.values()):
        json.loads(arguments)
    return True
