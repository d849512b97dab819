"""Long outputs of tools in pieces: the first travels with the call's end, the others after it."""

import re
from collections.abc import Iterator
from typing import Final

MOST_AT_ONCE: Final = 200_000
"""Characters of an output that `ToolFinished` has."""

MOST_PER_PIECE: Final = 100_000
"""Characters of each further piece; displaying one takes a few milliseconds."""

MOST_KEPT: Final = 50_000_000
"""Characters of an output that are kept. The model gets what the tool returns, however long."""

_SEAM: Final = 4_096
"""A piece may be shorter by this many characters, so that no word is in two pieces."""

_ENDS: Final = (re.compile(r"\n"), re.compile(r"[,;}\])>]"), re.compile(r"[\s\"'&]"))
"""Where a text is best cut, the best first."""


def in_pieces(text: str) -> Iterator[str]:
    """The beginning of an output and what follows it; what is beyond `MOST_KEPT` is counted."""
    if len(text) > MOST_KEPT:
        dropped = len(text) - MOST_KEPT
        text = f"{text[:MOST_KEPT]}\n… ({dropped:,} more characters are not kept)"
    at, most = 0, MOST_AT_ONCE
    while at < len(text) or at == 0:
        end = _end(text, at, most)
        yield text[at:end]
        at, most = max(end, 1), MOST_PER_PIECE


def _end(text: str, start: int, most: int) -> int:
    end = start + most
    if end >= len(text):
        return len(text)
    seam = text[end - _SEAM : end]
    for pattern in _ENDS:
        last = max((found.end() for found in pattern.finditer(seam)), default=0)
        if last:
            return end - _SEAM + last
    return end
