"""The session that is shown and kept, and the way to the others. No Textual here."""

import os
import shlex
import time
from pathlib import Path
from typing import ClassVar

import msgspec

from tui.core.config.settings import AppOptions
from tui.core.metrics import Thresholds
from tui.core.sanitize.characters import clean_event
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
from tui.journal.journal_errors import journal_error
from tui.journal.resume import Now, Resumed, read_back
from tui.journal.store import JournalStore
from tui.protocol.events import Event

CANNOT_OPEN = (JournalError, NoSuchSessionError, SessionInUseError)
"""Why a session cannot be opened; the message is for people."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A session that has been read."""

    info: SessionInfo
    resumed: Resumed
    skipped: int
    """Events that could not be read."""


class Sessions:
    """One journal, and the session of it that is under way."""

    CANNOT_OPEN: ClassVar = CANNOT_OPEN
    """For those who have sessions, but have not imported them."""

    def __init__(self, journal: Journal, *, masker: Masker, thresholds: Thresholds) -> None:
        self.journal = journal
        self.masker = masker
        self.current = new_session_id()
        self._thresholds = thresholds

    @property
    def recorder(self) -> SessionRecorder:
        """Where what happens now is kept."""
        return self.journal.recorder(self.current)

    def begin(self) -> SessionRecorder:
        """Leave the session for a new one."""
        return self._change(new_session_id())

    def open(self, session: str, at: int) -> Opened:
        """Read a session and keep other dashboards off it; blocks, and changes nothing here.

        ``at`` is this moment on the worker's clock. Raise one of `CANNOT_OPEN`.
        """
        store = self.journal.store
        found = store.find(session).id
        if found == self.current:
            raise NoSuchSessionError("this session is open already")
        try:
            self.journal.hold(found)
        except OSError as error:
            trouble = journal_error(error, self.journal.path)
            # Where nobody can keep a lock, nobody can add to the session either.
            if trouble.trouble != "read_only":
                raise trouble from error
        try:
            return self._read(found, at)
        except CANNOT_OPEN:
            self.journal.release(found)
            raise

    def continue_with(self, opened: Opened) -> SessionRecorder:
        """What happens from now on belongs to a session that was opened."""
        return self._change(opened.info.id)

    def stored(self) -> SessionInfo | None:
        """The session under way as the journal has it; None as long as nothing was said in it.

        Raise `JournalError`.
        """
        return next((i for i in self.journal.store.sessions() if i.id == self.current), None)

    def export(self, form: str, path: Path, *, overwrite: bool = False) -> int:
        """Write the session under way to a file; how many events could not be read. Blocks.

        Raise `OSError` or one of `CANNOT_OPEN`.
        """
        self.journal.flush()
        if self.stored() is None:
            raise NoSuchSessionError("nothing was said yet: there is nothing to export")
        store = self.journal.store
        return export_to(path, form, store, self.current, self.masker, overwrite=overwrite)

    def another_file(self) -> Path | None:
        """Where to keep sessions when the journal's own file cannot be used; None: nowhere."""
        return another_file(self.journal.path, self._fits_into)

    def move(self, path: Path) -> None:
        """Keep everything in another file from now on; the one before stays as it is."""
        self.journal.move(path)

    def _read(self, session: str, at: int) -> Opened:
        def clean(event: Event) -> Event:
            return self.masker.mask_event(clean_event(event))

        store = self.journal.store
        info = store.find(session)
        loaded = store.load(info.id)
        now = Now(at=at, wall=time.time())
        resumed = read_back(loaded, clean=clean, thresholds=self._thresholds, now=now)
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
    """Where the sessions of this dashboard are held."""
    reference = shlex.join(options.worker_command) if options.remote else options.agent
    return Place(folder=str(Path.cwd()), reference=reference)


def session_to_resume(options: AppOptions, wanted: str | None) -> str:
    """The id of the session called so, or of the newest one of this agent and folder.

    Raise one of `CANNOT_OPEN`, before anything is shown.
    """
    if options.journal is None:
        raise NoSuchSessionError("without a journal there is no session to go on with")
    store = JournalStore(options.journal)
    info = store.newest(place_of(options)) if wanted is None else store.find(wanted)
    if info is None:
        raise NoSuchSessionError(
            "no session of this agent was held in this folder; start without --continue, or name "
            "one with --session (`streamtui sessions list`)"
        )
    # Where no lock can be kept, the dashboard says so once it is there.
    if os.access(options.journal.parent, os.W_OK):
        with SessionLock(options.journal, info.id):
            pass
    return info.id
