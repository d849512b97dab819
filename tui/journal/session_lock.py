"""One dashboard per session: a lock that the system releases when its process ends."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self


class SessionInUseError(Exception):
    """Another process has locked the session; ``pid`` is 0 if it is not known yet."""

    def __init__(self, session: str, pid: int) -> None:
        super().__init__(f"session {session} is in use by pid {pid or 'unknown'}")
        self.pid = pid


class SessionLock:
    """Held from `acquire` until `release` or until the process ends, even if it is killed."""

    def __init__(self, journal: Path, session: str) -> None:
        self._path = self.path(journal, session)
        self._session = session
        self._file: int | None = None

    @staticmethod
    def path(journal: Path, session: str) -> Path:
        """The lock file."""
        return journal.with_name(f"{journal.name}.locks") / f"{session}.pid"

    def acquire(self) -> Self:
        """Raise `SessionInUseError`, or `OSError` if the lock file cannot be written."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        while self._file is None:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._is_current(file):
                    os.ftruncate(file, 0)
                    os.write(file, str(os.getpid()).encode())
                    self._file = file
            except BlockingIOError:
                raise SessionInUseError(self._session, _pid_in(file)) from None
            finally:
                if self._file is None:
                    os.close(file)
        return self

    def release(self) -> None:
        """Does nothing if the lock is not held."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _is_current(self, file: int) -> bool:
        """False if the last owner removed the file after we opened and before we locked it."""
        try:
            current = self._path.stat()
        except FileNotFoundError:
            return False
        ours = os.fstat(file)
        return (current.st_dev, current.st_ino) == (ours.st_dev, ours.st_ino)


def is_held(journal: Path, session: str) -> bool:
    """Whether a dashboard has the session open now; changes nothing."""
    try:
        file = os.open(SessionLock.path(journal, session), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


class HeldSessions:
    """The sessions that this process has locked; any thread may use it."""

    def __init__(self, journal: Path, left: Iterable[str] = ()) -> None:
        self._journal = journal
        self._locks: dict[str, SessionLock] = {}
        self.left = set(left)
        """Sessions that are to be unlocked as soon as all of them is written."""
        self._guard = threading.Lock()

    def hold(self, session: str) -> None:
        """Lock a session until it is left, if this process has not locked it already.

        Raise `SessionInUseError`, or `OSError` if the lock file cannot be written.
        """
        with self._guard:
            self._lock(session)
            self.left.discard(session)

    def lock(self, session: str) -> None:
        """The same to write to it: one that was left stays so."""
        with self._guard:
            self._lock(session)

    def leave(self, session: str) -> None:
        """Have a session unlocked once it is written."""
        with self._guard:
            self.left.add(session)

    def is_leaving(self, session: str) -> bool:
        """Whether it was left, and is not unlocked yet."""
        with self._guard:
            return session in self.left and session in self._locks

    def unlock_left(self, is_unsaved: Callable[[str], bool]) -> None:
        """Unlock the sessions that were left, but for those that are not written yet."""
        with self._guard:
            for session in [one for one in self._locks if one in self.left]:
                if not is_unsaved(session):
                    self._locks.pop(session).release()

    def release_all(self) -> None:
        with self._guard:
            for lock in self._locks.values():
                lock.release()
            self._locks.clear()

    def _lock(self, session: str) -> None:
        if session not in self._locks:
            self._locks[session] = SessionLock(self._journal, session).acquire()


def _pid_in(file: int) -> int:
    text = os.pread(file, 20, 0)
    return int(text) if text.isdigit() else 0
