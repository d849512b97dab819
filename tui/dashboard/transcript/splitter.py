"""Cuts a stream of Markdown into pieces that are final, and the one still open.

A piece is a top-level block. Text that follows can change only the last block, so all blocks
before it are final. A long block (a fence, a table, a list, a paragraph) is cut into pieces of
bounded size that open its containers again (see pieces.py): the open piece stays small, and the
cost of a stream is proportional to its length. The cuts depend on the text alone, never on how it
arrived: they are decided at line ends, in order, by the text before them.
"""

from bisect import bisect_left
from collections.abc import Iterator

import msgspec

from tui.dashboard.transcript.block_cuts import Cut, close, cut_at_end, cut_inside
from tui.dashboard.transcript.literal import is_joined
from tui.dashboard.transcript.markdown import Definitions, Node, block_tokens, tree
from tui.dashboard.transcript.pieces import FRESH, Piece


class Limits(msgspec.Struct, frozen=True):
    """In characters; those that cost the parser more than a letter count for more (`weight`).

    Small enough that an open piece is drawn in a fraction of a frame.
    """

    block: int = 1_536
    """From here on a list, table, fence, quote or indented code is cut between its parts."""
    paragraph: int = 8_192
    """From here on anything is cut."""
    line: int = 4_096
    """From here on a line is cut, at a space where there is one."""


LIMITS = Limits()
_LINE_END = 16
# The cost of one for the parser, in letters (about a microsecond): it stops at each, pairs
# delimiters, and looks for the end of everything that a bracket might open.
_STOPS, _STOP = b"!#$%&+-:<=>@]^`{}", 4
_DELIMITERS, _DELIMITER = b"*_~\\", 12
_BRACKET = 120


