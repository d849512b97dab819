"""Sockets for the HTTP client, straight on asyncio's transports.

The client's own go through anyio, which makes a scope and a timer for each read and asks the system
to stop and to start reading around it: a third of what a delta costs when it arrives alone, as it
does from a model. Here a connection has one timer, which is moved only when it fires.
"""

# ruff: noqa: ASYNC109 - the client passes time-outs

import asyncio
import ssl
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any, Final

import httpcore2
from httpcore2 import SOCKET_OPTION

MOST_WAITING: Final = 256 * 1024
"""Bytes that wait for their reader before the socket is left alone."""
_NEXT_ADDRESS: Final = 0.25
"""Seconds after which the next address of a host is tried as well."""


class DirectNetwork(httpcore2.AsyncNetworkBackend):
    """Opens connections; asyncio only."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Raise `httpcore2.ConnectError` or `httpcore2.ConnectTimeout`."""
        local = None if local_address is None else (local_address, 0)
        with _named(httpcore2.ConnectError, httpcore2.ConnectTimeout):
            async with asyncio.timeout(timeout):
                _, connection = await asyncio.get_running_loop().create_connection(
                    _Connection, host, port, local_addr=local, happy_eyeballs_delay=_NEXT_ADDRESS
                )
        return _opened(connection, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Raise `httpcore2.ConnectError` or `httpcore2.ConnectTimeout`."""
        with _named(httpcore2.ConnectError, httpcore2.ConnectTimeout):
            async with asyncio.timeout(timeout):
                _, connection = await asyncio.get_running_loop().create_unix_connection(
                    _Connection, path
                )
        return _opened(connection, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Connection(asyncio.Protocol):
    """What has arrived and was not read yet."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._arrived = bytearray()
        self._paused = False
        self._over = False
        """Nothing more will arrive."""
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._due: float | None = None
        """When the read that waits takes too long."""
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._arrived += data
        if not self._paused and len(self._arrived) > MOST_WAITING:
            self._paused = True
            self.transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> bool:
        self._over = True
        _wake(self._reader)
        # The transport stays open for what is still to be written, but over TLS it cannot.
        return self.transport.get_extra_info("ssl_object") is None

    def connection_lost(self, exc: Exception | None) -> None:
        self._over = True
        self._error = exc
        _wake(self._reader)
        _wake(self._writer)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def pause_writing(self) -> None:
        self._writer = self._loop.create_future()

    def resume_writing(self) -> None:
        _wake(self._writer)
        self._writer = None

    @property
    def is_readable(self) -> bool:
        """Something has arrived, which may be the end."""
        return self._over or bool(self._arrived)

    async def read(self, most: int, timeout: float | None) -> bytes:
        """At least one byte; none at the end. Raise `OSError` or `TimeoutError`."""
        if not self._arrived and not self._over:
            reader = self._reader = self._loop.create_future()
            self._due = None if timeout is None else self._loop.time() + timeout
            if self._due is not None and (self._timer is None or self._timer.when() > self._due):
                self._set_timer(self._due)
            try:
                await reader
            finally:
                self._reader = self._due = None
        if not self._arrived:
            if self._error is not None:
                raise self._error
            return b""
        data = bytes(self._arrived[:most])
        del self._arrived[:most]
        if self._paused and len(self._arrived) <= MOST_WAITING // 2 and not self._over:
            self._paused = False
            self.transport.resume_reading()
        return data

    async def write(self, data: bytes, timeout: float | None) -> None:
        """Raise `OSError` or `TimeoutError`."""
        self._check_open()
        self.transport.write(data)
        if self._writer is not None:
            async with asyncio.timeout(timeout):
                await asyncio.shield(self._writer)
            self._check_open()

    def _check_open(self) -> None:
        if self._error is not None or self.transport.is_closing():
            raise self._error or _closed()

    def _set_timer(self, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._check_time)

    def _check_time(self) -> None:
        self._timer = None
        if self._reader is None or self._due is None or self._reader.done():
            return
        if self._loop.time() < self._due:
            self._set_timer(self._due)
        else:
            self._reader.set_exception(TimeoutError())


class _Stream(httpcore2.AsyncNetworkStream):
    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return await self._connection.read(max_bytes, timeout)
        except TimeoutError as error:
            raise httpcore2.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer:
            with _named(httpcore2.WriteError, httpcore2.WriteTimeout):
                await self._connection.write(buffer, timeout)

    async def aclose(self) -> None:
        self._connection.transport.abort()
        # The socket is closed in the next round of the loop.
        await asyncio.sleep(0)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Raise `httpcore2.ConnectError` or `httpcore2.ConnectTimeout`."""
        connection = self._connection
        try:
            with _named(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                async with asyncio.timeout(timeout):
                    secured = await asyncio.get_running_loop().start_tls(
                        connection.transport, connection, ssl_context,
                        server_hostname=server_hostname,
                    )  # fmt: skip
                if secured is None:
                    raise _closed()  # noqa: TRY301 - it ends like what the system says
        except BaseException:
            connection.transport.abort()
            raise
        connection.transport = secured
        return self

    def get_extra_info(self, info: str) -> Any:
        transport = self._connection.transport
        match info:
            case "is_readable":
                return self._connection.is_readable or transport.is_closing()
            case "client_addr":
                return transport.get_extra_info("sockname")
            case "server_addr":
                return transport.get_extra_info("peername")
        return transport.get_extra_info(info)


def _opened(
    connection: _Connection, socket_options: Iterable[SOCKET_OPTION] | None
) -> httpcore2.AsyncNetworkStream:
    for option in socket_options or ():
        connection.transport.get_extra_info("socket").setsockopt(*option)
    return _Stream(connection)


@contextmanager
def _named(
    error: type[httpcore2.NetworkError], too_slow: type[httpcore2.TimeoutException]
) -> Generator[None]:
    """Raise what the operating system says as the client's errors."""
    try:
        yield
    except TimeoutError as found:
        raise too_slow(str(found)) from found
    except OSError as found:  # of TLS too
        raise error(str(found)) from found


def _closed() -> ConnectionResetError:
    return ConnectionResetError("the connection is closed")


def _wake(waiting: "asyncio.Future[None] | None") -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)
