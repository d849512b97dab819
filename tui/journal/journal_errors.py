"""What can go wrong with the journal's file, and messages for it."""

import errno
import sqlite3
from pathlib import Path
from typing import Final, Literal

import msgspec

Trouble = Literal["locked", "full", "read_only", "corrupt", "newer", "other"]

_WORDS: Final[dict[Trouble, str]] = {
    "locked": "another program has locked the journal",
    "full": "the disk is full",
    "read_only": "the journal cannot be written",
    "corrupt": "the journal is damaged or not a journal",
    "newer": "the journal was written by a newer streamtui",
    "other": "the journal cannot be used",
}


_NOT_WRITABLE: Final = frozenset(
    [errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.EISDIR]
)


FILE_ERRORS: Final = (sqlite3.Error, OSError, UnicodeDecodeError)
"""What using a database may raise; the last one if a damaged name appears in an error message."""


class JournalState(msgspec.Struct, frozen=True, kw_only=True):
    """The writer's state, reported when it changes."""

    saved: bool
    """Everything so far is in the file, or will be within a quarter of a second."""
    trouble: Trouble | None = None
    message: str = ""
    reason: str = ""
    """Why it is not saved, without the words that it is not."""
    lost: int = 0
    """Events that were dropped because too many were waiting."""


class NotSavedError(Exception):
    """The newest events are not in the file, so that nothing whole can be made of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the journal is not being saved; try again when it is ({reason})")


class JournalError(Exception):
    """The journal cannot be used; ``trouble`` is the reason."""

    def __init__(self, trouble: Trouble, path: Path, detail: str = "") -> None:
        super().__init__(f"{_WORDS[trouble]}: {path}" + (f" ({detail})" if detail else ""))
        self.trouble: Trouble = trouble
        self.detail = detail


def journal_error(error: sqlite3.Error | OSError | UnicodeDecodeError, path: Path) -> JournalError:
    """A `JournalError` for an error of SQLite or the system."""
    return JournalError(_trouble(error), path, str(error))


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, OSError):
        return _of_errno(error.errno)
    # Such as "SQLITE_IOERR_WRITE"; errors of the Python module itself have no name.
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "locked"
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE")):
        return "full"
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN")):
        return "read_only"
    damaged = name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    if damaged or isinstance(error, UnicodeDecodeError):
        return "corrupt"
    return "other"


def _of_errno(number: int | None) -> Trouble:
    if number in (errno.ENOSPC, errno.EDQUOT):
        return "full"
    if number in _NOT_WRITABLE:
        return "read_only"
    return "other"
