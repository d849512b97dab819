"""A proxy that forwards a model server's answers byte by byte and records when they came."""

import json
import threading
import time
import zlib
from collections.abc import Callable, Iterator

import aiohttp
from aiohttp import web

from tests.support.patience import PATIENCE
from tests.support.provider import connection
from tests.support.provider.event import JsonObject
from tests.support.provider.http_server import transport_of
from tests.support.provider.loopback import LoopbackServer
from tests.support.provider.recording import Chunk, RecordedEvent, Recording
from tests.support.provider.sse import SseParser

_HOP_BY_HOP = {"connection", "host", "keep-alive", "transfer-encoding", "content-length"}


class RecordingProxy(LoopbackServer):
    """``with RecordingProxy("http://127.0.0.1:8080/v1") as proxy:`` then talk to its ``base_url``.

    ``recordings`` holds one ``Recording`` per request with a body, in the order they came.
    """

    def __init__(self, upstream: str) -> None:
        super().__init__()
        self._upstream = upstream.rstrip("/")
        self._changed = threading.Condition()
        self.recordings: list[Recording] = []

    def wait_until(self, predicate: Callable[[], bool], timeout: float = PATIENCE) -> None:
        """Block until the predicate about the recordings holds, else TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(predicate, timeout):
                raise TimeoutError(f"not within {timeout} s: {len(self.recordings)} recordings")

    async def _open(self) -> web.Server:
        # The client sets the time limits.
        self._session = aiohttp.ClientSession(
            auto_decompress=False, timeout=aiohttp.ClientTimeout(total=None)
        )
        return web.Server(self._handle, handler_cancellation=True)

    async def _close(self, server: web.Server) -> None:
        await super()._close(server)
        await self._session.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        content = await request.read()
        recording = Recording(
            path=request.path,
            request=json.loads(content) if content else {},
            sent_at=time.monotonic_ns(),
        )
        if content:
            self._record(lambda: self.recordings.append(recording))
        try:
            return await self._forward(request, content, recording)
        finally:
            self._record(lambda: _finish(recording))

    async def _forward(
        self, request: web.BaseRequest, content: bytes, recording: Recording
    ) -> web.StreamResponse:
        url = self._upstream + request.path_qs.removeprefix("/v1")
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in _HOP_BY_HOP
        }
        recording.client_left = True  # unless the whole answer is forwarded
        try:
            async with self._session.request(
                request.method, url, data=content, headers=headers
            ) as upstream:
                response = await self._open_response(request, upstream, recording)
                await self._forward_body(upstream, response, recording)
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
            transport = request.transport
            recording.client_left = transport is None or transport.is_closing()
            return await _reset(request)
        recording.client_left = False
        return response

    async def _open_response(
        self, request: web.BaseRequest, upstream: aiohttp.ClientResponse, recording: Recording
    ) -> web.StreamResponse:
        recording.status = upstream.status
        recording.headers_at = time.monotonic_ns()
        response = web.StreamResponse(status=upstream.status, reason=upstream.reason)
        for name, value in upstream.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                response.headers.add(name, value)
        response.content_length = upstream.content_length
        if upstream.content_length is None:
            response.enable_chunked_encoding()
        await response.prepare(request)
        return response

    async def _forward_body(
        self,
        upstream: aiohttp.ClientResponse,
        response: web.StreamResponse,
        recording: Recording,
    ) -> None:
        reader = _Reader(upstream)
        async for data in upstream.content.iter_any():
            at = time.monotonic_ns()
            await response.write(data)
            recording.chunks.append(Chunk(at, data))
            self._record(lambda at=at, data=data: recording.events.extend(reader.events(at, data)))  # type: ignore[misc]
        recording.body = reader.whole()

    def _record(self, change: Callable[[], None]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()


class _Reader:
    """Reads a copy of the answer: events when it streams, else one JSON object."""

    def __init__(self, upstream: aiohttp.ClientResponse) -> None:
        self._streams = upstream.content_type == "text/event-stream"
        compressed = upstream.headers.get("Content-Encoding") in ("gzip", "deflate")
        self._decompressor = zlib.decompressobj(47) if compressed else None
        self._parser = SseParser()
        self._whole = bytearray()

    def events(self, at: int, data: bytes) -> list[RecordedEvent]:
        plain = self._decompressed(data)
        if not self._streams:
            self._whole += plain
            return []
        objects = (_json_object(message.data) for message in self._parser.feed(plain))
        return [RecordedEvent(at, data) for data in objects if data is not None]

    def whole(self) -> JsonObject | None:
        return _json_object(self._whole.decode(errors="replace"))

    def _decompressed(self, data: bytes) -> bytes:
        """The plain bytes; of corrupt data those before the first corrupt byte."""
        if self._decompressor is None:
            return data
        before = self._decompressor.copy()
        try:
            return self._decompressor.decompress(data)
        except zlib.error:
            return b"".join(_until_corrupt(before.decompress, data))


def _until_corrupt(decompress: Callable[[bytes], bytes], data: bytes) -> Iterator[bytes]:
    for byte in data:
        try:
            yield decompress(bytes([byte]))
        except zlib.error:
            return


def _json_object(text: str) -> JsonObject | None:
    """The object; None for ``[DONE]`` and for malformed data."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


async def _reset(request: web.BaseRequest) -> web.StreamResponse:
    """Upstream is unreachable or broke the connection: reset the client's connection too."""
    if request.transport is not None:
        await connection.reset(transport_of(request))
    return web.Response()


def _finish(recording: Recording) -> None:
    recording.finished_at = time.monotonic_ns()
