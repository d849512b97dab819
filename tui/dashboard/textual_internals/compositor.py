"""Paints what has changed and nothing else.

For a partial update Textual draws every widget within the box around all changes, and the
backgrounds below it, and then keeps the changed parts. While an answer streams that is nearly the
whole screen, 30 times a second. Here only the visible widgets with a change are drawn, and only
their changed rows; which widget owns which piece of a row is worked out once per layout.
`test_compositor.py` compares the result with Textual's.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import (
    Compositor,
    CompositorMap,
    CompositorUpdate,
    LayoutUpdate,
    ReflowResult,
)
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

_AMBIGUOUS = re.compile(
    "[\u0900-\u0dff\u0f00-\u109f\u1100-\u11ff\u1780-\u17ff\u1b00-\u1c7f\ua980-\uaaff"
    "\u200d\u20e3\ufe0f\U0001f000-\U0001faff]"
)
"""Scripts with marks beside their letters, and emoji: some terminals, such as tmux, give them other
widths than Textual does, which moves the rest of their row.
"""

_ESCAPE, _RESET = "\x1b[", "\x1b[0m"

Span = tuple[int, int, int]
"""Row, first column, column after the last."""


class Piece(NamedTuple):
    """A part of a row that one widget draws: some columns of one of its lines."""

    row: int
    left: int
    move: str
    """Moves the terminal's cursor to that row and column."""
    widget: Widget
    line: int
    shown: tuple[int, int]
    """The first visible column of the widget, and how many are visible."""
    start: int
    end: int
    """``start`` and ``end`` count from the first visible column."""


class Written:
    """What has been written to the terminal since the last layout, and where."""

    def __init__(self) -> None:
        self._strips: dict[str, Strip] = {}
        """By the cursor move to their place."""
        self._rows: dict[str, dict[int, str]] = {}
        """The cursor moves of each row, by column."""

    def shows(self, move: str, strip: Strip) -> bool:
        return self._strips.get(move) == strip

    def record(self, move: str, strip: Strip) -> None:
        """Add a strip, and forget those that it overwrites in part."""
        row, _, column = move[:-1].partition(";")
        left = int(column)
        right = left + strip.cell_length
        here = self._rows.setdefault(row, {})
        for other, at in list(here.items()):
            if other < right and left < other + self._strips[at].cell_length:
                del here[other], self._strips[at]
        here[left] = move
        self._strips[move] = strip


class PiecesUpdate(CompositorUpdate):
    """For each span that changed, the cursor moves and what to write there.

    What ``written`` shows at its place already is not written again, unless ``whole`` is set.
    """

    def __init__(
        self,
        spans: list[list[tuple[str, Strip]]],
        written: Written,
        *,
        whole: bool,
    ) -> None:
        self.spans = spans
        self._written = written
        self._whole = whole

    def render_segments(self, console: Console) -> str:
        parts: list[str] = []
        look = ""
        for pieces in self.spans:
            # A row of ambiguous widths may have run over what was written behind it.
            whole = self._whole or any(_is_ambiguous(strip) for _, strip in pieces)
            for move, strip in pieces:
                if whole or not self._written.shows(move, strip):
                    self._written.record(move, strip)
                    text = sequences(strip, console)
                    first, last = _ends(text)
                    if first and first == look:
                        # It continues in the look of the piece before.
                        parts[-1] = parts[-1].removesuffix(_RESET)
                        text = text.removeprefix(first)
                    parts += [move, text]
                    look = last
        return "".join(parts)


