"""Breaking text into lines of a width in cells."""

import re
from functools import cache
from unicodedata import category

from rich.cells import cell_len, chop_cells
from rich.text import Text

# A line may break after a space and between ideographs, but not before closing punctuation.
_WIDE = (
    "\u2e80-\u2fff\u3003-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff01-\uff60"
    "\U00020000-\U0003fffd"
)
_CLOSING = (
    "\u3001\u3002\uff0c\uff0e\uff01\uff1f\uff1a\uff1b\uff09\u300d\u300f\u3011\u300b\u201d\u2019"
    ",.!?:;)"
)
_INDIC = re.compile("[\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff\u1b00-\u1c7f\ua980-\uaaff]+")
_WORDS = re.compile(r"\S+\s*|\s+")


@cache
def _words_of_any_script() -> re.Pattern[str]:
    # Compiled late: with sets this large it takes as long as importing ten modules.
    return re.compile(rf"[{_WIDE}][{_CLOSING}]*\s*|[^\s{_WIDE}]+[{_CLOSING}]*\s*|\s+")


def _words(plain: str) -> re.Pattern[str]:
    return _WORDS if plain.isascii() else _words_of_any_script()


def wrapped(text: Text, width: int) -> list[Text]:
    """The lines of a text; trailing spaces dropped, words longer than a line cut."""
    lines: list[Text] = []
    for line in text.split("\n", allow_blank=True):
        plain = line.plain
        if (len(plain) if plain.isascii() else most_cells(plain)) <= width:
            line.rstrip()
            lines.append(line)
            continue
        for part in line.divide(breaks(plain, max(width, 1))):
            part.rstrip()
            lines.append(part)
    return lines


def breaks(plain: str, width: int) -> list[int]:
    """The offsets at which a line of text is broken."""
    offsets: list[int] = []
    measure = len if plain.isascii() else most_cells
    used = 0
    for match in _words(plain).finditer(plain):
        word = match.group()
        cells = measure(word.rstrip())
        if used + cells <= width:
            used += measure(word)
            continue
        if used:
            offsets.append(match.start())
        if cells <= width:
            used = measure(word)
            continue
        at = match.start()
        parts = chop_cells(word.rstrip(), width)
        for part in parts[:-1]:
            at += len(part)
            offsets.append(at)
        used = measure(parts[-1]) + len(word) - len(word.rstrip())
    return offsets


def most_cells(text: str) -> int:
    """The cells that a text takes in the terminal that draws it widest.

    Some draw an Indic syllable in one cell, others each of its letters, and marks beside them, in a
    cell of its own: a line has to fit there, too.
    """
    if not _INDIC.search(text):
        return cell_len(text)
    letters = sum(category(one) != "Mn" for part in _INDIC.findall(text) for one in part)
    return cell_len(_INDIC.sub("", text)) + letters


def longest_word(plain: str) -> int:
    """The cells of the longest word."""
    return max((cell_len(word.rstrip()) for word in _words(plain).findall(plain)), default=0)
