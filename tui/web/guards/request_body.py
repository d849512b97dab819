"""Reads a request's body: JSON of a known shape, of a limited size, in limited time."""

import asyncio
from typing import TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request

from tui.web.request_refusals import RefusedError

MOST_BYTES = 10 * 1024 * 1024
SLOWEST = 30.0
"""Seconds that a body may take."""

_Body = TypeVar("_Body")


async def body_of(request: Request, kind: type[_Body], most: int = MOST_BYTES) -> _Body:
    """Raise `RefusedError` for one that is too large, too slow, or not of this shape."""
    raw = await bytes_of(request, most) or b"{}"
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError as error:
        raise RefusedError("BAD_REQUEST", f"the body is not valid: {error}") from None
    except (UnicodeDecodeError, RecursionError):
        raise RefusedError("BAD_REQUEST", "the body is not JSON in UTF-8") from None


async def bytes_of(request: Request, most: int = MOST_BYTES) -> bytes:
    """Raise `RefusedError` for a body that is too large or too slow."""
    too_large = RefusedError("TOO_LARGE", f"the body is larger than {most:,} bytes")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise too_large
    data = bytearray()
    try:
        async with asyncio.timeout(SLOWEST):
            async for piece in request.stream():
                data += piece
                if len(data) > most:
                    raise too_large
    except TimeoutError:
        raise RefusedError("TOO_SLOW", "the body took too long to arrive") from None
    except ClientDisconnect:
        raise RefusedError("BAD_REQUEST", "the connection was closed") from None
    return bytes(data)
