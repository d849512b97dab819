"""Breaking a TCP connection, after everything written before has been delivered."""

import array
import asyncio
import fcntl
import socket
import struct
import termios
from typing import Protocol

_LINGER_ZERO = struct.pack("ii", 1, 0)


class _Socket(Protocol):
    def fileno(self) -> int: ...
    def setsockopt(self, level: int, name: int, value: bytes, /) -> None: ...


async def delivered(transport: asyncio.Transport) -> None:
    """Return when the peer's kernel has acknowledged every byte written so far."""
    sock: _Socket = transport.get_extra_info("socket")
    unsent = array.array("i", [0])
    while not transport.is_closing():
        fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, unsent)
        if unsent[0] == 0 and transport.get_write_buffer_size() == 0:
            return
        await asyncio.sleep(0.001)


async def reset(transport: asyncio.Transport) -> None:
    """Close with a TCP reset (RST); what was written before still reaches the peer."""
    await delivered(transport)
    sock: _Socket = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()


async def close_truncated(transport: asyncio.Transport) -> None:
    """Announce an HTTP chunk of 1 KiB, send a few bytes of it, and close."""
    transport.write(b"400\r\ndata: {")
    await delivered(transport)
    transport.close()
