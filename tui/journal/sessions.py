"""The current session, and how others are opened and exported. Knows no Textual."""

import os
import shlex
import time
from pathlib import Path
from typing import ClassVar

import msgspec

from tui.core.config.settings import AppOptions
from tui.core.metrics import Thresholds
from tui.core.sanitize.characters import clean_line
from tui.core.sanitize.secrets import Masker
from tui.journal import (
    Journal,
    JournalError,
    NoSuchSessionError,
    Place,
    SessionInfo,
    SessionInUseError,
    SessionLock,
    SessionRecorder,
    another_file,
    new_session_id,
)
from tui.journal.export_file import export_to
from tui.journal.forks import fork_session
from tui.journal.index.indexing_thread import IndexingThread
from tui.journal.index.session_index import SessionIndex
from tui.journal.journal_errors import NotSavedError, journal_error
from tui.journal.resume import Now, Resumed, read_back
from tui.journal.store import JournalStore

CANNOT_OPEN = (JournalError, NoSuchSessionError, NotSavedError, SessionInUseError)
"""Why a session cannot be opened, or not be read whole; the message can be shown."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A session that has been read."""

    info: SessionInfo
    resumed: Resumed
    skipped: int
    """Events that could not be read."""


class Sessions:
    """A journal, and the session in it that is being recorded."""

    CANNOT_OPEN: ClassVar = CANNOT_OPEN
    """For the screen, which must not import this module before the first frame."""

    def __init__(
        self,
        journal: Journal,
        *,
        masker: Masker,
        thresholds: Thresholds,
        trash_days: float = 30,
    ) -> None:
        self.journal = journal
        self.masker = masker
        self.current = new_session_id()
        self._thresholds = thresholds
        self._trash_days = trash_days
        self.index = SessionIndex(journal.store, masker)
        self._indexing: IndexingThread | None = None

    @property
    def recorder(self) -> SessionRecorder:
        """Records the current session."""
        return self.journal.recorder(self.current)

    def start_indexing(self) -> None:
        """Keep the index up to date from now on, in a thread, and empty the trash."""
        thread = IndexingThread(self.journal.store, self.index, self._trash_days)
        self._indexing = thread
        self.journal.when_turn_ends(thread.turn_ended)
        thread.start()

    def close(self) -> None:
        """Blocks until the journal is written; the index may be completed another time."""
        if self._indexing is not None:
            self._indexing.stop()
        self.journal.close()
        self.index.close()

    def begin(self) -> SessionRecorder:
        """Release the current session and start a new one."""
        return self._change(new_session_id())

    def open(self, session: str, at: int) -> Opened:
        """Read and lock a session; `continue_with` then makes it the current one. Blocks.

        ``at`` is the current time on the worker's clock. Raise one of `CANNOT_OPEN`.
        """
        store = self.journal.store
        found = store.find(session).id
        if found == self.current:
            raise NoSuchSessionError("this session is open already")
        if self.journal.is_unsaved(found):
            # It was left a moment ago.
            self.journal.save(found)
        try:
            self.journal.hold(found)
        except OSError as error:
            trouble = journal_error(error, self.journal.path)
            # On a read-only medium no dashboard can lock it, and none can write to it either.
            if trouble.trouble != "read_only":
                raise trouble from error
        try:
            return self._read(found, at)
        except CANNOT_OPEN:
            self.journal.release(found)
            raise

    def continue_with(self, opened: Opened) -> SessionRecorder:
        """Record into a session that was opened from now on."""
        return self._change(opened.info.id)

    def stored(self, session: str) -> SessionInfo | None:
        """A session as stored; None until its first message. Raise `JournalError`."""
        return next((info for info in self.journal.store.sessions() if info.id == session), None)

    def way_back(self, options: AppOptions) -> str:
        """How to open the current session again, in words."""
        command = options.command or shlex.join(["streamtui", *filter(None, (options.agent,))])
        return f"Continue this session: {command} --session {self.current}"

    def rename(self, session: str, name: str) -> str:
        """Give a session a name, "" for its first message; how it is called now. Blocks.

        Raise one of `CANNOT_OPEN`.
        """
        name = self.masker.mask(" ".join(clean_line(name).split()))
        self.journal.flush()
        if self.stored(session) is None and session == self.current:
            # If it is not saved, its first message may be there all the same.
            if self.journal.name(session, name):
                return name
            self.journal.save(session)
        store = self.journal.store
        store.rename(store.find(session).id, name)
        return store.find(session).title

    def fork(self, turns: int | None) -> str:
        """Copy the current session, or its first turns, to a new one; its id. Blocks.

        Raise one of `CANNOT_OPEN`.
        """
        self.journal.save(self.current)
        if self.stored(self.current) is None:
            raise NoSuchSessionError("the session is empty: there is nothing to fork")
        return fork_session(self.journal.store, self.current, turns, wall=time.time()).session

    def export(self, session: str, form: str, path: Path, *, overwrite: bool = False) -> int:
        """Write a session to a file; how many events could not be read. Blocks.

        Raise `OSError` or one of `CANNOT_OPEN`.
        """
        self.journal.save(session)
        if self.stored(session) is None:
            raise NoSuchSessionError("the session is empty: there is nothing to export")
        store = self.journal.store
        return export_to(path, form, store, session, self.masker, overwrite=overwrite)

    def another_file(self) -> Path | None:
        """A file to use instead of the journal's own if that cannot be used; None if none can."""
        return another_file(self.journal.path, self._fits_into)

    def move(self, path: Path) -> None:
        """Use another file from now on; the previous one is left unchanged."""
        was_indexing = self._indexing is not None
        if self._indexing is not None:
            self._indexing.stop()
        self.index.close()
        self.journal.move(path)
        self.index = SessionIndex(self.journal.store, self.masker)
        if was_indexing:
            self.start_indexing()

    def _read(self, session: str, at: int) -> Opened:
        store = self.journal.store
        info = store.find(session)
        loaded = store.load(info.id)
        now = Now(at=at, wall=time.time())
        resumed = read_back(loaded, clean=self.masker.shown, thresholds=self._thresholds, now=now)
        return Opened(info=info, resumed=resumed, skipped=loaded.skipped)

    def _fits_into(self, path: Path) -> bool:
        try:
            return all(info.id != self.current for info in JournalStore(path).sessions())
        except JournalError:
            return False

    def _change(self, session: str) -> SessionRecorder:
        if session != self.current:
            self.journal.release(self.current)
        self.current = session
        return self.recorder


def place_of(options: AppOptions) -> Place:
    """The folder and the agent that this dashboard's sessions are stored under."""
    reference = shlex.join(options.worker_command) if options.remote else options.agent
    return Place(folder=str(Path.cwd()), reference=reference)


def session_to_resume(options: AppOptions, wanted: str | None) -> str:
    """The id of the wanted session, or of the newest one of this agent and folder.

    Raise one of `CANNOT_OPEN`, before the first frame.
    """
    if options.journal is None:
        raise NoSuchSessionError("without a journal there is no session to resume")
    store = JournalStore(options.journal)
    info = store.newest(place_of(options)) if wanted is None else store.find(wanted)
    if info is None:
        raise NoSuchSessionError(
            "this agent has no session in this folder; start without --continue, or name one with "
            "--session (`streamtui sessions list`)"
        )
    # Without write access there is no lock to test; the dashboard reports that later.
    if os.access(options.journal.parent, os.W_OK):
        with SessionLock(options.journal, info.id):
            pass
    return info.id
