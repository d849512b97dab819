"""The units of items in a conversation, each drawn when it is looked at."""

from collections.abc import Callable
from typing import Protocol

from rich.cells import cell_len
from rich.segment import Segment

from tui.dashboard.transcript.drawn_line import Line
from tui.dashboard.transcript.markdown import Env
from tui.dashboard.transcript.pieces import Piece
from tui.dashboard.transcript.render import piece_lines
from tui.dashboard.transcript.styles import Palette
from tui.dashboard.transcript.text_blocks import literal_lines

_CHUNK = 4_096
_CHUNK_LINES = 100
_SAMPLE = 200


class Unit(Protocol):
    """Lines of a width, made on demand; ``source`` is the text to copy."""

    @property
    def source(self) -> str: ...

    def lines(self, width: int, palette: Palette) -> list[Line]: ...

    def estimate(self, width: int) -> int: ...


class DrawnUnit:
    """A few lines that an item draws from its own state: a heading, a card."""

    __slots__ = ("_draw", "source")

    def __init__(self, draw: Callable[[int, Palette], list[Line]], source: str = "") -> None:
        self._draw = draw
        self.source = source

    def lines(self, width: int, palette: Palette) -> list[Line]:
        return self._draw(width, palette)

    def estimate(self, width: int) -> int:
        return 1 if width else 0


class TextUnit:
    """Some thousand characters of plain text at most."""

    __slots__ = ("_inset", "_style", "source")

    def __init__(self, text: str, style: str = "", inset: str = "") -> None:
        self.source = text
        self._style = style
        self._inset = inset

    def lines(self, width: int, palette: Palette) -> list[Line]:
        room = max(width - len(self._inset), 1)
        drawn = literal_lines(self.source.removesuffix("\n"), room, palette, self._style)
        return inset(drawn, self._inset, palette)

    def estimate(self, width: int) -> int:
        return estimated(self.source, width)


class PieceUnit:
    """A piece of Markdown in a message."""

    __slots__ = ("_env", "_inset", "_style", "first", "piece")

    def __init__(
        self,
        piece: Piece,
        env: Callable[[], Env],
        *,
        first: bool = False,
        style: str = "",
        inset: str = "",
    ) -> None:
        self.piece = piece
        self.first = first
        self._env = env
        self._style = style
        self._inset = inset

    @property
    def source(self) -> str:
        return self.piece.source

    def lines(self, width: int, palette: Palette) -> list[Line]:
        drawn = piece_lines(self.piece, width - len(self._inset), palette, self._env())
        if self.first and drawn and not drawn[0]:
            del drawn[0]
        if self._style:
            base = palette[self._style]
            drawn = [list(Segment.apply_style(line, base)) for line in drawn]
        return inset(drawn, self._inset, palette)

    def estimate(self, width: int) -> int:
        return estimated(self.piece.source, width) + (0 if self.first else 1)


def inset(lines: list[Line], mark: str, palette: Palette) -> list[Line]:
    """Lines behind a mark that is not copied with them."""
    if not mark:
        return lines
    segment = Segment(mark, palette.decoration("bar"))
    return [[segment, *line] for line in lines]


def estimated(text: str, width: int) -> int:
    """About how many lines a text takes, without drawing it."""
    text = text.strip("\n")
    cells = len(text)
    if not text.isascii():
        cells = cell_len(text[:_SAMPLE]) * cells // len(text[:_SAMPLE])
    return max(text.count("\n") + 1, -(-cells // max(width, 1)))


def chunks(text: str) -> list[str]:
    """A text in parts small enough to draw in a frame, cut at line ends where there are any."""
    parts: list[str] = []
    at = 0
    while at < len(text):
        end = at + _CHUNK
        if text.count("\n", at, end) > _CHUNK_LINES:
            end = at
            for _ in range(_CHUNK_LINES):
                end = text.find("\n", end) + 1
        elif end < len(text):
            line_end = text.rfind("\n", at, end) + 1
            end = line_end or end
        parts.append(text[at:end])
        at = end
    return parts
