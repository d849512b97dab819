"""Commands in: a thread of its own, so that a blocked loop cannot keep the worker alive."""

import os
import threading
from collections.abc import Callable

import msgspec

from tui.protocol.codec import decode_command
from tui.protocol.commands import Command, Hello, Shutdown
from tui.protocol.events import ClockRead, Noticed
from tui.worker.io.event_writer import EventWriter

CHUNK = 65_536


class CommandReader:
    """Reads command lines until the end of the input.

    `Hello` is answered here and at once. ``deliver`` gets every other command, in this thread;
    ``on_end`` is called at `Shutdown` and at the end of the input.
    """

    def __init__(
        self,
        fd: int,
        writer: EventWriter,
        *,
        deliver: Callable[[Command], None],
        on_end: Callable[[], None],
    ) -> None:
        self._fd = fd
        self._writer = writer
        self._deliver = deliver
        self._on_end = on_end

    def start(self) -> None:
        threading.Thread(target=self._read, name="streamtui-commands", daemon=True).start()

    def _read(self) -> None:
        rest = b""
        while chunk := self._chunk():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in filter(None, lines):
                self._handle(line)
        self._on_end()

    def _chunk(self) -> bytes:
        try:
            return os.read(self._fd, CHUNK)
        except OSError:
            return b""

    def _handle(self, line: bytes) -> None:
        try:
            command = decode_command(line)
        except msgspec.DecodeError as error:
            self._writer.emit(
                Noticed(at=self._writer.now(), text=f"unreadable command: {error}", level="warning")
            )
            return
        match command:
            case Hello(sent=sent):
                self._writer.emit(ClockRead(at=self._writer.now(), sent=sent))
            case Shutdown():
                self._on_end()
            case _:
                self._deliver(command)
