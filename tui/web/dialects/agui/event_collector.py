"""Collects the events of one AG-UI stream, each with its time."""

import time
from collections.abc import Callable, Iterable

import msgspec

from tui.protocol.agui.agui_events import Custom, KnownEvent

PREFIX = "streamtui."
"""Of the names of our own events."""


class EventCollector:
    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._events: list[KnownEvent] = []

    def add(self, event: KnownEvent) -> None:
        at = int(self._clock() * 1000)
        self._events.append(msgspec.structs.replace(event, timestamp=at))

    def custom(self, name: str, owner: str = "", /, **value: object) -> None:
        """An event of our own; what is empty is left out."""
        said = {key: each for key, each in value.items() if each not in (None, "", (), [], {})}
        plain = msgspec.to_builtins(said)
        self.add(Custom(name=PREFIX + name, value=plain, subagent_run_id=owner or None))

    def take(self) -> list[KnownEvent]:
        """The events since the last time."""
        taken, self._events = self._events, []
        return taken


class MessageIds:
    """Ids of messages: each is given once in a conversation."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def new(self, base: str) -> str:
        """``base``, with a number if that is taken."""
        id_, number = base, 1
        while id_ in self._taken:
            number += 1
            id_ = f"{base}-{number}"
        self._taken.add(id_)
        return id_
