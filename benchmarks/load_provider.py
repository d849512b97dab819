"""A provider whose answers are stamped with the time at which each piece of them was sent.

The message "STREAM 600 20" is answered with 600 deltas, 20 a second, each with the monotonic
time of its sending in µs: "@81723391234@ ". It is one asyncio process that does nothing else, so
that hundreds of answers cost little. ``GET /late`` says how late its deltas were, since it was
last asked, and ``GET /direct?600,20`` sends such deltas as plain text, for who asks it directly.

Prints its port; ends when its standard input is closed.
"""

import asyncio
import itertools
import json
import re
import sys
import threading
import time
from array import array

from tests.support.provider.event import StreamEvent
from tests.support.provider.responses_api import response_events
from tests.support.provider.script import Answer

_ASKED = re.compile(rb"STREAM (\d+) (\d+)")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_TEXT = "THE TEXT"
_SEQUENCE = 987654321
_GOLDEN = 0.618

numbers = itertools.count(1)
lateness = array("d")
"""Of the deltas since it was last asked, in ms."""


class Answering(asyncio.Protocol):
    """One connection. A client that does not read is never waited for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport
        self._got = b""

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, found, body = self._got.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not found or (length is not None and len(body) < int(length[1])):
            return
        self._got = b""
        if head.startswith(b"GET /late"):
            told = json.dumps(sorted(lateness)).encode()
            del lateness[:]
            self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(told))
            self._transport.write(told)
        elif head.startswith(b"GET /direct"):
            Paced(self._transport, *_numbers(head.partition(b"?")[2])).start()
        else:
            asked = _ASKED.findall(body)[-1]
            Paced(self._transport, int(asked[0]), int(asked[1]), body).start()


def _numbers(query: bytes) -> tuple[int, int]:
    count, rate = query.split(b" ")[0].split(b",")
    return int(count), int(rate)


class Paced:
    """One answer, sent in time. Without ``body`` it is plain deltas."""

    def __init__(
        self, transport: asyncio.Transport, count: int, rate: int, body: bytes = b""
    ) -> None:
        self._transport = transport
        self._left = count
        self._every = 1 / rate
        self._stamps: list[str] = []
        self._sequence = itertools.count()
        self._number = next(numbers)
        self._body = body
        self._delta = [b"", b"", b"\n\n"]
        """What stands around the text and the sequence number."""
        self._after: list[StreamEvent] = []

    def start(self) -> None:
        told = self._begun() if self._body else b""
        self._transport.write(_HEAD + told)
        loop = asyncio.get_running_loop()
        # Answers that begin at the same time do not send at the same time.
        self._due = loop.time() + self._every * (self._number * _GOLDEN % 1)
        loop.call_at(self._due, self._tick)

    def _begun(self) -> bytes:
        """All before the first delta."""
        events = list(response_events(Answer(deltas=[_TEXT]), json.loads(self._body), self._number))
        place = next(place for place, event in enumerate(events) if event.is_delta)
        self._after = events[place + 1 :]
        told = b"".join(_encoded(event, next(self._sequence)) for event in events[:place])
        before, _, after = _encoded(events[place], _SEQUENCE).partition(_TEXT.encode())
        self._delta = [before, *after.split(b"%d" % _SEQUENCE)]
        return _chunk(told)

    def _tick(self) -> None:
        if self._transport.is_closing():
            return
        now = time.monotonic_ns()
        lateness.append(now / 1e6 - self._due * 1e3)
        stamp = f"@{now // 1000}@ "
        self._stamps.append(stamp)
        before, between, after = self._delta
        number = b"%d" % next(self._sequence) if self._body else b""
        self._transport.write(_chunk(before + stamp.encode() + between + number + after))
        self._left -= 1
        if self._left:
            self._due += self._every
            asyncio.get_running_loop().call_at(self._due, self._tick)
        else:
            self._end()

    def _end(self) -> None:
        whole = "".join(self._stamps)
        for event in self._after:
            told = _encoded(event, next(self._sequence))
            self._transport.write(_chunk(told.replace(_TEXT.encode(), whole.encode())))
        self._transport.write(b"0\r\n\r\n")
        if not self._body:
            self._transport.close()


def _encoded(event: StreamEvent, number: int) -> bytes:
    data = json.dumps({**event.data, "sequence_number": number})
    return f"event: {event.name}\ndata: {data}\n\n".encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()

    def wait() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(main())
