"""Server-sent events: the bytes of a message."""

from typing import Final

import msgspec

PING: Final = b": ping\n\n"
"""A comment, which readers ignore: it shows both sides that the connection is alive."""

HEADERS: Final = {
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
}
MEDIA_TYPE: Final = "text/event-stream"

_encoder = msgspec.json.Encoder()


class Message(msgspec.Struct, frozen=True):
    """``event``: its name; "" for the default one. ``data`` is sent as JSON."""

    event: str
    data: msgspec.Struct


def encoded(message: Message, id_: str = "") -> bytes:
    """JSON has no line breaks, so that the data is one line."""
    head = f"id: {id_}\n" if id_ else ""
    if message.event:
        head += f"event: {message.event}\n"
    return head.encode() + b"data: " + _encoder.encode(message.data) + b"\n\n"
