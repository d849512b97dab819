"""Terminal output split into plain text and control sequences."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_STRING_END = r"(?:\x07|\x1b\\|\x9c)"
_CONTROL = re.compile(
    r"(?P<csi>(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~])"
    rf"|(?P<osc>(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*{_STRING_END})"
    rf"|(?P<string>(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*{_STRING_END})"
    r"|(?P<escape>\x1b[ -/]*[0-OQ-WYZ\\`-~])"
    r"|(?P<c1>[\x80-\x9f])"
    r"|(?P<c0>[\x00-\x1a\x1c-\x1f\x7f])"
)
_UNFINISHED = re.compile(
    r"(?:\x1b|(?:\x1b\[|\x9b)[0-?]*[ -/]*|\x1b[ -/]+"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*\x1b?)\Z"
)

# What Textual's Linux driver and compositor write in full-screen mode, and nothing else.
_MODES = "7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2048"
_OF_TEXTUAL = re.compile(
    r"\x1b\[[0-9;:]*m"
    r"|\x1b\[\d+;\d+H"
    rf"|\x1b\[\?(?:{_MODES})[hl]"
    r"|\x1b\[\?(?:2026|2048)\$p"
    r"|\x1b\[>\d+u|\x1b\[<u"
    r"|\x1b\]22;[a-z-]+\x07"
    r"|\x1b\]11;\?\x1b\\"  # ours: which colour is the background?
    r"|\x1b\]2;[^\x1b]*streamtui\x1b\\|\x1b\[2[23];2t"  # ours: the title, and the one before it
    r"|\x1b\[6n"  # ours: has all of it been shown?
    r"|[\t\n\r]"
)


class Token(NamedTuple):
    """A run of plain text (``kind`` "text") or one control sequence as it was written."""

    kind: str
    text: str


def tokens(text: str) -> Iterator[Token]:
    """The tokens in order; a lone ESC that starts no known sequence has the kind "escape"."""
    end = 0
    for match in _CONTROL.finditer(text):
        yield from _plain(text[end : match.start()])
        yield Token(match.lastgroup or "", match.group())
        end = match.end()
    yield from _plain(text[end:])


def _plain(text: str) -> Iterator[Token]:
    for index, run in enumerate(text.split("\x1b")):
        if index:
            yield Token("escape", "\x1b")
        if run:
            yield Token("text", run)


def split_unfinished(text: str) -> tuple[str, str]:
    """The complete part, and the start of a sequence whose rest has not come yet."""
    match = _UNFINISHED.search(text)
    return (text[: match.start()], text[match.start() :]) if match else (text, "")


def foreign_sequences(raw: bytes, allowed: Iterable[str] = ()) -> list[str]:
    """Every control sequence in a full-screen program's output that Textual itself never writes.

    ``allowed`` adds regular expressions, such as OSC 52 where copying is expected. Textual writes
    colours (SGR) and cursor addresses itself, so a test must inject other sequences. An unfinished
    sequence at the end is ignored: the program may be in the middle of writing it.
    """
    complete, _ = split_unfinished(raw.decode(errors="replace"))
    patterns = [_OF_TEXTUAL, *(re.compile(pattern) for pattern in allowed)]
    return [
        token.text
        for token in tokens(complete)
        if token.kind != "text" and not any(pattern.fullmatch(token.text) for pattern in patterns)
    ]
