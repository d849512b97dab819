"""Lines of styled text, built without markup because names in them may contain markup."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from textual.content import Content

QUIET = "$foreground-muted"
STRONG = "bold"
ALERT = "bold $text-error"
GOOD = "$text-success"
BAR = "$prompt-border"

Piece = str | tuple[str, str]
Line = tuple[Piece, ...]


def plain(line: Line) -> str:
    """The text of a line, without styles."""
    return "".join(piece if isinstance(piece, str) else piece[0] for piece in line)


def side_by_side(left: Sequence[Line], right: Sequence[Line], width: int, gap: int) -> list[Line]:
    """Two blocks of lines side by side, the left one ``width`` columns wide."""
    return [
        (*one, " " * (width + gap - cell_len(plain(one))), *other)
        for one, other in zip_longest(left, right, fillvalue=())
    ]


def content(lines: Iterable[Line]) -> Content:
    """The lines as content for a widget."""
    return Content("\n").join(Content.assemble(*line) for line in lines)
