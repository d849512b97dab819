"""What a reader takes for one character, and where words begin and end. Pure."""

from collections.abc import Sequence
from itertools import pairwise

from rich.cells import split_graphemes

_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def edges(line: str) -> list[int]:
    """The indexes between the characters of a line, its start and its end among them."""
    if line.isascii():
        return [*range(len(line) + 1)]
    found = [0]
    open_flag = False
    for start, end, _ in split_graphemes(line)[0]:
        # Two letters make a flag.
        letter = ord(line[start]) in _FLAG_LETTERS
        if letter and open_flag:
            found[-1] = end
        else:
            found.append(end)
        open_flag = letter and not open_flag
    return found


def left_of(line: str, column: int) -> int:
    """The start of the character before a column; 0 at the start."""
    return max((edge for edge in edges(line) if edge < column), default=0)


def right_of(line: str, column: int) -> int:
    """The end of the character at a column; the line's end at the end."""
    return min((edge for edge in edges(line) if edge > column), default=len(line))


def word_left(line: str, column: int) -> int:
    """The start of the word before a column."""
    starts = [start for start, _ in _words(line) if start < column]
    return starts[-1] if starts else 0


def word_right(line: str, column: int) -> int:
    """The end of the word at or after a column."""
    ends = [end for _, end in _words(line) if end > column]
    return ends[0] if ends else len(line)


def _words(line: str) -> Sequence[tuple[int, int]]:
    """Start and end of each word; each character of a script without spaces is one."""
    found: list[tuple[int, int]] = []
    for start, end in pairwise(edges(line)):
        first = line[start]
        if not (first.isalnum() or first == "_"):
            continue
        joins = found and found[-1][1] == start and not _stands_alone(first)
        if joins and not _stands_alone(line[found[-1][0]]):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _stands_alone(character: str) -> bool:
    """Chinese, Japanese and Thai are written without spaces between words."""
    return any(first <= character <= last for first, last in _UNSPACED)


_UNSPACED = (("\u0e00", "\u0eff"), ("\u3040", "\u30ff"), ("\u3400", "\u9fff"))