class Splitter:
    """Feed it text; ``advance`` returns the pieces that are final, ``tail`` the open one."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.definitions = Definitions()
        self.context = FRESH
        self._limits = limits
        self._steps = sorted(
            {limits.block, min(2 * limits.block, limits.paragraph), limits.paragraph}
        )
        self._text = ""
        self._at = 0
        self._fed: list[str] = []
        self._parsed_to = 0

    def feed(self, text: str) -> None:
        """Add text at the end; it is only kept."""
        self._fed.append(text)

    def advance(self) -> Iterator[list[Piece]]:
        """The pieces that have become final, in steps that are short: stop when time is up."""
        while True:
            # Text fed since the last step counts too: it would make a tail of any length.
            self._take()
            end, forced = self._window()
            if end <= self._parsed_to:
                return
            yield list(self._settle(end, forced=forced))

    def tail(self) -> Piece:
        """All text after the last final piece."""
        text = self._text[self._at :] + "".join(self._fed)
        return Piece(text, self.context, closed=False)

    def finish(self) -> Iterator[list[Piece]]:
        """The rest as final pieces, when no more text will come."""
        yield from self.advance()
        rest = self._text[self._at :]
        nodes = self._parse(rest)
        yield list(self._freeze(nodes, len(nodes), rest, finished=True))
        rest = self._text[self._at :]
        if rest.strip():
            yield [self._piece(rest)]
        self._text, self._at, self._parsed_to = "", 0, 0
        self.context = FRESH

    def _take(self) -> None:
        if self._fed:
            self._text = self._text[self._at :] + "".join(self._fed)
            self._fed.clear()
            self._parsed_to -= self._at
            self._at = 0

    def _window(self) -> tuple[int, bool]:
        """Where the next step ends: at a line end past a limit, or at the last line end.

        After a step that finds nothing to cut, the next one comes at the next limit.
        """
        size = self._weight(self._text, self._at, self._parsed_to)
        wanted = next((limit for limit in self._steps if limit > size), self._steps[-1])
        at, used = self._at, 0
        while used < wanted:
            end = self._text.find("\n", at, at + self._limits.line) + 1
            if full := self._full(at, end - 1 if end else at + self._limits.line):
                return self._line_cut(at, full), True
            if not end:
                break
            used += self._weight(self._text, at, end)
            at = end
        return at, False

    def _full(self, start: int, end: int) -> int:
        """Where a line reaches its limit; 0 if its end comes first."""
        text, limit = self._text, self._limits.line
        end = min(end, len(text) - 1)
        if self._weight(text, start, end) < limit:
            return 0
        ends = range(start, end + 1)
        return ends[bisect_left(ends, limit, key=lambda at: self._weight(text, start, at))]

    def _line_cut(self, start: int, end: int) -> int:
        text = self._text
        space = text.rfind(" ", (start + end) // 2, end - 1) + 1
        if space and text[space].isalpha():
            return space
        for back in range(end, max(end - 64, start), -1):
            if not is_joined(text[back - 1]) and not is_joined(text[back]):
                return back
        return end

    def _weight(self, text: str, start: int, end: int) -> int:
        # Code is not parsed for marks.
        return weight(text, start, end, marks=self.context.fence is None)

    def _parse(self, source: str) -> list[Node]:
        env = self.definitions.env()
        return tree(block_tokens(self.context.prefix + source, env))

    def _settle(self, end: int, *, forced: bool) -> Iterator[Piece]:
        source = self._text[self._at : end]
        nodes = self._parse(source)
        start, self._parsed_to = (self._at, self.context), end
        if forced and len(nodes) <= 1:
            cut = cut_at_end(nodes, source, self.context)
            yield from self._freeze(nodes, len(nodes), source, cut)
        elif len(nodes) > 1:
            yield from self._freeze(nodes, len(nodes) - 1, source)
        else:
            yield from self._cut(nodes, source)
        moved = (self._at, self.context) != start
        left = self._weight(self._text, self._at, end)
        if moved and (forced or left >= self._limits.block):
            self._parsed_to = self._at

    def _cut(self, nodes: list[Node], source: str) -> Iterator[Piece]:
        """Cut a block that has just passed a limit, and at no other time (see above)."""
        size = self._weight(source, 0, len(source))
        before = self._weight(source, 0, source.rfind("\n", 0, -1) + 1)
        passed = [limit for limit in self._steps if before < limit <= size]
        if not passed:
            return
        everything = passed[-1] >= self._limits.paragraph
        offsets = line_offsets(source)
        cut = cut_inside(nodes, source, self.context, offsets, everything=everything)
        if cut is not None:
            yield self._piece(source[: cut.offset], cut)
            self.context = cut.context
            self._parsed_to = self._at

    def _piece(self, source: str, cut: Cut | None = None) -> Piece:
        """The next final piece; continues after it."""
        through = None if cut is None else cut.fence
        columns = None if cut is None else cut.columns
        opened = self.context.fence
        piece = Piece(source, self.context, fence=through, columns=columns)
        if opened is not None and opened is not through:
            close(opened, self.context.prefix + source)
        self._learn(piece)
        self._at += len(source)
        self.context = FRESH
        return piece

    def _freeze(
        self,
        nodes: list[Node],
        count: int,
        source: str,
        cut: Cut | None = None,
        *,
        finished: bool = False,
    ) -> Iterator[Piece]:
        """The first blocks as pieces; each starts where the one before ends."""
        offsets = line_offsets(source)
        skipped = self.context.prefix_lines
        start = 0
        for index, node in enumerate(nodes[:count]):
            last = index == len(nodes) - 1
            line = min(max(node.last - skipped, 0), len(offsets) - 1)
            end = len(source) if last else offsets[line]
            after = offsets[min(line + 1, len(offsets) - 1)]
            if index and not finished and self._weight(source, start, after) >= self._limits.block:
                # It might have been cut on the way here: it gets a step of its own.
                return
            if end > start:
                yield self._piece(source[start:end], cut if last else None)
            else:
                self.context = FRESH
            start = end
        if cut is not None:
            self.context = cut.context

    def _learn(self, piece: Piece) -> None:
        if "[" in piece.source and "]:" in piece.source:
            env = self.definitions.env()
            block_tokens(piece.context.prefix + piece.source, env)
            self.definitions.learn(env)


def weight(text: str, start: int, end: int, *, marks: bool = True) -> int:
    """What a stretch of text counts against the limits; ``marks`` if it is parsed for them."""
    stretch = text[start:end].encode(errors="replace")
    counted = max(end - start, 0) + _LINE_END * stretch.count(b"\n")
    if marks:
        size = len(stretch)
        counted += _STOP * (size - len(stretch.translate(None, _STOPS)))
        counted += _DELIMITER * (size - len(stretch.translate(None, _DELIMITERS)))
        counted += _BRACKET * stretch.count(b"[")
    return counted


def line_offsets(source: str) -> list[int]:
    """The start of each line, and the end."""
    offsets = [0]
    at = source.find("\n") + 1
    while at:
        offsets.append(at)
        at = source.find("\n", at) + 1
    if offsets[-1] != len(source):
        offsets.append(len(source))
    return offsets
