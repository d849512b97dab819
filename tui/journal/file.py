"""The journal's file as those open it who do not write it all the time."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tui.journal.schema import open_database, open_sealed
from tui.journal.trouble import FILE_ERRORS, JournalError, journal_error


class JournalFile:
    """Opened anew each time; what goes wrong meanwhile is raised as `JournalError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._image = b""
        """What is in a file that cannot be read where it is."""
        self._image_of: tuple[tuple[int, int], ...] = ()

    @property
    def is_there(self) -> bool:
        """Raise `JournalError` where nobody may look."""
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
        with self._opened(self._where_it_is) as connection:
            yield connection

    @contextmanager
    def to_read(self) -> Iterator[sqlite3.Connection]:
        """A connection to the file, also on a medium that cannot be written."""
        with self._opened(self._readable) as connection:
            yield connection

    @contextmanager
    def _opened(self, opened: Callable[[], sqlite3.Connection]) -> Iterator[sqlite3.Connection]:
        try:
            with closing(opened()) as connection:
                yield connection
        except FILE_ERRORS as error:
            raise journal_error(error, self.path) from error

    def _where_it_is(self) -> sqlite3.Connection:
        return open_database(self.path, create=False)

    def _readable(self) -> sqlite3.Connection:
        try:
            return self._where_it_is()
        except JournalError as error:
            if error.trouble != "read_only":
                raise
        log = self.path.with_name(f"{self.path.name}-wal")
        if not (os.path.exists(log) and log.stat().st_size):  # noqa: PTH110 - it never raises
            return open_sealed(self.path)
        # Commits that have not come into the database are in its log, which SQLite reads only
        # where it can write.
        now = tuple(map(_stamp, (self.path, log)))
        if now != self._image_of:
            self._image, self._image_of = _image_of(self.path, log), now
        connection = sqlite3.connect(":memory:")
        connection.deserialize(self._image)
        return connection


def _image_of(path: Path, log: Path) -> bytes:
    # What is said in a session must not stay behind: the copies are the user's, for a moment.
    with TemporaryDirectory(prefix="streamtui-") as folder:
        for file in (path, log):
            shutil.copyfile(file, Path(folder) / file.name)
        try:
            copy = open_database(Path(folder) / path.name, create=False)
        except JournalError as error:
            raise JournalError(error.trouble, path, error.detail) from error
        with closing(copy):
            # Without the log, which is no part of an image.
            copy.execute("PRAGMA journal_mode = DELETE")
            return copy.serialize()


def _stamp(file: Path) -> tuple[int, int]:
    stat = file.stat()
    return stat.st_mtime_ns, stat.st_size
