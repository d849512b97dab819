"""How one piece of a long block goes on from the piece before it."""

import msgspec


class OpenList(msgspec.Struct, frozen=True):
    """A list that the piece reopens: what its first items have decided for the rest."""

    number: int | None
    """The number of its next item; None for bullets."""
    loose: bool
    """Whether a blank line stands between items."""


class Fence(msgspec.Struct):
    """A fenced block of code, shared by all pieces it was cut into."""

    language: str
    lines: list[str] = []
    closed: bool = False
    colours: list[list[tuple[str, str]]] | None = None
    """Per line its words and their classes, once the fence has closed and there was time."""


class Columns(msgspec.Struct, frozen=True):
    """What the first rows of a table ask for: cells at most and at least, per column."""

    widest: tuple[int, ...]
    longest_word: tuple[int, ...]


class Context(msgspec.Struct, frozen=True):
    """What a piece needs from those before it. A block that fits in one piece has an empty one."""

    prefix: str = ""
    """Lines that, put before the source, open the same lists, quotes, fence or table again."""
    path: tuple[str, ...] = ()
    """The kinds of the containers that go on, outermost first."""
    lists: tuple[OpenList, ...] = ()
    """What the lists among them have decided."""
    inside: bool = False
    """The cut went through a paragraph, a fence or a table: no blank line comes before."""
    fence: Fence | None = None
    fence_line: int = 0
    """The index in the fence of the piece's first line."""
    columns: Columns | None = None

    @property
    def prefix_lines(self) -> int:
        return self.prefix.count("\n")


FRESH = Context()


class Piece(msgspec.Struct, frozen=True):
    """Source that is rendered by itself: a top-level block, or a part of one too long."""

    source: str
    context: Context = FRESH
    closed: bool = True
    """No text can follow that changes it."""
    fence: Fence | None = None
    """The fence that the piece ends in, when it goes on in the next."""
    columns: Columns | None = None
    """The columns of the table that the piece ends in, when it goes on in the next."""
