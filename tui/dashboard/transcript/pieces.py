"""Pieces of Markdown, and how a piece of a long block continues the one before it."""

import msgspec


class OpenList(msgspec.Struct, frozen=True):
    """A list that a piece continues: what its first items have decided for the rest."""

    number: int | None
    """The number of its next item; None for bullets."""
    loose: bool
    """Whether there is a blank line between items."""


class Fence(msgspec.Struct):
    """A fenced block of code, shared by all pieces that it was cut into."""

    language: str
    lines: list[str] = []
    closed: bool = False
    colours: list[list[tuple[str, str]]] | None = None
    """The words of each line with their styles, once the fence is closed and there was time."""


class Columns(msgspec.Struct, frozen=True):
    """The widths that the first rows of a table ask for, at most and at least, per column."""

    widest: tuple[int, ...]
    longest_word: tuple[int, ...]


class Context(msgspec.Struct, frozen=True):
    """What a piece needs from those before it; empty for a piece that starts a block."""

    prefix: str = ""
    """Lines to put before the source: they open the same lists, quotes, fence or table again."""
    path: tuple[str, ...] = ()
    """The kinds of the containers that continue, outermost first."""
    lists: tuple[OpenList, ...] = ()
    """The lists among them."""
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
    """Source that is drawn by itself: a top-level block, or a part of a long one."""

    source: str
    context: Context = FRESH
    closed: bool = True
    """Text that follows cannot change it."""
    fence: Fence | None = None
    """The fence that continues in the next piece."""
    columns: Columns | None = None
    """The columns of the table that continues in the next piece."""
