"""The replies of a terminal to the queries of a program, and Textual's frames."""

import re
from collections.abc import Iterator

_QUERY = re.compile(rb"\x1b\[(?:\?(?P<mode>\d+)\$p|(?P<attributes>0?c)|(?P<cursor>6n)|5n)")
_SYNCHRONISED_OUTPUT = b"2026"


class QueryAnswers:
    """Replies like a plain xterm with synchronised output, also to queries cut between chunks."""

    def __init__(self) -> None:
        self._tail = b""

    def answers(self, data: bytes) -> bytes:
        """The replies to the queries in the next chunk of output, in their order."""
        text = self._tail + data
        end = 0
        replies = []
        for match in _QUERY.finditer(text):
            replies.append(_reply(match))
            end = match.end()
        self._tail = text[max(end, len(text) - 12) :]
        return b"".join(replies)


def _reply(match: re.Match[bytes]) -> bytes:
    mode = match.group("mode")
    if mode is not None:
        known = b"2" if mode == _SYNCHRONISED_OUTPUT else b"0"
        return b"\x1b[?" + mode + b";" + known + b"$y"
    if match.group("cursor"):
        return b"\x1b[1;1R"
    return b"\x1b[?62;22c" if match.group("attributes") else b"\x1b[0n"


def frames(raw: bytes) -> Iterator[tuple[int, int]]:
    """Start and end offsets of every synchronised update in the output: Textual's frames."""
    for match in re.finditer(rb"\x1b\[\?2026h.*?\x1b\[\?2026l", raw, re.DOTALL):
        yield match.start(), match.end()
