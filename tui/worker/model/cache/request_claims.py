"""Which requests are being asked, across the processes that use one cache.

Each request is a byte of a file that nobody reads; who locks it asks. Such locks cost two calls of
the system and end with the process, whatever kills it.
"""

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path

_OFFSET_BYTES = 7
"""Of a request's digest: its place in the file must fit a signed 64-bit offset."""


class RequestClaims:
    """One per process, used by one thread at a time: locks belong to the process.

    Where the file cannot be used, every claim succeeds: nobody waits.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._held: set[bytes] = set()

    def take(self, key: bytes) -> bool:
        """Whether this process is the one to ask; False: another one is asking."""
        try:
            if self._file is None:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
                self._file = os.open(self._path, flags, 0o600)
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place(key))
        except OSError as error:
            return error.errno not in (errno.EAGAIN, errno.EACCES) or self._file is None
        self._held.add(key)
        return True

    def release(self, key: bytes) -> None:
        """It was asked, or will not be; nothing happens if it was not claimed."""
        if key in self._held and self._file is not None:
            self._held.remove(key)
            with suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _place(key))


def _place(key: bytes) -> int:
    return int.from_bytes(key[:_OFFSET_BYTES])
