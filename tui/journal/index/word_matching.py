"""The words of a text and of a search, without case and marks, and where they stand.

Searching for ``duong`` finds ``Đường``. Scripts that put no spaces between words (Chinese,
Japanese, Thai ...) are searched character by character, so that any part of a sentence is found.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from unicodedata import normalize

import msgspec

_MARKS: Final = re.compile("[\u0300-\u036f]")
"""What Latin, Greek and Cyrillic letters carry; marks of other scripts make other words."""

_ALONE: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Characters that are words of their own here."""

_PART: Final = 400
_OVERLAP: Final = 150
_LONGEST: Final = 4000
"""Characters of a text that are looked at for a snippet."""

_WANTED: Final = re.compile(r'"([^"]*)"?|(\S+)')
_RUNS: Final = re.compile("[\\x01-\\x7f]+|[^\\x01-\\x7f]+")
_WORD: Final = re.compile(r"[^\W_]")

_PLAIN: Final = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ß": "ss", "\0": " "})
"""Letters whose marks cannot be taken off otherwise."""


class Piece(NamedTuple):
    """A stretch of a snippet."""

    text: str
    marked: bool


class Wanted(msgspec.Struct, frozen=True):
    """A search: every phrase must occur; ``phrases`` are folded as `folded` does."""

    phrases: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.phrases)

    @property
    def expression(self) -> str:
        """For FTS5: each phrase, its last word as a beginning; "" if it has no word to look up."""
        spaced_out = [spaced(phrase) for phrase in self.phrases]
        if not all(map(_WORD.search, spaced_out)):
            return ""
        return " AND ".join(f'"{words.replace(chr(34), " ").strip()}" *' for words in spaced_out)


def wanted(typed: str) -> Wanted:
    """What was typed: words, and phrases in quotes."""
    found = (match[1] if match[1] is not None else match[2] for match in _WANTED.finditer(typed))
    return Wanted(tuple(filter(None, (" ".join(folded(one).split()) for one in found))))


def folded(text: str) -> str:
    """Without case and marks."""
    if text.isascii():
        return text.lower().replace("\0", " ")
    apart = _MARKS.sub("", normalize("NFKD", text.lower()))
    return normalize("NFC", apart).translate(_PLAIN)


def searchable(text: str) -> str:
    """Folded, with spaces around characters that are words of their own: what the index holds."""
    return spaced(folded(text))


def spaced(text: str) -> str:
    return text if text.isascii() else _ALONE.sub(r" \g<0> ", text)


def occurs(text: str, phrases: Sequence[str]) -> bool:
    """Whether each of the folded phrases occurs anywhere: the search without an index."""
    plain = " ".join(folded(text).split())
    return all(phrase in plain for phrase in phrases)


def around(text: str, phrases: Sequence[str]) -> str:
    """The part of a text that has the first match, cut between words: a snippet is made of it.

    Masking and marking a long text whole would take longer than the search.
    """
    if len(text) <= 2 * _PART:
        return text
    patterns = [_pattern(phrase) for phrase in phrases]
    for start in range(0, len(text), _PART):
        part = folded(text[start : start + _PART + _OVERLAP])
        if any(pattern.search(part) for pattern in patterns):
            return _cut(text, start - _OVERLAP, start + _PART + 2 * _OVERLAP)
    return _cut(text, 0, 2 * _PART)


def _cut(text: str, start: int, end: int) -> str:
    """From ``start`` to ``end``, to the next spaces if there are any nearby."""
    start, end = max(0, start), min(len(text), end)
    while 0 < start < end and not text[start - 1].isspace() and end - start < _LONGEST:
        start -= 1
    while end < len(text) and not text[end].isspace() and end - start < _LONGEST:
        end += 1
    before, after = "… " * (start > 0), " …" * (end < len(text))
    return f"{before}{text[start:end]}{after}"


def snippet(text: str, phrases: Sequence[str], width: int) -> list[Piece]:
    """About ``width`` characters of a text on one line, from shortly before the first match."""
    plain = " ".join(text.split())
    spans = _spans(plain, phrases)
    first = spans[0][0] if spans else 0
    begin = 0 if len(plain) <= width else max(0, min(first - width // 4, len(plain) - width))
    if 0 < begin < first:
        space = plain.find(" ", begin, first)
        begin = space + 1 if space >= 0 else begin
    end = min(len(plain), begin + width)
    pieces = [Piece("…", marked=False)] if begin else []
    at = begin
    for start, stop in spans:
        if start < at or start >= end:
            continue
        pieces += [Piece(plain[at:start], marked=False), Piece(plain[start:stop], marked=True)]
        at = stop
    pieces.append(Piece(plain[at:end], marked=False))
    if end < len(plain):
        pieces.append(Piece("…", marked=False))
    return [piece for piece in pieces if piece.text]


def _spans(text: str, phrases: Sequence[str]) -> list[tuple[int, int]]:
    """Where the phrases stand in the text as it is, ascending and apart."""
    plain, places = _with_places(text)
    found: list[tuple[int, int]] = []
    for phrase in phrases:
        pattern = _pattern(phrase)
        at_start = (one for one in pattern.finditer(plain) if _begins_word(plain, one.start()))
        matches = list(at_start) or list(pattern.finditer(plain))
        found += [(places[one.start()], places[one.end() - 1] + 1) for one in matches if one[0]]
    apart: list[tuple[int, int]] = []
    for start, stop in sorted(found):
        if not apart or start >= apart[-1][1]:
            apart.append((start, stop))
        else:
            apart[-1] = apart[-1][0], max(stop, apart[-1][1])
    return apart


@lru_cache(maxsize=64)
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(r"[\W_]+".join(map(re.escape, phrase.split())))


def _begins_word(plain: str, place: int) -> bool:
    return place == 0 or not plain[place - 1].isalnum() or bool(_ALONE.match(plain[place]))


def _with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the one it comes from."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    parts: list[str] = []
    places: list[int] = []
    for match in _RUNS.finditer(text):
        run, place = match[0], match.start()
        if run.isascii():
            parts.append(run.lower())
            places += range(place, match.end())
            continue
        for character in run:
            part = folded(character)
            parts.append(part)
            places += [place] * len(part)
            place += 1
    return "".join(parts), places
