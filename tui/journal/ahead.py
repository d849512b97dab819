"""A stored session, read by a process of its own while this one is busy importing its screen.

Reading and measuring 10,000 events takes a tenth of a second of computing; so it is done before
anybody waits for it.
"""

# ruff: noqa: PLC0415 - what the other process needs is not what this one waits for

from __future__ import annotations

import os
import pickle
import threading
import time
from typing import IO, TYPE_CHECKING, NoReturn

import msgspec

from tui.core.config.settings import AppOptions

if TYPE_CHECKING:
    from tui.journal.sessions import Opened


class RefusedError(Exception):
    """The session that was asked for cannot be opened; the message is for people."""


class ReadAhead:
    """The session on its way here. Nothing is lost without it: whoever needs it can read it."""

    def __init__(self, options: AppOptions, wanted: str | None) -> None:
        """Begin. Only for a process without threads: the reader is a fork of it."""
        end, other_end = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(end)
            _be_reader(options, wanted, other_end)
        os.close(other_end)
        self._stream = os.fdopen(end, "rb")
        self._read = b""
        self._receiver = threading.Thread(target=self._receive, name="ahead", daemon=True)

    def found(self) -> str:
        """Wait for the session's id; "" when the reader has died. Raise `RefusedError`."""
        line = self._stream.readline()
        self._receiver.start()
        if not line.endswith(b"\n"):
            return ""
        found = msgspec.json.decode(line, type=_Found)
        if found.refused:
            raise RefusedError(found.refused)
        return found.session

    def take(self) -> Opened | None:
        """Wait for the session as it stood when it was read; None when the reader has died."""
        self._receiver.join()
        if not self._read:
            return None
        opened: Opened = pickle.loads(self._read)  # noqa: S301 - from a fork of ours
        self._read = b""
        return opened

    def _receive(self) -> None:
        """The pipe holds less than a session: without this the reader would have to wait."""
        with self._stream as stream:
            read = stream.read()
        _, status = os.waitpid(self.pid, 0)
        if not status:
            self._read = read


class _Found(msgspec.Struct, frozen=True):
    """What is told first, in a line of its own."""

    session: str = ""
    refused: str = ""


def _be_reader(options: AppOptions, wanted: str | None, end: int) -> NoReturn:
    failed = 1
    try:
        with os.fdopen(end, "wb") as stream:
            _tell(options, wanted, stream)
        failed = 0
    finally:
        # Whatever happened: the rest of the program, and its terminal, are the other process's.
        os._exit(failed)


def _tell(options: AppOptions, wanted: str | None, stream: IO[bytes]) -> None:
    from tui.core.sanitize.secrets import Masker
    from tui.journal import JournalStore
    from tui.journal.sessions import CANNOT_OPEN, read_stored, session_to_resume
    from tui.journal.stored_figures import limits_of

    try:
        session = session_to_resume(options, wanted)
    except CANNOT_OPEN as error:
        stream.write(msgspec.json.encode(_Found(refused=str(error))) + b"\n")
        return
    stream.write(msgspec.json.encode(_Found(session=session)) + b"\n")
    stream.flush()
    if options.journal is None:
        raise RuntimeError("a session was found where there is no journal")
    opened = read_stored(
        JournalStore(options.journal),
        session,
        masker=Masker(options.secrets),
        limits=limits_of(options.config),
        at=time.monotonic_ns(),  # no worker has told its clock yet: it is this machine's
    )
    pickle.dump(opened, stream, pickle.HIGHEST_PROTOCOL)
