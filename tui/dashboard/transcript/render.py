"""Draws pieces of Markdown as lines of a width. The same source always gives the same lines."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.segment import Segment

from tui.dashboard.transcript.block_cuts import LISTS, fence_is_closed, fence_lines
from tui.dashboard.transcript.drawn_line import Line
from tui.dashboard.transcript.highlighting import Words, coloured
from tui.dashboard.transcript.literal import limit_marks
from tui.dashboard.transcript.margins import Margins
from tui.dashboard.transcript.markdown import Env, Node, full_tokens, is_loose, is_too_deep, tree
from tui.dashboard.transcript.markdown_tables import measure, table_lines
from tui.dashboard.transcript.pieces import OpenList, Piece
from tui.dashboard.transcript.styles import Palette
from tui.dashboard.transcript.text_blocks import (
    code_lines,
    heading_lines,
    literal_lines,
    paragraph_lines,
    plain_words,
    rule_lines,
)

_BULLETS = ("•", "◦", "▪")
_NARROWEST = 12


def piece_lines(piece: Piece, width: int, palette: Palette, env: Env | None = None) -> list[Line]:
    """All lines of a piece, with a blank one above each block that starts in it."""
    nodes = tree(full_tokens(piece.context.prefix + piece.source, env))
    return _Drawing(piece, palette).top(nodes, max(width, _NARROWEST))


class _Frame(NamedTuple):
    """The margin left of the blocks in a container."""

    head: Segment
    """On the first line."""
    pad: Segment
    """On the others."""
    spaced: bool
    """Whether there are blank lines between the blocks."""


class _Drawing:
    """One piece being drawn, without the lines that only open containers again.

    ``depth`` is a block's place on the branch that continues from the piece before; None for blocks
    that are not on it.
    """

    def __init__(self, piece: Piece, palette: Palette) -> None:
        context = piece.context
        self._piece = piece
        self._context = context
        self._palette = palette
        self._skipped = context.prefix_lines
        self._source = context.prefix + piece.source
        first, _, _ = piece.source.partition("\n")
        self._blank = not first.strip() and context.fence is None
        self._inside = context.inside and not self._blank
        self._margins = Margins()

    def top(self, nodes: Sequence[Node], width: int) -> list[Line]:
        for index, node in enumerate(nodes):
            depth = 0 if index == 0 else None
            if node.last <= self._skipped:
                continue
            if not (self._continues(node, depth) or self._is_cut_leaf(depth)):
                self._margins.put([[]])
            self._block(node, width, depth, 0)
        return self._margins.lines

    def _continues(self, node: Node, depth: int | None) -> bool:
        """Whether a container was open in the piece before."""
        path = self._context.path
        if depth is None or depth >= len(path) or node.kind != path[depth]:
            return False
        return not (self._blank and node.kind == "blockquote")

    def _is_cut_leaf(self, depth: int | None) -> bool:
        """Whether the cut went through this block."""
        return depth == len(self._context.path) and self._inside

    def _block(self, node: Node, width: int, depth: int | None, bullet: int) -> None:
        match node.kind:
            case "bullet_list" | "ordered_list":
                self._list(node, width, depth, bullet)
            case "blockquote":
                bar = Segment("▌ ", self._palette.decoration("quote"))
                self._container(node, width, depth, bullet, _Frame(bar, bar, spaced=True))
            case "footnote_reference":
                self._footnote(node, width)
            case _:
                self._margins.put(self._leaf(node, width))

    def _leaf(self, node: Node, width: int, *, opens_item: bool = False) -> list[Line]:
        palette = self._palette
        match node.kind:
            case "paragraph":
                lines = paragraph_lines(node, width, palette, opens_item=opens_item)
            case "heading":
                lines = heading_lines(node, width, palette)
            case "fence":
                lines = code_lines(self._words(node), width, palette)
            case "code_block":
                lines = code_lines(plain_words(fence_lines(node)), width, palette)
            case "table":
                lines = self._table(node, width)
            case "hr":
                lines = rule_lines(width, palette)
            case _:
                style = "html" if node.kind == "html_block" else ""
                lines = literal_lines(node.token.content.rstrip("\n"), width, palette, style)
        return lines

    def _words(self, node: Node) -> list[Words]:
        lines = fence_lines(node)
        reopened = node.first < self._skipped
        shared = self._context.fence if reopened else None
        start = self._context.fence_line if reopened else 0
        if shared is None and node.last >= self._source.count("\n"):
            shared = self._piece.fence
        if shared is not None:
            if shared.colours is None:
                return plain_words(lines)
            return shared.colours[start : start + len(lines)]
        if not self._piece.closed and not fence_is_closed(node):
            return plain_words(lines)
        return list(coloured(node.token.info, "\n".join(lines)))

    def _table(self, node: Node, width: int) -> list[Line]:
        columns = self._context.columns if node.first < self._skipped else None
        if columns is None and node.last >= self._source.count("\n"):
            columns = self._piece.columns
        if columns is None:
            columns = measure(node)
        return table_lines(node, columns, width, self._palette, skipped=self._skipped)

    def _footnote(self, node: Node, width: int) -> None:
        label = f"[{limit_marks(str(node.token.meta['label']))}] "
        head = Segment(label, self._palette["footnote"])
        pad = Segment("  ", self._palette.decoration(""))
        self._container(node, width, None, 0, _Frame(head, pad, spaced=True))

    def _list(self, node: Node, width: int, depth: int | None, bullet: int) -> None:
        known = self._known(node, depth)
        loose = known.loose if known is not None else is_loose(node)
        number = int(node.token.attrs.get("start", 1))
        if known is not None and known.number is not None:
            number = known.number
        real = sum(1 for item in node.children if item.first >= self._skipped)
        ordered = node.kind == "ordered_list"
        wide = len(str(number + max(real - 1, 0))) + 2 if ordered else 2
        start = len(self._margins.lines)
        for item, item_depth in self._children(node, depth):
            if loose and self._has_block_above(node, depth, item, item_depth, start):
                self._margins.put([[]])
            reopened = item.first < self._skipped
            marker = f"{number}. " if ordered else f"{_BULLETS[bullet % len(_BULLETS)]} "
            number += 0 if reopened else 1
            head = self._marker("" if reopened else marker, wide)
            frame = _Frame(head, self._marker("", wide), spaced=loose)
            self._container(item, width, item_depth, bullet + 1, frame)

    def _marker(self, marker: str, wide: int) -> Segment:
        style = self._palette["bullet"] if marker else self._palette.decoration("")
        return Segment(marker.rjust(wide) if marker[:1].isdigit() else marker.ljust(wide), style)

    def _known(self, node: Node, depth: int | None) -> OpenList | None:
        """What a list that continues has decided in an earlier piece."""
        if depth is None or not self._continues(node, depth):
            return None
        index = sum(kind in LISTS for kind in self._context.path[:depth])
        return self._context.lists[index]

    def _children(self, node: Node, depth: int | None) -> list[tuple[Node, int | None]]:
        """The blocks in a container without those of the prefix, each with its depth."""
        real = [child for child in node.children if child.last > self._skipped]
        on = depth is not None and self._continues(node, depth)
        first = depth + 1 if on and depth is not None else None
        return [(child, None if index else first) for index, child in enumerate(real)]

    def _has_block_above(
        self, node: Node, depth: int | None, child: Node, child_depth: int | None, start: int
    ) -> bool:
        """Whether there is a block above in the same container, here or in the piece before.

        ``start`` is how many lines there were before the container's first.
        """
        if len(self._margins.lines) > start:
            return True
        if not self._continues(node, depth):
            return False
        return not (self._continues(child, child_depth) or self._is_cut_leaf(child_depth))

    def _container(
        self, node: Node, width: int, depth: int | None, bullet: int, frame: _Frame
    ) -> None:
        """The blocks in a container behind its mark, as long as there is room for it."""
        room = width - max(frame.head.cell_length, frame.pad.cell_length)
        if room < _NARROWEST:
            self._contents(node, width, depth, bullet, spaced=frame.spaced)
            return
        start = len(self._margins.lines)
        self._margins.open(frame.head, frame.pad)
        self._contents(node, room, depth, bullet, spaced=frame.spaced)
        if len(self._margins.lines) == start and node.first >= self._skipped:
            self._margins.put([[]])
        self._margins.close()

    def _contents(
        self, node: Node, width: int, depth: int | None, bullet: int, *, spaced: bool
    ) -> None:
        start = len(self._margins.lines)
        for child, child_depth in self._children(node, depth):
            if spaced and self._has_block_above(node, depth, child, child_depth, start):
                self._margins.put([[]])
            if child is node.children[0] and child.kind == "paragraph" and node.kind == "list_item":
                self._margins.put(self._leaf(child, width, opens_item=True))
            else:
                self._block(child, width, child_depth, bullet)
        if is_too_deep(node):
            source = "\n".join(self._source.split("\n")[node.first : node.last]).strip("\n")
            self._margins.put(literal_lines(source, width, self._palette, "dim"))
