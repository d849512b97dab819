"""Opens the journal's file for one operation, also on a read-only medium."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tui.journal.journal_errors import FILE_ERRORS, JournalError, journal_error
from tui.journal.schema import open_database, open_read_only


class JournalFile:
    """Each use opens a new connection; errors within it are raised as `JournalError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._image = b""
        """A copy of the database, if it cannot be opened in place."""
        self._image_of: tuple[tuple[int, int], ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether the file exists. Raise `JournalError` if its folder may not be read."""
        try:
            self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise journal_error(error, self.path) from error
        return True

    @contextmanager
    def to_change(self) -> Iterator[sqlite3.Connection]:
        """A connection that may write."""
        with self._opened(self._in_place) as connection:
            yield connection

    @contextmanager
    def to_read(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading, also on a read-only medium."""
        with self._opened(self._readable) as connection:
            yield connection

    @contextmanager
    def _opened(self, opened: Callable[[], sqlite3.Connection]) -> Iterator[sqlite3.Connection]:
        try:
            with closing(opened()) as connection:
                yield connection
        except FILE_ERRORS as error:
            raise journal_error(error, self.path) from error

    def _in_place(self) -> sqlite3.Connection:
        return open_database(self.path, create=False)

    def _readable(self) -> sqlite3.Connection:
        try:
            return self._in_place()
        except JournalError as error:
            if error.trouble != "read_only":
                raise
        log = self.path.with_name(f"{self.path.name}-wal")
        if not (os.path.exists(log) and log.stat().st_size):  # noqa: PTH110 - it never raises
            return open_read_only(self.path)
        # The newest commits are in the write-ahead log, and SQLite needs write access to read it.
        now = tuple(map(_stamp, (self.path, log)))
        if now != self._image_of:
            self._image, self._image_of = _image_of(self.path, log), now
        connection = sqlite3.connect(":memory:")
        connection.deserialize(self._image)
        return connection


def _image_of(path: Path, log: Path) -> bytes:
    # A private folder that is deleted at once, because the copies contain conversations.
    with TemporaryDirectory(prefix="streamtui-") as folder:
        for file in (path, log):
            shutil.copyfile(file, Path(folder) / file.name)
        try:
            copy = open_database(Path(folder) / path.name, create=False)
        except JournalError as error:
            raise JournalError(error.trouble, path, error.detail) from error
        with closing(copy):
            # Moves the log into the database: an image does not include it.
            copy.execute("PRAGMA journal_mode = DELETE")
            return copy.serialize()


def _stamp(file: Path) -> tuple[int, int]:
    stat = file.stat()
    return stat.st_mtime_ns, stat.st_size