class SpanCompositor(Compositor):
    """Textual's compositor with cheaper partial updates."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: dict[Span, list[Piece]] = {}
        self._layout: tuple[object, object] = (None, None)
        """What the pieces were cut by; Textual replaces these objects with each layout."""
        self._shown: list[tuple[Widget, Region, Region]] = []
        """Widgets from front to back: the region of each, and the visible part of it."""
        self._written = Written()
        self._laid_out: CompositorMap = {}
        """Where everything was after the last layout, as it was painted."""

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        # A widget's place that is read between a change and its layout is the new one, and what
        # moved would not be painted: compare with the last layout.
        self._full_map = self._laid_out
        result = super().reflow(parent, size)
        self._laid_out = self._full_map
        self._full_map_invalidated = False
        return result

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate | PiecesUpdate:  # type: ignore[override]
        if simplify:
            return super().render_full_update(simplify)
        self._dirty_regions.clear()
        for widget in self.visible_widgets:
            # This paints what it asked for until now; its next change would paint it again.
            widget._exchange_repaint_regions()  # noqa: SLF001
        width, height = self.size
        return self._render_spans([(y, 0, width) for y in range(height)], whole=True)

    def render_partial_update(self) -> PiecesUpdate | None:  # type: ignore[override]
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        return self._render_regions(regions)

    def render_widget_update(self, widget: Widget) -> PiecesUpdate | None:
        """What has changed in one widget; nothing of it is left for the next update."""
        if widget not in self.visible_widgets:
            return None
        region, clip = self.visible_widgets[widget]
        changed = widget._exchange_repaint_regions()  # noqa: SLF001
        return self._render_regions(
            {clip.intersection(one.translate(region.offset)) for one in changed}
        )

    def lines(self, region: Region) -> list[Strip]:
        """The rows of a region as they are on the screen, for a window that stands before it."""
        self._cut_by_layout()
        first, last = region.column_span
        spans = [self._pieces_of((y, first, last)) for y in region.line_range]
        drawn = _drawn(piece for span in spans for piece in span)
        return [
            Strip.join(
                drawn[piece.widget, piece.line].crop(piece.start, piece.end) for piece in span
            )
            for span in spans
        ]

    def _render_regions(self, regions: Iterable[Region]) -> PiecesUpdate | None:
        height = self.size.height
        spans = [span for span in self._regions_to_spans(regions) if 0 <= span[0] < height]
        return self._render_spans(spans) if spans else None

    def _cut_by_layout(self) -> None:
        """Forget how the rows were cut, if there was a layout since."""
        if self._layout[0] is not self.cuts or self._layout[1] is not self.visible_widgets:
            self._layout = self.cuts, self.visible_widgets
            self._pieces, self._written = {}, Written()
            self._shown = [
                (widget, region, region.intersection(clip))
                for widget, (region, clip) in self.visible_widgets.items()
            ]

    def _render_spans(self, spans: list[Span], *, whole: bool = False) -> PiecesUpdate:
        self._cut_by_layout()
        pieces = [self._pieces_of(span) for span in spans]
        drawn = _drawn(piece for span in pieces for piece in span)
        ambiguous = {line for line, strip in drawn.items() if _is_ambiguous(strip)}
        if ambiguous:
            pieces = [self._to_the_edge(span, ambiguous) for span in pieces]
            rest = (piece for span in pieces for piece in span)
            drawn |= _drawn(piece for piece in rest if (piece.widget, piece.line) not in drawn)
        return PiecesUpdate(
            [
                [part for piece in span for part in _strips(piece, drawn, ambiguous)]
                for span in pieces
            ],
            self._written,
            whole=whole,
        )

    def _pieces_of(self, span: Span) -> list[Piece]:
        return self._pieces.get(span) or self._pieces.setdefault(span, self._cut(*span))

    def _to_the_edge(self, span: list[Piece], ambiguous: set[tuple[Widget, int]]) -> list[Piece]:
        """The pieces of a span and, if it may run over its end, of the rest of the row."""
        if all((piece.widget, piece.line) not in ambiguous for piece in span):
            return span
        first = span[0]
        return self._pieces_of((first.row, first.left, self.size.width))

    def _cut(self, y: int, first: int, last: int) -> list[Piece]:
        """The pieces of a span, each of the frontmost widget."""
        here = [one for one in self._shown if one[2].y <= y < one[2].bottom]
        return [
            piece
            for left, right in pairwise(self.cuts[y])
            if left < last and right > first and (piece := _piece(here, y, left, min(right, last)))
        ]


def _piece(
    here: list[tuple[Widget, Region, Region]], y: int, left: int, right: int
) -> Piece | None:
    for widget, region, shown in here:
        if shown.x <= left < shown.right:
            columns = shown.x - region.x, shown.width
            move = f"\x1b[{y + 1};{left + 1}H"
            start, end = left - shown.x, right - shown.x
            return Piece(y, left, move, widget, y - region.y, columns, start, end)
    return None


def _strips(
    piece: Piece, drawn: dict[tuple[Widget, int], Strip], ambiguous: set[tuple[Widget, int]]
) -> list[tuple[str, Strip]]:
    """What to write for a piece; blanks first if the terminal may draw it narrower."""
    line = piece.widget, piece.line
    strip = drawn[line].crop(piece.start, piece.end)
    if line not in ambiguous or not strip:
        return [(piece.move, strip)]
    ground = Segment(" " * strip.cell_length, list(strip)[-1].style)
    return [(piece.move, Strip([ground], strip.cell_length)), (piece.move, strip)]


def _is_ambiguous(strip: Strip) -> bool:
    """Whether terminals disagree about the width of a line."""
    text = strip.text
    return not text.isascii() and _AMBIGUOUS.search(text) is not None


def _drawn(pieces: Iterable[Piece]) -> dict[tuple[Widget, int], Strip]:
    """The lines of the widgets that the pieces are cut from."""
    lines: dict[Widget, dict[int, tuple[int, int]]] = {}
    for piece in pieces:
        lines.setdefault(piece.widget, {})[piece.line] = piece.shown
    drawn: dict[tuple[Widget, int], Strip] = {}
    for widget, wanted in lines.items():
        left, width = next(iter(wanted.values()))
        for first, count in _runs(wanted):
            strips = widget.render_lines(Region(left, first, width, count))
            for line, strip in enumerate(strips, first):
                drawn[widget, line] = strip
    return drawn


def sequences(strip: Strip, console: Console) -> str:
    """A strip as text with escape sequences; segments that look the same are joined."""
    if strip._render_cache is None:  # noqa: SLF001 - where Textual keeps it
        system = console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001 - as Textual does
        runs = groupby(strip, lambda segment: _look(segment.style, system))
        strip._render_cache = "".join(  # noqa: SLF001
            f"\x1b[{look}m{text}\x1b[0m" if look else text
            for look, run in runs
            if (text := "".join(segment.text for segment in run))
        )
    return strip._render_cache  # noqa: SLF001


def _ends(text: str) -> tuple[str, str]:
    """The escape sequences that set the first and the last look of a strip."""
    if not (text.startswith(_ESCAPE) and text.endswith(_RESET)):
        return "", ""
    last = text.rindex(_ESCAPE, 0, -len(_RESET))
    return text[: text.index("m") + 1], text[last : text.index("m", last) + 1]


def _look(style: Style | None, system: ColorSystem) -> str:
    if style is None:
        return ""
    known = style._ansi  # noqa: SLF001
    return Strip.render_ansi(style, system) if known is None else known


def _runs(lines: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as runs without a gap: the first of each, and its length."""
    first = count = 0
    for line in lines:
        if count and line == first + count:
            count += 1
            continue
        if count:
            yield first, count
        first, count = line, 1
    if count:
        yield first, count
