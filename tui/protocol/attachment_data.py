"""Pictures and files, as tools give them and users send them: what kind, how large. Pure."""

import base64
import binascii
import struct
from collections.abc import Callable
from urllib.parse import unquote, unquote_to_bytes

from tui.protocol.events import Attachment

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"<svg", "image/svg+xml"),
)
_JPEG_MARKER = 0xFF
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG's segments that hold its size."""


def of_base64(
    text: str, *, media_type: str = "", name: str = "", partial: bool = False
) -> Attachment:
    """Base64 as servers send it; what cannot be decoded has no data, and its type says so."""
    try:
        data = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return Attachment(media_type="not base64", name=name, partial=partial)
    return of_bytes(data, media_type=media_type, name=name, partial=partial)


def of_bytes(
    data: bytes, *, media_type: str = "", name: str = "", partial: bool = False
) -> Attachment:
    """The data says what it is; ``media_type`` is what somebody else says."""
    found = _media_type(data)
    width, height = _size(data, found) or (None, None)
    return Attachment(
        media_type=found or media_type, data=data, name=name, width=width, height=height,
        partial=partial,
    )  # fmt: skip


def of_url(url: str, *, media_type: str = "", name: str = "") -> Attachment:
    """A ``data:`` URL holds the data; any other one is only kept."""
    if not url.startswith("data:"):
        return Attachment(url=url, media_type=media_type, name=name)
    head, _, body = url[len("data:") :].partition(",")
    stated, *options = head.split(";")
    named = (unquote(one[5:]) for one in options if one.startswith("name="))
    name = name or next(named, "")
    if "base64" in options:
        return of_base64(body, media_type=stated or media_type, name=name)
    return of_bytes(unquote_to_bytes(body), media_type=stated or media_type, name=name)


def _media_type(data: bytes) -> str:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    start = data[:256].lstrip()
    return next((kind for magic, kind in _MAGIC if start.startswith(magic)), "")


def _size(data: bytes, media_type: str) -> tuple[int, int] | None:
    """Width and height in pixels; None if the data is cut short or has no such size."""
    reader = _SIZES.get(media_type)
    try:
        return reader(data) if reader is not None else None
    except struct.error:
        return None


def _png_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _bmp_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<ii", data, 18)
    return width, abs(height)


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    place = 2
    while True:
        start, marker, length = struct.unpack_from(">BBH", data, place)
        if start != _JPEG_MARKER:
            return None
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        place += 2 + length


def _webp_size(data: bytes) -> tuple[int, int] | None:
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            low, high, low_height, high_height = struct.unpack_from("<HBHB", data, 24)
            return (high << 16 | low) + 1, (high_height << 16 | low_height) + 1
        case _:
            return None


_SIZES: dict[str, Callable[[bytes], tuple[int, int] | None]] = {
    "image/png": _png_size,
    "image/gif": _gif_size,
    "image/bmp": _bmp_size,
    "image/jpeg": _jpeg_size,
    "image/webp": _webp_size,
}
