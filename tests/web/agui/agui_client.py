"""An AG-UI client in Python: AG-UI's own models check every event, and every rule is kept."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from ag_ui.core import RunAgentInput

from tests.web.agui.stream_rules import check_stream
from tests.web.agui.translating import THEIR_EVENT, found_by_validator
from tests.web.client import Client

Events = list[dict[str, Any]]


class AguiClient:
    """Keeps the messages of one thread, as a front end does."""

    def __init__(self, client: Client, thread: str = "thread", first: int = 1) -> None:
        """``first``: the number of its first message."""
        self.http = client.http
        self.thread = thread
        self.messages: Events = []
        self.state: Any = {}
        self._numbers = count(first)

    def say(self, text: Any, **more: Any) -> Events:
        """Send a message; all events of the run."""
        self.add(text)
        return self.run(**more)

    def add(self, text: Any) -> None:
        number = next(self._numbers)
        self.messages.append({"id": f"mine-{number}", "role": "user", "content": text})

    def run(self, **more: Any) -> Events:
        with self.running(**more) as told:
            events = list(told)
        check_stream(events)
        assert found_by_validator(events) == []
        self._apply(events)
        return events

    @contextmanager
    def running(self, **more: Any) -> Iterator[Iterator[dict[str, Any]]]:
        """The events while they come."""
        with self.http.stream("POST", "/agui", json=self.input(**more)) as answer:
            if answer.status_code != 200:
                answer.read()
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield self._events(answer.iter_lines())

    def input(self, **more: Any) -> dict[str, Any]:
        given = {
            "threadId": self.thread,
            "runId": f"run-{next(self._numbers)}",
            "protocolVersion": "1.0",
            "state": self.state,
            "messages": self.messages,
            "tools": [],
            "context": [],
            "forwardedProps": {},
            **more,
        }
        given = {name: value for name, value in given.items() if value is not None}
        RunAgentInput.model_validate(given)
        return given

    def _events(self, lines: Iterator[str]) -> Iterator[dict[str, Any]]:
        for line in lines:
            if line.startswith("data: "):
                THEIR_EVENT.validate_json(line[6:])
                yield json.loads(line[6:])

    def _apply(self, events: Events) -> None:
        """The snapshot is the truth; the state is what it says with its changes."""
        for event in events:
            if event["type"] == "MESSAGES_SNAPSHOT":
                self.messages = event["messages"]
            elif event["type"] == "STATE_SNAPSHOT":
                self.state = event["snapshot"]
            elif event["type"] == "STATE_DELTA":
                for operation in event["delta"]:
                    _, name, last = operation["path"].split("/")
                    self.state[name][last] = operation["value"]


def of_type(events: Events, *types: str) -> Events:
    return [event for event in events if event["type"] in types]


def texts(events: Events) -> dict[str, str]:
    """By message, what was streamed."""
    said: dict[str, str] = {}
    for event in of_type(events, "TEXT_MESSAGE_CONTENT"):
        said[event["messageId"]] = said.get(event["messageId"], "") + event["delta"]
    return said


def custom(events: Events, name: str) -> list[Any]:
    """The values of our own events of this name."""
    return [e["value"] for e in of_type(events, "CUSTOM") if e["name"] == f"streamtui.{name}"]


def outcome(events: Events) -> Any:
    """How the run ended: its outcome, or the code of its error."""
    last = events[-1]
    return last["code"] if last["type"] == "RUN_ERROR" else last["outcome"]
