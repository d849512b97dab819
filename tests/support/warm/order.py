"""The protocol between the warm process and those that request a worker from it.

The request is its length (8 bytes, sent with the three standard streams), then its text. The reply
is the worker's process id (4 bytes), and its exit code (4 bytes) once it has ended. Until then the
client may send ``T`` to terminate it or ``K`` to kill it; closing the connection kills it too.
"""

import ast
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from tests.support.patience import PATIENCE


class Order(NamedTuple):
    arguments: Sequence[str]
    cwd: str
    env: Mapping[str, str]

    @classmethod
    def received(cls, connection: socket.socket) -> tuple[Self, list[int]]:
        """The next request on the connection, and the worker's standard streams."""
        head, streams, *_ = socket.recv_fds(connection, 8, 3)
        with connection.makefile("rb") as reader:
            order = reader.read(int.from_bytes(head, sys.byteorder))
        return cls(*ast.literal_eval(order.decode())), streams

    def placed(self, path: Path, streams: Sequence[int]) -> "Ordered":
        order = repr((list(self.arguments), self.cwd, dict(self.env))).encode()
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(path))
        connection.settimeout(PATIENCE)
        socket.send_fds(connection, [len(order).to_bytes(8, sys.byteorder)], list(streams))
        connection.sendall(order)
        return Ordered(connection)


class Ordered:
    """A worker that was forked by the warm process."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._code: int | None = None
        self.pid = number(connection)

    def wait(self, timeout: float) -> int:
        """The exit code; TimeoutError when it still runs."""
        if self._code is None:
            self._connection.settimeout(timeout)
            self._code = number(self._connection)
            self._connection.close()
        return self._code

    def kill(self) -> None:
        """Kill it if it still runs."""
        if self._code is None:
            with suppress(OSError):  # it has just ended, and its exit code is still unread
                self._connection.send(b"K")
            self.wait(PATIENCE)


def number(connection: socket.socket) -> int:
    received = connection.recv(4)
    assert len(received) == 4, "the warm process has ended"
    return int.from_bytes(received, sys.byteorder, signed=True)
