"""What can go wrong with the file, in words for people."""

import errno
import sqlite3
from pathlib import Path
from typing import Final, Literal

import msgspec

Trouble = Literal["locked", "full", "read_only", "corrupt", "newer", "other"]

_WORDS: Final[dict[Trouble, str]] = {
    "locked": "another program holds the journal",
    "full": "the disk is full",
    "read_only": "the journal cannot be written",
    "corrupt": "the journal is damaged or not a journal",
    "newer": "the journal was written by a newer streamtui",
    "other": "the journal cannot be used",
}


_NO_WAY_IN: Final = frozenset(
    [errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.EISDIR]
)


FILE_ERRORS: Final = (sqlite3.Error, OSError, UnicodeDecodeError)
"""What comes of using a file; the last one where damage has changed the words of an error."""


class JournalState(msgspec.Struct, frozen=True, kw_only=True):
    """How the writer stands, told when it changes."""

    saved: bool
    """Everything handed over so far is in the file, or will be within a quarter of a second."""
    trouble: Trouble | None = None
    message: str = ""
    lost: int = 0
    """Events given up for good, because the trouble outlasted the memory set aside for it."""


class JournalError(Exception):
    """The journal cannot be used; ``trouble`` says in which way."""

    def __init__(self, trouble: Trouble, path: Path, detail: str = "") -> None:
        super().__init__(f"{_WORDS[trouble]}: {path}" + (f" ({detail})" if detail else ""))
        self.trouble: Trouble = trouble
        self.detail = detail


def journal_error(error: sqlite3.Error | OSError | UnicodeDecodeError, path: Path) -> JournalError:
    """Put a database's or the system's error into words."""
    return JournalError(_trouble(error), path, str(error))


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, OSError):
        return _of_errno(error.errno)
    # "SQLITE_IOERR_WRITE" and the like; some errors of the module itself carry no name.
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
    if number in _NO_WAY_IN:
        return "read_only"
    return "other"
