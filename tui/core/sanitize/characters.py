"""Replaces characters that must not reach a terminal with visible ones.

Textual writes text unchanged, with its escapes, so a model or a tool could otherwise move the
cursor, set the clipboard or rename the window. The rules look at one character at a time, so a text
cleaned in pieces, as it streams in, equals the text cleaned as a whole:

==============================================  ==================================================
C0 controls, DEL                                their control pictures: ␛ ␀ ␡
C1 controls, lone surrogates, bidi controls,    �
tags, invisible operators, BOM, word joiner
zero-width space                                a space: it separates words in Thai and Khmer
soft hyphen                                     ``-``
line and paragraph separator                    a line break
CR LF                                           a line break
==============================================  ==================================================

Kept: ZWJ and ZWNJ (Persian, Indic scripts and emoji need them), variation selectors, combining
marks (`line_filter.py` limits their number per cell) and private use. A CR at the end of a text is
dropped: it may be the first half of a CR LF that was cut in two.
"""

import re
from functools import cache
from typing import Final, TypeVar

import msgspec

from tui.core.sanitize.hidden_characters import revealed
from tui.core.sanitize.struct_rewriter import StructRewriter

_S = TypeVar("_S", bound=msgspec.Struct)

_REPLACEMENT: Final = "\ufffd"
_LINE_BREAKS: Final = "\u2028\u2029"
_REPLACED_RANGES: Final = (
    (0x80, 0x9F),  # C1
    (0x61C, 0x61C),  # Arabic letter mark
    (0x180E, 0x180E),  # Mongolian vowel separator
    (0x200E, 0x200F),  # left-to-right and right-to-left marks
    (0x202A, 0x202E),  # bidi embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, bidi isolates, deprecated
    (0xD800, 0xDFFF),  # surrogates
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0x1D173, 0x1D17A),  # musical format controls
    (0xE0000, 0xE007F),  # tags
)


def _substitutes() -> dict[int, str]:
    table = {code: chr(0x2400 + code) for code in range(0x20)}
    table |= {0x7F: "␡", 0xAD: "-", 0x200B: " "}
    for first, last in _REPLACED_RANGES:
        table |= dict.fromkeys(range(first, last + 1), _REPLACEMENT)
    return table


LINE_TABLE: Final = _substitutes() | {ord("\t"): " "} | {ord(c): "␊" for c in _LINE_BREAKS}
"""For `str.translate`: text that must stay on one line."""

TEXT_TABLE: Final = {
    code: substitute
    for code, substitute in (LINE_TABLE | {ord(c): "\n" for c in _LINE_BREAKS}).items()
    if chr(code) not in "\n\t"
}
"""For `str.translate`: text of several lines; the widget that shows it handles tabs."""


def _any_of(table: dict[int, str]) -> re.Pattern[str]:
    """A character class of ranges: with single characters `re` is thirty times slower."""
    codes = sorted(table)
    firsts = [code for code in codes if code - 1 not in table]
    lasts = [code for code in codes if code + 1 not in table]
    ranges = zip(map(chr, firsts), map(chr, lasts), strict=True)
    return re.compile("[" + "".join(f"{re.escape(a)}-{re.escape(b)}" for a, b in ranges) + "]")


@cache
def _forbidden_in_line() -> re.Pattern[str]:
    """Compiled when it is needed: the first frame does not wait for it."""
    return _any_of(LINE_TABLE)


@cache
def _forbidden_in_text() -> re.Pattern[str]:
    return _any_of(TEXT_TABLE)


def clean(text: str) -> str:
    """Clean text of any number of lines; returns the same object if there is nothing to clean."""
    # Nothing forbidden is printable, and this check in C is enough for most deltas.
    if text.isprintable() or not _forbidden_in_text().search(text):
        return text
    return text.replace("\r\n", "\n").removesuffix("\r").translate(TEXT_TABLE)


def clean_line(text: str) -> str:
    """Clean one line: line breaks become ``␊``, tabs spaces. Returns the same object if clean."""
    if text.isprintable() or not _forbidden_in_line().search(text):
        return text
    return text.replace("\r\n", "\n").removesuffix("\r").translate(LINE_TABLE)


def without_surrogates(text: str) -> str:
    """Text that UTF-8 can hold: lone surrogates become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def clean_exact(text: str) -> str:
    """Clean JSON: what is replaced elsewhere is an escape here, which means the same."""
    return clean(revealed(text))


_clean_struct: Final = StructRewriter(line=clean_line, text=clean, exact=clean_exact)


def clean_event(event: _S) -> _S:
    """Clean every shown string of an event; returns the same object if all are clean."""
    return _clean_struct(event)
