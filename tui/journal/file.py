"""The journal's file as those open it who do not write it all the time."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tui.journal.schema import open_database
from tui.journal.trouble import JournalError, journal_error

_Stamp = tuple[tuple[int, int] | None, ...]


class JournalFile:
    """Opened anew each time; what goes wrong meanwhile is raised as `JournalError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._image = b""
        self._image_of: _Stamp = ()

    @contextmanager
    def to_change(self) -> Iterator[sqlite3.Connection]:
        """A connection that may write."""
        try:
            with closing(open_database(self.path, create=False)) as connection:
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise journal_error(error, self.path) from error

    @contextmanager
    def to_read(self) -> Iterator[sqlite3.Connection]:
        """A connection to the file, or to what is in it: SQLite reads only where it can write."""
        try:
            with closing(self._for_reading()) as connection:
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise journal_error(error, self.path) from error

    def _for_reading(self) -> sqlite3.Connection:
        try:
            return open_database(self.path, create=False)
        except JournalError as error:
            if error.trouble != "read_only":
                raise
        connection = sqlite3.connect(":memory:")
        connection.deserialize(self._in_memory())
        return connection

    def _in_memory(self) -> bytes:
        """Of a medium that cannot be written; read again only if it has changed all the same."""
        # Commits that have not come into the database are in its log.
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        now = tuple(map(_stamp, files))
        if now != self._image_of:
            self._image, self._image_of = _image_of(files), now
        return self._image


def _image_of(files: tuple[Path, ...]) -> bytes:
    # What is said in a session must not stay behind: the copies are the user's, for a moment.
    with TemporaryDirectory(prefix="streamtui-") as folder:
        for file in filter(Path.exists, files):
            shutil.copyfile(file, Path(folder) / file.name)
        with closing(open_database(Path(folder) / files[0].name, create=False)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            return connection.serialize()


def _stamp(file: Path) -> tuple[int, int] | None:
    if not file.exists():
        return None
    stat = file.stat()
    return stat.st_mtime_ns, stat.st_size
