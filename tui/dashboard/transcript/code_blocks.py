"""The blocks of code in a conversation."""

from collections.abc import Iterator
from typing import NamedTuple

from tui.dashboard.transcript.markdown import block_tokens
from tui.dashboard.transcript.transcript_items import Item
from tui.dashboard.transcript.transcript_units import PieceUnit


class CodeBlock(NamedTuple):
    """A fenced block: the item and unit that it starts in, its number there, and its text."""

    item: int
    unit: int
    nth: int
    language: str
    text: str


def code_blocks(item: Item) -> Iterator[CodeBlock]:
    """The fenced blocks of a message, from the top; one that was cut into pieces is one block."""
    growing: CodeBlock | None = None
    for index, unit in enumerate(item.units):
        if not isinstance(unit, PieceUnit):
            continue
        piece = unit.piece
        fenced = "```" in piece.source or "~~~" in piece.source
        if not fenced and piece.context.fence is None:
            continue
        tokens = block_tokens(piece.context.prefix + piece.source)
        blocks = [token for token in tokens if token.type == "fence"]
        for nth, token in enumerate(blocks):
            if growing is not None and nth == 0:
                growing = growing._replace(text=growing.text + token.content)
            else:
                growing = CodeBlock(item.index, index, nth, token.info.strip(), token.content)
            if token is blocks[-1] and piece.fence is not None:
                break
            yield growing
            growing = None
    if growing is not None:
        yield growing
