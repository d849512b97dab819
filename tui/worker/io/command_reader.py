"""Reads commands in a thread, so that a blocked event loop cannot keep the worker alive."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from tui.protocol.codec import decode_command
from tui.protocol.commands import Command, Hello, Shutdown
from tui.protocol.events import ClockRead, Noticed
from tui.worker.io.event_writer import EventWriter

CHUNK = 65_536


@dataclass(slots=True)
class CommandReader:
    """Reads command lines until the end of the input.

    `Hello` is answered at once, in this thread. ``deliver`` is called here with every other
    command, ``on_end`` at `Shutdown` and at the end of the input.
    """

    fd: int
    writer: EventWriter
    deliver: Callable[[Command], None]
    on_end: Callable[[], None]

    def start(self) -> None:
        threading.Thread(target=self._read, name="streamtui-commands", daemon=True).start()

    def _read(self) -> None:
        rest = b""
        while chunk := self._chunk():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in filter(None, lines):
                self._handle(line)
        self.on_end()

    def _chunk(self) -> bytes:
        try:
            return os.read(self.fd, CHUNK)
        except OSError:
            return b""

    def _handle(self, line: bytes) -> None:
        try:
            command = decode_command(line)
        except msgspec.DecodeError as error:
            self.writer.emit(
                Noticed(at=self.writer.now(), text=f"unreadable command: {error}", level="warning")
            )
            return
        match command:
            case Hello(sent=sent):
                self.writer.emit(ClockRead(at=self.writer.now(), sent=sent))
            case Shutdown():
                self.on_end()
            case _:
                self.deliver(command)
