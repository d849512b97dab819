"""Events as bytes, and the body they are written to."""

import json
import zlib

import msgspec
from aiohttp import web

from tests.support.provider.event import StreamEvent
from tests.support.provider.script import Wire

DONE = b"data: [DONE]\n\n"
_encode_json = msgspec.json.Encoder().encode


def encode_event(event: StreamEvent) -> bytes:
    """The event in SSE form, with raw UTF-8 in its JSON as real providers send it."""
    data = b"data: " + _json(event.data) + b"\n\n"
    return data if event.name is None else b"event: " + event.name.encode() + b"\n" + data


def _json(data: object) -> bytes:
    try:
        return _encode_json(data)
    except UnicodeEncodeError:
        # Lone surrogates, which can only be escaped.
        return json.dumps(data).encode()


class Body:
    """A response body that applies line ends, compression and chunk sizes."""

    def __init__(self, response: web.StreamResponse, wire: Wire) -> None:
        self._response = response
        self._wire = wire
        self._compressor = zlib.compressobj(wbits=31) if wire.gzip else None

    async def write(self, data: bytes) -> None:
        if self._wire.crlf:
            data = data.replace(b"\n", b"\r\n")
        if self._compressor is not None:
            data = self._compressor.compress(data) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
        await self.write_raw(data)

    async def write_raw(self, data: bytes) -> None:
        """Write past the compressor, which corrupts a compressed body."""
        size = self._wire.chunk_bytes or len(data) or 1
        for start in range(0, len(data), size):
            await self._response.write(data[start : start + size])

    async def end(self) -> None:
        """Finish the compressed stream; the HTTP framing is finished by the server."""
        if self._compressor is not None:
            await self.write_raw(self._compressor.flush())
