"""A parser of server-sent events from bytes in pieces of any size; pure."""

import codecs
import re
from typing import NamedTuple

# A lone CR at the very end may be the first half of a CRLF, so it has to wait.
_BLANK_LINE = re.compile(r"(?:\r\n|\n|\r(?!\n|\Z)){2}")
_LINE_END = re.compile(r"\r\n|\n|\r")


class SseMessage(NamedTuple):
    """The event's name (empty when it has none) and its data, lines joined."""

    name: str
    data: str


class SseParser:
    """Feed it bytes; it returns the messages that they complete. Comments are dropped."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""

    def feed(self, data: bytes) -> list[SseMessage]:
        self._rest += self._decode(data)
        *blocks, self._rest = _BLANK_LINE.split(self._rest)
        messages = (_message(block) for block in blocks)
        return [message for message in messages if message is not None]


def _message(block: str) -> SseMessage | None:
    name, data = "", []
    for line in _LINE_END.split(block):
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
    return SseMessage(name, "\n".join(data)) if data else None
