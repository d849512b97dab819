"""Lines of styled text, put together without markup: the names in them are foreign."""

from collections.abc import Iterable

from textual.content import Content

QUIET = "$foreground-muted"
STRONG = "bold"
ALERT = "bold $text-error"
GOOD = "$text-success"
BAR = "$primary"

Piece = str | tuple[str, str]
Line = tuple[Piece, ...]


def plain(line: Line) -> str:
    """A line without its styles."""
    return "".join(piece if isinstance(piece, str) else piece[0] for piece in line)


def content(lines: Iterable[Line]) -> Content:
    """What a widget shows of the lines."""
    return Content("\n").join(Content.assemble(*line) for line in lines)
