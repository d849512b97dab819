"""Events that are not in the file yet, in a bounded amount of memory."""

from collections.abc import Sequence

from tui.journal.event_rows import Row, SessionChange, change_of, is_structural, joined, rows_of
from tui.protocol.events import Event, RunStarted


class WriteBuffer:
    """Collects events by session and turns them into rows when they are about to be written.

    A session without a turn is not written: opening and closing the dashboard leaves no trace.
    ``max_bytes`` limits what waits while the file cannot be written.
    """

    def __init__(self, max_bytes: int) -> None:
        self.lost = 0
        self._max_bytes = max_bytes
        self._events: dict[str, list[Event]] = {}
        self._said: set[str] = set()
        self._names: dict[str, str] = {}
        """Of sessions that are not written yet."""
        self._rows: list[Row] = []
        self._changes: dict[str, SessionChange] = {}

    @property
    def has_rows(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._rows) or not self._said.isdisjoint(self._events)

    def add(self, session: str, events: Sequence[Event]) -> bool:
        """True if the buffer should be written at once."""
        self._events.setdefault(session, []).extend(events)
        if session not in self._said and any(isinstance(e, RunStarted) for e in events):
            self._said.add(session)
        return session in self._said and any(map(is_structural, events))

    def name(self, session: str, name: str) -> None:
        """Store the session under this name; "": under its first message."""
        if session not in self._said:
            self._names[session] = name

    def rows(self) -> tuple[list[Row], dict[str, SessionChange]]:
        """Everything to write; it stays in the buffer until `written` is called."""
        for session in self._said & self._events.keys():
            events = self._events.pop(session)
            self._rows += rows_of(session, events)
            before = self._changes.get(session)
            if before is None:
                before = SessionChange(title=self._names.pop(session, ""))
            self._changes[session] = joined(before, change_of(events))
        return self._rows, self._changes

    def written(self) -> None:
        self._rows = []
        self._changes = {}

    def drop_oldest(self) -> None:
        """Drop the oldest rows beyond ``max_bytes``; ``lost`` counts their events."""
        size = sum(len(row.body) for row in self._rows)
        dropped = 0
        while size > self._max_bytes:
            size -= len(self._rows[dropped].body)
            self.lost += self._rows[dropped].count
            dropped += 1
        del self._rows[:dropped]
