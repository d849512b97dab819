"""A proxy that passes every byte of a model server's answers on and notes when it came."""

import json
import threading
import time
import zlib
from collections.abc import Callable

import aiohttp
from aiohttp import web

from tests.provider import connection
from tests.provider.loopback import LoopbackServer
from tests.provider.recording import Chunk, RecordedEvent, Recording
from tests.provider.server import transport_of
from tests.provider.sse import SseParser

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

    def wait_until(self, predicate: Callable[[], bool], timeout: float = 10.0) -> None:
        """Block until the predicate about the recordings holds, else TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(predicate, timeout):
                raise TimeoutError(f"not within {timeout} s: {len(self.recordings)} recordings")

    async def _open(self) -> web.Server:
        # The time limits are the client's business, not the proxy's.
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
            self._note(lambda: self.recordings.append(recording))
        try:
            return await self._forward(request, content, recording)
        finally:
            self._note(lambda: _finish(recording))

    async def _forward(
        self, request: web.BaseRequest, content: bytes, recording: Recording
    ) -> web.StreamResponse:
        url = self._upstream + request.path_qs.removeprefix("/v1")
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in _HOP_BY_HOP
        }
        recording.client_left = True  # until the answer has gone through whole
        async with self._session.request(
            request.method, url, data=content, headers=headers
        ) as upstream:
            response = await self._open_response(request, upstream, recording)
            try:
                await self._pass_on(upstream, response, recording)
            except aiohttp.ClientPayloadError:
                # Upstream broke off: so does the proxy, and the client sees the same.
                await connection.reset(transport_of(request))
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

    async def _pass_on(
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
            self._note(lambda at=at, data=data: recording.events.extend(reader.events(at, data)))  # type: ignore[misc]
        recording.body = reader.whole()

    def _note(self, change: Callable[[], None]) -> None:
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
        plain = self._decompressor.decompress(data) if self._decompressor else data
        if not self._streams:
            self._whole += plain
            return []
        return [
            RecordedEvent(at, json.loads(message.data))
            for message in self._parser.feed(plain)
            if message.data != "[DONE]"
        ]

    def whole(self) -> dict[str, object] | None:
        try:
            parsed = json.loads(self._whole)
        except ValueError:
            return None
        return parsed if isinstance(parsed, dict) else None


def _finish(recording: Recording) -> None:
    recording.finished_at = time.monotonic_ns()
