"""What was handed over and is not in the file yet, in a bounded amount of memory."""

from collections.abc import Sequence

from tui.journal.event_rows import Row, SessionChange, change_of, is_structural, joined, rows_of
from tui.protocol.events import Event, RunStarted


class Unsaved:
    """Collects events by session and turns them into rows when they are about to be written.

    A session in which nothing was said yet is held back: opening and closing the dashboard leaves
    no trace. ``room`` bounds the bytes that wait while the file cannot be written.
    """

    def __init__(self, room: int) -> None:
        self.lost = 0
        self._room = room
        self._events: dict[str, list[Event]] = {}
        self._said: set[str] = set()
        self._rows: list[Row] = []
        self._changes: dict[str, SessionChange] = {}

    @property
    def anything(self) -> bool:
        """Something could be written now."""
        return bool(self._rows) or not self._said.isdisjoint(self._events)

    def add(self, session: str, events: Sequence[Event]) -> bool:
        """True if it must be written at once."""
        self._events.setdefault(session, []).extend(events)
        if session not in self._said and any(isinstance(e, RunStarted) for e in events):
            self._said.add(session)
        return session in self._said and any(map(is_structural, events))

    def rows(self) -> tuple[list[Row], dict[str, SessionChange]]:
        """All that can be written now; it stays until `written` says that it was."""
        for session in self._said & self._events.keys():
            events = self._events.pop(session)
            self._rows += rows_of(session, events)
            before = self._changes.get(session, SessionChange())
            self._changes[session] = joined(before, change_of(events))
        return self._rows, self._changes

    def written(self) -> None:
        self._rows = []
        self._changes = {}

    def shed(self) -> None:
        """Give up the oldest rows beyond the room there is; ``lost`` counts their events."""
        size = sum(len(row.body) for row in self._rows)
        shed = 0
        while size > self._room:
            size -= len(self._rows[shed].body)
            self.lost += self._rows[shed].count
            shed += 1
        del self._rows[:shed]
