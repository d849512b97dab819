"""A client whose connections are cut, and which continues with the last id that came."""

import asyncio
import json
import random
import socket
import struct

from tests.web.client import Told

RESET = struct.pack("ii", 1, 0)
"""Closing such a socket resets the connection instead of ending it."""


class CutClient:
    """Speaks HTTP/1.0 over plain sockets: the body is the stream, until the connection closes."""

    def __init__(self, url: str, token: str, random_: random.Random) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._where = host, int(port)
        self._token = token
        self._random = random_
        self.cuts = 0

    async def say(self, session: str, message: str, before: str, cuts: int) -> list[Told]:
        """Send a message; everything that came, over ``cuts`` connections that were cut or more.

        ``before``: the last id that the client has.
        """
        path, got, last = f"/sessions/{session}/messages", list[Told](), before
        body = json.dumps({"message": message}).encode()
        told, ended = await self._ask("POST", path, body, "", cut=cuts > 0)
        while True:
            got += told
            last = got[-1].id if got else before
            self.cuts += not ended
            cuts -= not ended
            if got and got[-1].data.get("status") == "idle":
                return got
            # Both ways continue a stream; without an id, a POST would send the message again.
            posts = bool(got) and self._random.random() < 0.5
            method, where = ("POST", path) if posts else ("GET", f"/sessions/{session}/events")
            told, ended = await self._ask(method, where, b"", last, cut=cuts > 0)

    async def _ask(
        self, method: str, path: str, body: bytes, last: str, *, cut: bool
    ) -> tuple[list[Told], bool]:
        """The whole messages that came, and whether the service ended the stream."""
        reader, writer = await asyncio.open_connection(*self._where)
        head = [
            f"{method} {path} HTTP/1.0", f"host: {self._where[0]}:{self._where[1]}",
            f"authorization: Bearer {self._token}", f"content-length: {len(body)}",
            *([f"last-event-id: {last}"] if last else []), "", "",
        ]  # fmt: skip
        writer.write("\r\n".join(head).encode() + body)
        # Mostly soon, so that a cut often falls into a message or between two of one event.
        most = int(self._random.expovariate(1 / 1_500)) if cut else 1 << 40
        if body:
            # Once an answer comes, the message is taken; before, nobody knows.
            most = max(1, most)
        data, ended = bytearray(), False
        try:
            while len(data) < most:
                piece = await reader.read(min(most - len(data), 1 << 16))
                if not piece:
                    ended = True
                    break
                data += piece
                if b'"status":"idle"' in data and data.endswith(b"\n\n"):
                    # The run has ended; one way of asking would wait for more.
                    ended = True
                    break
        finally:
            if self._random.random() < 0.5:
                raw: socket.socket = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()
        _, _, stream = bytes(data).partition(b"\r\n\r\n")
        assert not stream or data.startswith(b"HTTP/1.1 200 "), data[:300]
        return _whole_messages(stream), ended


def _whole_messages(stream: bytes) -> list[Told]:
    """An incomplete message does not count."""
    whole, _, _ = stream.rpartition(b"\n\n")
    found = []
    for block in whole.split(b"\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.decode().split("\n") if line and line[0] != ":"
        )
        if fields:
            found.append(Told(fields["id"], fields["event"], json.loads(fields["data"])))
    return found
