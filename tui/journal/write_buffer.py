"""Events that are not in the file yet, in a bounded amount of memory."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from tui.journal.event_rows import Row, SessionChange, change_of, is_structural, joined, rows_of
from tui.protocol.events import (
    AgentLoaded,
    AgentLoadFailed,
    Event,
    FollowUpMoved,
    FollowUpQueued,
    FollowUpTaken,
    McpToolsListed,
    RunStarted,
    WorkerStarted,
)

BEFORE_A_TURN: Final = 2 * 1024 * 1024
"""Bytes that may wait for a session's first turn: a dashboard may be open for days without one."""

_LATER: Final = (FollowUpQueued, FollowUpMoved, FollowUpTaken)
"""What a user may change in a stored session without a new turn."""

_CONTEXT: Final = frozenset(
    kind.__name__ for kind in (WorkerStarted, AgentLoaded, AgentLoadFailed, McpToolsListed)
)
"""Kinds of rows that say what the first message is sent to."""


class WriteBuffer:
    """Collects events by session and turns them into rows when they are about to be written.

    A session without a turn is not written: opening and closing the dashboard leaves no trace.
    ``max_bytes`` limits what waits while the file cannot be written, ``before_a_turn`` what waits
    for the first turn of a session; ``lost`` counts the events that are dropped.
    """

    def __init__(self, max_bytes: int, before_a_turn: int = BEFORE_A_TURN) -> None:
        self.lost = 0
        self._max_bytes = max_bytes
        self._before_a_turn = before_a_turn
        self._silent: dict[str, _Silent] = {}
        """Sessions without a turn."""
        self._events: dict[str, list[Event]] = {}
        """Of sessions with a turn: events that are not rows yet."""
        self._said: set[str] = set()
        self._stored: set[str] = set()
        self._names: dict[str, str] = {}
        """Of sessions that are not written yet."""
        self._rows: list[Row] = []
        self._changes: dict[str, SessionChange] = {}

    @property
    def has_rows(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._rows or self._events)

    def has(self, session: str) -> bool:
        """Whether something of this session is not written yet."""
        return session in self._changes or session in self._events

    def continues(self, session: str) -> None:
        """The session is stored already, and was opened again."""
        self._stored.add(session)

    def add(self, session: str, events: Sequence[Event]) -> bool:
        """True if the buffer should be written at once."""
        if session not in self._said and not self._begins(session, events):
            silent = self._silent.setdefault(session, _Silent())
            silent.add(rows_of(session, events), change_of(events))
            self.lost += silent.cut(self._before_a_turn)
            return False
        if session not in self._said:
            self._said.add(session)
            if session in self._silent:
                before = self._silent.pop(session)
                self._rows += before.rows
                self._changes[session] = before.change
        self._events.setdefault(session, []).extend(events)
        return any(map(is_structural, events))

    def name(self, session: str, name: str) -> bool:
        """Store the session under this name; "": under its first message; False: it is stored."""
        if session in self._stored:
            return False
        self._names[session] = name
        return True

    def left(self, session: str) -> None:
        """Another session follows: what only waits for its first turn is not needed."""
        self._silent.pop(session, None)
        if not self.has(session):
            self._names.pop(session, None)

    def rows(self) -> tuple[list[Row], dict[str, SessionChange]]:
        """Everything to write; it stays in the buffer until `written` is called."""
        for session, events in self._events.items():
            self._rows += rows_of(session, events)
            before = self._changes.get(session, SessionChange())
            self._changes[session] = joined(before, change_of(events))
        self._events = {}
        return self._rows, {id_: self._named(id_, one) for id_, one in self._changes.items()}

    def written(self) -> None:
        for session in self._changes:
            self._names.pop(session, None)
        self._stored |= self._changes.keys()
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

    def _begins(self, session: str, events: Sequence[Event]) -> bool:
        """Whether a session is to be stored from now on."""
        kinds = (RunStarted, *_LATER) if session in self._stored else RunStarted
        return any(isinstance(event, kinds) for event in events)

    def _named(self, session: str, change: SessionChange) -> SessionChange:
        name = self._names.get(session)
        return replace(change, title=name) if name else change


class _Silent:
    """What came before a session's first turn."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.change = SessionChange()
        self._bytes = 0

    def add(self, rows: list[Row], change: SessionChange) -> None:
        self.rows += rows
        self.change = joined(self.change, change)
        self._bytes += sum(len(row.body) for row in rows)

    def cut(self, most: int) -> int:
        """Drop the oldest rows beyond so many bytes, to three quarters; how many events."""
        if self._bytes <= most:
            return 0
        dropped = 0
        # First what was printed and the workers before this one, then whatever is there.
        for spared in (_context(self.rows), frozenset[int]()):
            kept: list[Row] = []
            for at, row in enumerate(self.rows):
                if self._bytes > most * 3 // 4 and at not in spared:
                    self._bytes -= len(row.body)
                    dropped += row.count
                else:
                    kept.append(row)
            self.rows = kept
        return dropped


def _context(rows: Sequence[Row]) -> frozenset[int]:
    """The places of the rows that say what the first message is sent to."""
    starts = (at for at, row in enumerate(rows) if row.kind == WorkerStarted.__name__)
    worker = max(starts, default=0)
    return frozenset(at for at, row in enumerate(rows) if at >= worker and row.kind in _CONTEXT)
