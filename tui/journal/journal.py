"""The journal as a running dashboard uses it: append, and never wait."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from tui.journal.location import Place
from tui.journal.store import JournalStore
from tui.journal.trouble import JournalState
from tui.journal.writer import ROOM, Writer
from tui.protocol.events import Event


class SessionRecorder(msgspec.Struct, frozen=True):
    """One session's end of the journal: the dispatcher's sink."""

    journal: "Journal"
    session: str

    def append(self, events: Sequence[Event]) -> None:
        """O(1); never blocks, never raises."""
        self.journal.append(self.session, events)


class Journal:
    """Writes by a thread of its own; trouble with the file is reported, never raised.

    ``report`` is called in the writer's thread and must not raise: hand the state over to the
    UI's loop. ``store`` reads the same file, in the thread that asks.
    """

    def __init__(
        self,
        path: Path,
        report: Callable[[JournalState], None],
        *,
        wall: Callable[[], float] = time.time,
        room: int = ROOM,
        place: Place = Place(),  # noqa: B008 - frozen
    ) -> None:
        self.path = path
        self.store = JournalStore(path)
        self._writer = Writer(path, report, wall, room, place)

    @classmethod
    def open(
        cls,
        path: Path,
        report: Callable[[JournalState], None] = lambda _state: None,
        *,
        place: Place = Place(),  # noqa: B008 - frozen
    ) -> "Journal":
        """Touches no disk yet: the writer creates the file when there is something to write.

        New sessions are stored as held at ``place``.
        """
        return cls(path, report, place=place)

    def append(self, session: str, events: Sequence[Event]) -> None:
        """Hand events over, O(1). They must be clean and masked, and not change any more."""
        self._writer.append(session, events)

    def hold(self, session: str) -> None:
        """Keep other dashboards off a stored session, until `close`; new ones are held by itself.

        Works in the calling thread. Raise `SessionInUseError`, or `OSError` where no lock can be
        kept.
        """
        self._writer.held.hold(session)

    def release(self, session: str) -> None:
        """Let other dashboards have a session, once everything handed over is written."""
        self._writer.release(session)

    def move(self, path: Path) -> None:
        """Go on in another file, with the session under way as far as it can be had."""
        self.path = path
        self.store = JournalStore(path)
        self._writer.move(path)

    def recorder(self, session: str) -> SessionRecorder:
        """The sink of one session."""
        return SessionRecorder(self, session)

    def flush(self, timeout: float = 2.0) -> bool:
        """Wait until everything is in the file; False if it is not after ``timeout`` seconds."""
        return self._writer.flush(timeout)

    def close(self, timeout: float = 2.0) -> bool:
        """Flush and end; False if something could not be written within ``timeout`` seconds."""
        return self._writer.close(timeout)
