"""The parts of a line of indented JSON, by what they are."""

import re
from collections.abc import Iterator
from typing import Literal

Part = Literal["", "key", "string", "number", "word"]

MOST_COLOURED = 20_000
"""Characters of a line beyond which only its beginning is coloured."""

_TOKENS = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=\s*:))'
    r'|(?P<string>"(?:[^"\\]|\\.)*"?)'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<word>\b(?:true|false|null)\b)"
)


def coloured(line: str, start: int, end: int) -> Iterator[tuple[str, Part]]:
    """The characters from ``start`` to ``end`` of a whole line, in parts."""
    at = start
    for match in _TOKENS.finditer(line, 0, min(len(line), MOST_COLOURED)):
        if match.end() <= at:
            continue
        if match.start() >= end:
            break
        if match.start() > at:
            yield line[at : match.start()], ""
            at = match.start()
        part: Part = match.lastgroup or ""  # type: ignore[assignment]  # named like the parts
        stop = min(match.end(), end)
        yield line[at:stop], part
        at = stop
    if at < end:
        # What is longer than this is one long string.
        yield line[at:end], "string" if at >= MOST_COLOURED - 1 else ""
