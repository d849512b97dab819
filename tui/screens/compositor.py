"""Paints what has changed, and nothing beside it.

For a partial update Textual draws every widget that lies within the box around all changes, and
the backgrounds below it, and then uses the changed parts. While an answer streams that is nearly
the whole screen, 30 times a second. Here only widgets of which a changed part can be seen are
drawn, and only the rows in question. An internal of Textual: `tests/test_compositor.py` compares
it with Textual's own result and fails loudly when either moves.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

Span = tuple[int, int, int]
"""Row, first column, column behind the last."""

Chops = Sequence[Mapping[int, Strip | None]]
"""For each row of the screen: the strips by the column at which they begin."""


class SpanCompositor(Compositor):
    """Textual's compositor with cheaper partial updates."""

    def render_partial_update(self) -> ChopsUpdate | None:
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        height = self.size.height
        spans = [span for span in self._regions_to_spans(regions) if 0 <= span[0] < height]
        if not spans:
            return None
        chop_ends = [cuts[1:] for cuts in self.cuts]
        return ChopsUpdate(self._render_spans(spans), spans, chop_ends)

    def _render_spans(self, spans: Iterable[Span]) -> Chops:
        """Front to back: the first widget that covers a piece of a row has it."""
        cuts = self.cuts
        chops: list[dict[int, Strip | None]] = [dict.fromkeys(row[:-1]) for row in cuts]
        missing = _pieces(spans, cuts)
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            first, last = shown.column_span
            rows = [
                y
                for y, pieces in missing.items()
                if shown.y <= y < shown.bottom and any(first <= cut < last for cut in pieces)
            ]
            if not rows:
                continue
            top = rows[0]
            lines = Region(shown.x - region.x, top - region.y, shown.width, rows[-1] + 1 - top)
            strips = widget.render_lines(lines)
            for y in rows:
                edges = [cut for cut in cuts[y] if first <= cut <= last]
                row, pieces = chops[y], missing[y]
                divided = strips[y - top].divide([cut - shown.x for cut in edges[1:]])
                for cut, strip in zip(edges, divided, strict=False):
                    if cut in pieces:
                        row[cut] = strip
                        pieces.discard(cut)
                if not pieces:
                    del missing[y]
            if not missing:
                break
        return chops


def _pieces(spans: Iterable[Span], cuts: Sequence[Sequence[int]]) -> dict[int, set[int]]:
    """By row, from the top: where the pieces begin that touch a span."""
    pieces: dict[int, set[int]] = {}
    for y, start, end in spans:
        row = cuts[y]
        pieces.setdefault(y, set()).update(
            left for left, right in pairwise(row) if left < end and right > start
        )
    return pieces
