"""Forks workers for those that ask; ends with its standard input, and so do they."""

import ast
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple, NoReturn

import tests.worker.warm_sdk  # noqa: F401
from tests.worker.launch import take_over
from tui.worker.__main__ import main

ARGUMENTS = ["-P", "-m", "tui.worker"]
"""What a dashboard tells its Python, before what it tells the worker."""


class Child(NamedTuple):
    pid: int
    ended: int
    """Readable when it has ended."""
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
        client, _ = self._listener.accept()
        head, streams, *_ = socket.recv_fds(client, 8, 3)
        with client.makefile("rb") as reader:
            order = reader.read(int.from_bytes(head, sys.byteorder))
        pid = os.fork()
        if pid == 0:
            self._selector.close()
            self._listener.close()
            client.close()
            become_worker(order, streams)
        for stream in streams:
            os.close(stream)
        child = Child(pid, os.pidfd_open(pid), client)
        self._children.add(child)
        self._watch(child.ended, partial(self._ended, child))
        self._watch(client.fileno(), partial(self._told, child))

    def _told(self, child: Child) -> None:
        if child not in self._children:
            return
        if child.client.recv(1):
            os.kill(child.pid, signal.SIGTERM)
        else:
            self._selector.unregister(child.client)
            kill(child.pid)

    def _ended(self, child: Child) -> None:
        _, status = os.waitpid(child.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        self._children.remove(child)
        self._selector.unregister(child.ended)
        with suppress(KeyError):  # it has gone before
            self._selector.unregister(child.client)
        with suppress(OSError), child.client:
            child.client.send(code.to_bytes(4, sys.byteorder, signed=True))
        os.close(child.ended)

    def _close(self) -> None:
        self._closing = True
        for child in self._children:
            kill(child.pid)


def kill(pid: int) -> None:
    """With all that it has started; it may not lead a group yet."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def become_worker(order: bytes, streams: list[int]) -> NoReturn:
    try:
        arguments, cwd, env = ast.literal_eval(order.decode())
        take_over(streams, cwd, env)
        assert arguments[: len(ARGUMENTS)] == ARGUMENTS
        main(arguments[len(ARGUMENTS) :])
    except BaseException:  # noqa: BLE001 (as the interpreter does)
        traceback.print_exc()
    os._exit(1)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as given:
        Server(given).serve()
