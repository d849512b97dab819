"""Many streams of a service at once, read by one asyncio process that does nothing else.

Reads a `Plan` as JSON from its standard input, prints "streaming" when all streams have begun, and
at the end a `Result`. A delta's time is from the stamp in it (`load_provider.py`) to its arrival.
"""

import asyncio
import itertools
import re
import socket
import sys
import time
from array import array
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

_STAMP = re.compile(rb"@(\d+)@")
_ID = re.compile(rb"^id: (\S+)", re.MULTILINE)
_END = b'"status":"idle"'
_PROBE = 0.005
"""Seconds of the timer that shows how late this process itself is."""
_AT_ONCE = 20
_SMALL = 4_096
"""Bytes that the socket of a reader that stops takes: the rest waits in the service."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    service: str
    token: str
    provider: int
    """The provider's port."""
    streams: int
    seconds: float
    rate: int
    """Deltas per second, of each."""
    ramp: float = 5.0
    """Seconds over which the streams begin."""
    direct: int = 10
    """Streams that are read from the provider itself."""
    idle: int = 0
    """Open streams in which nothing happens."""
    stops: float = 0.0
    """Seconds for which two more readers stop reading; 0: there are none."""
    stop: bool = True
    """False: they read all the time, to compare with."""
    fast_rate: int = 500
    """Deltas per second of the session that they read."""


class Times(msgspec.Struct, frozen=True):
    """Percentiles, in ms."""

    count: int
    p50: float
    p99: float
    most: float


class Result(msgspec.Struct, frozen=True, kw_only=True):
    service: Times
    """While all streams were open and had begun."""
    whole: Times
    """From the first delta to the last one."""
    direct: Times
    """Without a service."""
    client: Times
    """How late a timer of this process was."""
    missing: int
    """Deltas that did not come, or came twice."""
    idle_closed: int
    stopped: str = ""
    """What came of the readers that stopped."""


