"""Starts and ends the provider's process."""

import socket
import subprocess
import sys
from contextlib import suppress

import msgspec
from msgspec.structs import replace

from tui.recorded_provider.provider_words import ProviderOrder, ProviderReady, ProviderReport

HOST = "127.0.0.1"
_END_SECONDS = 5.0


class RecordedProviderError(Exception):
    """The recording cannot be used; the message says why."""


class RecordedProvider:
    """Runs from its creation on until `close`, or until this process ends."""

    def __init__(self, order: ProviderOrder) -> None:
        """Blocks until the recording is read. Raise `RecordedProviderError`."""
        self.report = ProviderReport()
        """What it did, once it is closed."""
        # It listens from now on: requests wait in it until the process takes them.
        with socket.create_server((HOST, 0), backlog=1024) as listening:
            self.base_url = f"http://{HOST}:{listening.getsockname()[1]}/v1"
            self._process = _started(order, listening)
        line = self._line()
        try:
            self.ready = msgspec.json.decode(line, type=ProviderReady)
        except msgspec.DecodeError as error:
            self.close()
            raise RecordedProviderError("the provider of recorded answers ended") from error
        if self.ready.problem:
            self.close()
            raise RecordedProviderError(self.ready.problem)

    def close(self) -> None:
        """End it, and read its report."""
        process = self._process
        if process.stdin is not None and not process.stdin.closed:
            process.stdin.close()
            with suppress(msgspec.DecodeError):
                self.report = msgspec.json.decode(self._line(), type=ProviderReport)
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _line(self) -> bytes:
        return self._process.stdout.readline() if self._process.stdout is not None else b""


def _started(order: ProviderOrder, listening: socket.socket) -> "subprocess.Popen[bytes]":
    fd = listening.fileno()
    words = msgspec.json.encode(replace(order, fd=fd)).decode()
    return subprocess.Popen(  # noqa: S603 - our own argv
        # -P: the current folder is not searched for `tui`, which it may also contain.
        [sys.executable, "-P", "-m", "tui.recorded_provider", words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(fd,),
        # Ctrl+C is for who asks, not for who answers.
        start_new_session=True,
    )
