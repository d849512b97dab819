"""Stores every session's events in one SQLite file, written by a thread and read on resume.

The dispatcher cleans and masks events before they are stored here, except for the history of the
conversation, which is stored unchanged. docs/journal.md explains the format.
"""

from tui.journal.journal import Journal, SessionRecorder
from tui.journal.journal_errors import JournalError, JournalState, Trouble
from tui.journal.location import Place, another_file, new_session_id
from tui.journal.session_lock import SessionInUseError, SessionLock
from tui.journal.store import JournalStore, LoadedSession, NoSuchSessionError, SessionInfo

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
