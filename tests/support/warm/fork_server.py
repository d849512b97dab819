"""Forks a worker per connection; ends, with all of them, when its standard input is closed."""

import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple, NoReturn

from tests.support.warm.order import Order

ARGUMENTS = ["-P", "-m", "tui.worker"]
"""What a dashboard passes to Python, before the worker's own arguments."""


class Child(NamedTuple):
    pid: int
    ended: int
    """A pidfd: readable when the worker has ended."""
    client: socket.socket


class Server:
    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._children: set[Child] = set()
        self._closing = False

    def serve(self) -> None:
        self._watch(self._listener.fileno(), self._fork)
        self._watch(sys.stdin.fileno(), self._close)
        while not self._closing:
            for key, _ in self._selector.select():
                key.data()

    def _watch(self, descriptor: int, then: Callable[[], None]) -> None:
        self._selector.register(descriptor, selectors.EVENT_READ, then)

    def _fork(self) -> None:
        import tests.support.warm.sdk  # noqa: F401 (at the first request: it takes seconds)

        client, _ = self._listener.accept()
        order, streams = Order.received(client)
        pid = os.fork()
        if pid == 0:
            self._selector.close()
            self._listener.close()
            client.close()
            become_worker(order, streams)
        for stream in streams:
            os.close(stream)
        with suppress(OSError):  # the client has gone already
            client.send(pid.to_bytes(4, sys.byteorder))
        child = Child(pid, os.pidfd_open(pid), client)
        self._children.add(child)
        self._watch(child.ended, partial(self._ended, child))
        self._watch(client.fileno(), partial(self._client_sent, child))

    def _client_sent(self, child: Child) -> None:
        if child not in self._children:
            return
        with suppress(ConnectionResetError):
            if child.client.recv(1) == b"T":
                os.kill(child.pid, signal.SIGTERM)
                return
        self._selector.unregister(child.client)
        kill(child.pid)

    def _ended(self, child: Child) -> None:
        _, status = os.waitpid(child.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        self._children.remove(child)
        self._selector.unregister(child.ended)
        with suppress(KeyError):  # the client had gone before
            self._selector.unregister(child.client)
        with suppress(OSError), child.client:
            child.client.send(code.to_bytes(4, sys.byteorder, signed=True))
        os.close(child.ended)

    def _close(self) -> None:
        self._closing = True
        for child in self._children:
            kill(child.pid)


def kill(pid: int) -> None:
    """Kill it and its process group, if it leads one already."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def become_worker(order: Order, streams: Sequence[int]) -> NoReturn:
    from tui.worker.__main__ import main

    try:
        take_over(streams, order.cwd, order.env)
        assert order.arguments[: len(ARGUMENTS)] == ARGUMENTS
        main(order.arguments[len(ARGUMENTS) :])
    except BaseException:  # noqa: BLE001 (the interpreter prints any exception too)
        traceback.print_exc()
    os._exit(1)


def take_over(streams: Sequence[int], cwd: str, env: Mapping[str, str]) -> None:
    """Give the forked process its own session, streams, folder and environment."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 (stays open, as the interpreter's does)
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as given:
        Server(given).serve()
