"""Every session's events, kept in one SQLite file: written by a thread, read on resume.

Events must be cleaned and masked before they come here (the dispatcher does it); the history that
a later run is resumed from is opaque and stays as it came. docs/journal.md explains the format.
"""

from tui.journal.journal import Journal, SessionRecorder
from tui.journal.location import Place, another_file, new_session_id
from tui.journal.lock import SessionInUseError, SessionLock
from tui.journal.store import JournalStore, LoadedSession, NoSuchSessionError, SessionInfo
from tui.journal.trouble import JournalError, JournalState, Trouble

__all__ = [
    "Journal",
    "JournalError",
    "JournalState",
    "JournalStore",
    "LoadedSession",
    "NoSuchSessionError",
    "Place",
    "SessionInUseError",
    "SessionInfo",
    "SessionLock",
    "SessionRecorder",
    "Trouble",
    "another_file",
    "new_session_id",
]
