"""Writes to a stream that may be slow, without ever waiting for it."""

import os
import threading
from collections import deque
from collections.abc import Callable

MOST = 16 * 1024 * 1024
"""Bytes that may wait; what comes after that is left out, and counted."""


class BoundedWriter:
    """A thread writes to ``fd``; ``on_closed`` is called in it with why that has failed."""

    def __init__(
        self, fd: int, on_closed: Callable[[OSError], object], *, most: int = MOST
    ) -> None:
        self.left_out = 0
        """Pieces that were not written because the reader is too slow."""
        self.closed = False
        self._fd = fd
        self._on_closed = on_closed
        self._most = most
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._ending = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="output", daemon=True)
        self._thread.start()

    def write(self, text: str, *, must: bool = False) -> bool:
        """Write soon; False if it is left out. ``must``: however much is waiting."""
        piece = text.encode("utf-8", "replace")
        with self._changed:
            if self.closed or (self._size + len(piece) > self._most and not must):
                self.left_out += not self.closed
                return False
            self._pieces.append(piece)
            self._size += len(piece)
            self._changed.notify_all()
        return True

    def flush(self) -> None:
        """Wait until everything is written, or nobody reads any more."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or not self._size)

    def close(self) -> None:
        """Wait until everything is written, or nobody reads any more."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pieces or self._ending)
                if not self._pieces:
                    return
                block = b"".join(self._pieces)
                self._pieces.clear()
            try:
                self._write(block)
            except OSError as error:
                with self._changed:
                    self.closed = True
                    self._pieces.clear()
                    self._size = 0
                    self._changed.notify_all()
                self._on_closed(error)
                return

    def _write(self, block: bytes) -> None:
        rest = memoryview(block)
        while rest:
            written = os.write(self._fd, rest[:65_536])
            rest = rest[written:]
            with self._changed:
                self._size -= written
                self._changed.notify_all()