class Stream(asyncio.Protocol):
    """One request, and what comes back. ``earlier``: what the same reader has got before."""

    def __init__(self, request: bytes, earlier: "Stream | None" = None) -> None:
        self._request = request
        self._rest = b""
        self._answered = False
        self.head = b"none"
        """The first line of the answer."""
        self.stamps = array("q", () if earlier is None else earlier.stamps)
        self.arrivals = array("q", () if earlier is None else earlier.arrivals)
        """In µs, as the stamps."""
        self.last_id = b""
        self.begun = asyncio.Event()
        self.done = asyncio.Event()
        """The run has ended, or the connection has."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns() // 1000
        if not self.begun.is_set():
            self.head = data.partition(b"\r\n")[0]
            self.begun.set()
        text, found, self._rest = (self._rest + data).rpartition(b"\n\n")
        if not found:
            return
        # The complete answer has all stamps once more.
        deltas, complete, _ = text.partition(b"event: response_complete")
        for stamp in () if self._answered else _STAMP.findall(deltas):
            self.stamps.append(int(stamp))
            self.arrivals.append(now)
        self._answered = self._answered or bool(complete)
        if ids := _ID.findall(text):
            self.last_id = ids[-1]
        if self._answered and _END in text:
            self.done.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        self.begun.set()
        self.done.set()

    @property
    def whole(self) -> bool:
        """Each stamp came once, in order."""
        return all(one < other for one, other in itertools.pairwise(self.stamps))


class Client:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._host = urlsplit(plan.service).netloc
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._deltas = int((plan.seconds + plan.ramp) * plan.rate)
        self._late = array("d")

    async def run(self) -> Result:
        plan = self._plan
        probe = asyncio.create_task(self._probe())
        idle = await asyncio.gather(*(self._follow(b"") for _ in range(plan.idle)))
        streams = await asyncio.gather(
            *(self._streaming(number) for number in range(plan.streams)),
            *(self._directly(number) for number in range(plan.direct)),
        )
        stopped = asyncio.create_task(self._stopped()) if plan.stops else None
        del self._late[:]
        print("streaming", flush=True)
        await asyncio.gather(*(stream.done.wait() for stream in streams))
        told = "" if stopped is None else await stopped
        probe.cancel()
        served, direct = streams[: plan.streams], streams[plan.streams :]
        begun = max(stream.arrivals[0] for stream in served)
        ended = min(stream.arrivals[-1] for stream in served)
        return Result(
            service=_times(_latencies(served, begun, ended)),
            whole=_times(_latencies(served, 0, sys.maxsize)),
            direct=_times(_latencies(direct, begun, ended)),
            client=_times(self._late),
            missing=sum(self._deltas - len(one.stamps) * one.whole for one in served),
            idle_closed=sum(one.done.is_set() for one in idle),
            stopped=told,
        )

    async def _probe(self) -> None:
        while True:
            due = time.perf_counter() + _PROBE
            await asyncio.sleep(_PROBE)
            self._late.append((time.perf_counter() - due) * 1e3)

    async def _streaming(self, number: int) -> Stream:
        """A session with a run."""
        plan = self._plan
        await asyncio.sleep(plan.ramp * number / max(1, plan.streams))
        return await self._say(await self._session(), self._deltas, plan.rate)

    async def _say(self, session: str, deltas: int, rate: int) -> Stream:
        body = msgspec.json.encode({"message": f"STREAM {deltas} {rate}"})
        return await self._open(self._request("POST", f"/sessions/{session}/messages", body))

    async def _directly(self, number: int) -> Stream:
        plan = self._plan
        await asyncio.sleep(plan.ramp * number / max(1, plan.direct))
        request = f"GET /direct?{self._deltas},{plan.rate} HTTP/1.1\r\n\r\n".encode()
        return await self._open(request, port=plan.provider)

    async def _follow(
        self,
        session: str,
        after: bytes = b"",
        *,
        small: bool = False,
        earlier: Stream | None = None,
    ) -> Stream:
        """What happens in a session; "" for a new one, in which nothing does."""
        session = session or await self._session()
        headers = b"last-event-id: %b\r\n" % after if after else b""
        request = self._request("GET", f"/sessions/{session}/events", b"", headers)
        return await self._open(request, small=small, earlier=earlier)

    async def _stopped(self) -> str:
        """Two readers stop; one reads on afterwards, the other connects again."""
        plan = self._plan
        session = await self._session()
        first = await self._say(session, int(plan.fast_rate * plan.stops), plan.fast_rate)
        readers = [await self._follow(session, small=True) for _ in range(2)]
        await asyncio.sleep(1)
        for reader in readers if plan.stop else ():
            reader.transport.pause_reading()
        await asyncio.sleep(plan.stops)
        await first.done.wait()
        if not plan.stop:
            return ""
        had, began = [len(reader.stamps) for reader in readers], time.perf_counter()
        readers[0].transport.resume_reading()
        readers[1].transport.abort()
        readers[1] = await self._follow(session, readers[1].last_id, earlier=readers[1])
        for reader in readers:
            await reader.done.wait()
        took = time.perf_counter() - began
        names = ("read on", "connected again")
        ends = ", ".join(
            f"one that {name} had {before:,} and has {len(reader.stamps):,}"
            + (", the same" if reader.stamps == first.stamps else ", NOT THE SAME")
            for name, before, reader in zip(names, had, readers, strict=True)
        )
        return f"of {len(first.stamps):,} deltas, {ends}; {took:.1f} s after they read again"

    async def _session(self) -> str:
        async with self._at_once:
            reader, writer = await asyncio.open_connection(*self._address())
            writer.write(self._request("POST", "/sessions", b"{}", b"connection: close\r\n"))
            answer = await reader.read()
            writer.close()
        assert b" 201 " in answer, answer
        return str(msgspec.json.decode(answer.partition(b"\r\n\r\n")[2])["id"])

    def _request(self, method: str, path: str, body: bytes, headers: bytes = b"") -> bytes:
        return (
            f"{method} {path} HTTP/1.1\r\nhost: {self._host}\r\ncontent-length: {len(body)}\r\n"
            f"authorization: Bearer {self._plan.token}\r\n"
        ).encode() + b"%b\r\n%b" % (headers, body)

    async def _open(
        self,
        request: bytes,
        port: int | None = None,
        *,
        small: bool = False,
        earlier: Stream | None = None,
    ) -> Stream:
        connection = socket.socket()
        connection.setblocking(False)
        if small:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL)
        loop = asyncio.get_running_loop()
        host, known = self._address()
        await loop.sock_connect(connection, (host, port or known))
        _, stream = await loop.create_connection(lambda: Stream(request, earlier), sock=connection)
        await stream.begun.wait()
        assert b" 200 " in stream.head, stream.head
        return stream

    def _address(self) -> tuple[str, int]:
        host, _, port = self._host.partition(":")
        return host, int(port)


def _latencies(streams: Sequence[Stream], begun: int, ended: int) -> "array[float]":
    """In ms, of what arrived between these times."""
    return array("d", (
        (arrival - stamp) / 1e3
        for stream in streams
        for arrival, stamp in zip(stream.arrivals, stream.stamps, strict=True)
        if begun <= arrival <= ended
    ))  # fmt: skip


def _times(found: Sequence[float]) -> Times:
    times = sorted(found) or [0.0]
    return Times(len(found), times[len(times) // 2], times[int(len(times) * 0.99)], times[-1])


def main() -> None:
    plan = msgspec.json.decode(sys.stdin.buffer.readline(), type=Plan)
    result = asyncio.run(Client(plan).run())
    print(msgspec.json.encode(result).decode(), flush=True)


if __name__ == "__main__":
    main()
