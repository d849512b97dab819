"""The journal of a running dashboard: it appends events and never waits."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from tui.journal.journal_errors import JournalState, NotSavedError
from tui.journal.location import Place
from tui.journal.store import JournalStore
from tui.journal.writer import MAX_BYTES, Writer
from tui.protocol.events import Event


class SessionRecorder(msgspec.Struct, frozen=True):
    """Appends to one session of the journal: the dispatcher's sink."""

    journal: "Journal"
    session: str

    def append(self, events: Sequence[Event]) -> None:
        """O(1); never blocks, never raises."""
        self.journal.append(self.session, events)


class Journal:
    """Writes in its own thread; problems with the file are reported, never raised.

    ``report`` is called in that thread and must not raise: it passes the state to the UI's loop.
    ``store`` reads the same file, in the calling thread.
    """

    def __init__(
        self,
        path: Path,
        report: Callable[[JournalState], None],
        *,
        wall: Callable[[], float] = time.time,
        max_bytes: int = MAX_BYTES,
        place: Place = Place(),  # noqa: B008 - frozen
    ) -> None:
        self.path = path
        self.store = JournalStore(path)
        self._writer = Writer(path, report, wall, max_bytes, place)

    @classmethod
    def open(
        cls,
        path: Path,
        report: Callable[[JournalState], None] = lambda _state: None,
        *,
        place: Place = Place(),  # noqa: B008 - frozen
    ) -> "Journal":
        """Open without touching the disk: the writer creates the file with the first write.

        ``place`` is stored with new sessions.
        """
        return cls(path, report, place=place)

    def append(self, session: str, events: Sequence[Event]) -> None:
        """Pass events to the writer, O(1). They must be clean and masked, and not change later."""
        self._writer.append(session, events)

    def when_turn_ends(self, do: Callable[[str], object]) -> None:
        """Call ``do`` with the session, in the writer's thread, when a turn is stored."""
        self._writer.turn_ended = do

    def name(self, session: str, name: str, timeout: float = 2.0) -> bool:
        """Name a session that is not stored yet; False if it is, or after ``timeout`` seconds."""
        return self._writer.name(session, name, timeout)

    def hold(self, session: str) -> None:
        """Lock a stored session until `release` or `close`; new sessions are locked automatically.

        Blocks. Raise `SessionInUseError`, or `OSError` if the lock file cannot be written.
        """
        self._writer.hold(session)

    def release(self, session: str) -> None:
        """Unlock a session, after its pending events are written."""
        self._writer.release(session)

    def move(self, path: Path) -> None:
        """Switch to another file and copy what can be read of the current session to it."""
        self.path = path
        self.store = JournalStore(path)
        self._writer.move(path)

    def recorder(self, session: str) -> SessionRecorder:
        """The sink of one session."""
        return SessionRecorder(self, session)

    def flush(self, timeout: float = 2.0) -> bool:
        """Wait until everything is in the file; False after ``timeout`` seconds."""
        return self._writer.flush(timeout)

    def save(self, session: str, timeout: float = 5.0) -> None:
        """Wait until all of a session is in the file. Raise `NotSavedError` if it is not."""
        if not self._writer.save(session, timeout):
            raise NotSavedError(self._writer.state.reason or "the disk is slow")

    def is_unsaved(self, session: str) -> bool:
        """Whether a session that was left is still being written."""
        return self._writer.held.is_leaving(session)

    def close(self, timeout: float = 2.0) -> bool:
        """Flush and stop; False if something could not be written within ``timeout`` seconds."""
        return self._writer.close(timeout)
