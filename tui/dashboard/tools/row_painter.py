"""Draws the rows of the tool log: what a row and a line of its details look like."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.core.formatting import call_time, counted
from tui.core.metrics import ToolFigures
from tui.core.metrics.figure_text import sign
from tui.core.metrics.tool_medians import against_median
from tui.dashboard.fitted_text import cut
from tui.dashboard.tools.json_colours import coloured
from tui.dashboard.tools.log_search import NAME
from tui.dashboard.tools.row_document import DrawnLine
from tui.dashboard.tools.row_documents import RowDocuments
from tui.dashboard.tools.tool_rows import Row, nested_words, summary
from tui.dashboard.tools.tool_text import shared

ICONS = {
    "calling": "…",
    "called": "○",
    "waiting": "?",
    "running": "⟳",
    "ok": "✓",
    "error": "✗",
    "cancelled": "⊘",
    "rejected": "⊘",
    "unknown": "⊘",
    "printed": "│",
    "info": "·",
    "warning": "!",
}

STATE_STYLES = {
    "ok": "ok",
    "running": "running",
    "error": "failed",
    "warning": "failed",
    "unknown": "failed",
    "waiting": "waiting",
}
"""By state, the component class; ``dim`` for any other."""

TIME_WIDTH = 9
LEAST_NAME, MOST_NAME = 6, 24
RATIO_WIDTH = 7
WITH_RATIO = 56
"""Columns of a pane that has room for a call's time against its tool's median."""

SLOW = 2.0
"""Times the median from which a call stands out."""


class RowPainter:
    """``style`` gives a component's style, by its name without the widget's prefix."""

    def __init__(self, style: Callable[[str], Style], now: Callable[[], int]) -> None:
        self._style = style
        self._now = now
        self.medians: Mapping[str, ToolFigures] = {}
        self.pattern: re.Pattern[str] | None = None
        """Of a search."""
        self.shown: tuple[Row, int] | None = None
        """The row and the line at which the search is."""

    def line(
        self, row: Row, part: int, documents: RowDocuments, width: int, *, last: bool
    ) -> Strip:
        """A row's one line, or a line of its details; ``last``: it is the last in view."""
        current = self.shown is not None and self.shown[0] is row
        at = self.shown[1] if current and self.shown is not None else None
        if part == 0:
            segments = self.summary(row, width, current=at == NAME)
        else:
            document = documents.of(row)
            drawn = document.line(part - 1)
            segments = self.detail(drawn, current=at == drawn.source)
            more = len(document) - part
            mark = f" ↓ {counted(more, 'more line')} "
            if last and more and cell_len(mark) < width:
                kept = Strip(segments).adjust_cell_length(width - cell_len(mark))
                return Strip([*kept, Segment(mark, self._style("more"))])
        return Strip(segments).adjust_cell_length(width)

    def summary(self, row: Row, width: int, *, current: bool) -> list[Segment]:
        """A row's one line; ``current``: the search is at its name."""
        if not row.name:
            return self._plain_line(row, width, current=current)
        dim = self._style("dim")
        lead = f" {'  ' * min(row.depth, max(width // 10, 1))}"
        if row.children:
            lead = lead[:-1] + ("▾" if row.unfolded else "▸")
        nested = nested_words(row)
        marks = ", ".join(filter(None, ("taken back" * row.taken_back, nested)))
        nested = f" ({marks})" if marks else ""
        times = list(self._times(row, width))
        used = sum(cell_len(part.text) for part in times)
        most = max(width - cell_len(lead) - 2 - used, LEAST_NAME)
        name = cut(row.name, min(most, MOST_NAME))
        room = width - cell_len(lead) - 2 - cell_len(name) - cell_len(nested) - used
        live = row.state == "running" and bool(row.said or row.beginning)
        arguments, result = shared(
            row.brief,
            summary(row),
            room,
            live=live,
            whole=row.state == "waiting",
        )
        state = self._state(row)
        return [
            Segment(lead, dim if row.children else None),
            Segment(f"{ICONS[row.state]} ", state),
            *self._found(name, self._style("name"), current=current),
            Segment(nested, dim),
            Segment(arguments, dim),
            Segment(result, state if row.state not in {"ok", "running"} else None),
            Segment(" " * max(0, room - cell_len(arguments) - cell_len(result))),
            *times,
        ]

    def detail(self, line: DrawnLine, *, current: bool) -> list[Segment]:
        """A line below an open row; ``current``: the search is at it."""
        text = line.text[line.start : line.end]
        if line.kind == "heading":
            return [Segment(f"  {text}", self._style("dim"))]
        if self.pattern is not None and self.pattern.search(line.text):
            return [Segment("    "), *self._marked(line, current=current)]
        if line.kind != "json":
            return [Segment("    "), Segment(text)]
        return [
            Segment("    "),
            *(
                Segment(part, self._style(kind) if kind else None)
                for part, kind in coloured(line.text, line.start, line.end)
            ),
        ]

    def _plain_line(self, row: Row, width: int, *, current: bool) -> list[Segment]:
        """What was printed, or a message."""
        line, more, _ = row.result.partition("\n")
        icon = f" {ICONS[row.state]} "
        shown = cut(f"{line} …" if more else line, width - cell_len(icon))
        return [Segment(icon, self._state(row)), *self._found(shown, None, current=current)]

    def _times(self, row: Row, width: int) -> Iterator[Segment]:
        """How long it took, and how that compares with its tool's median."""
        call, dim = row.call, self._style("dim")
        elapsed = call.elapsed(self._now()) if call is not None else None
        # A hosted call is seen only through the answer's stream.
        hosted = call is not None and call.hosted
        ended = elapsed is not None or not row.running
        time = call_time(elapsed, approximate=hosted) if ended else ""
        lost = call is not None and call.lost and call.began is not None
        # A call that never ran, such as a handoff, leaves the column of times to its words.
        if not (row.running or lost or elapsed is not None):
            yield Segment(" ")
            return
        yield Segment(f"{time:>{TIME_WIDTH}} ", dim)
        if width < WITH_RATIO or not self.medians:
            return
        tool = self.medians.get(call.name) if call is not None else None
        ratio = None if tool is None or elapsed is None else against_median(elapsed, tool)
        if ratio is None:
            yield Segment(" " * RATIO_WIDTH)
            return
        ratio_text = f"{sign(ratio.quality)}{ratio.value:.1f}x" if ratio.value < 99.95 else ">99x"
        slow = ratio.value >= SLOW
        yield Segment(f"{ratio_text:>{RATIO_WIDTH - 1}} ", self._style("waiting") if slow else dim)

    def _state(self, row: Row) -> Style:
        return self._style(STATE_STYLES.get(row.state, "dim"))

    def _found(self, text: str, style: Style | None, *, current: bool) -> Iterable[Segment]:
        """A text in one look, with what the search has found in it marked."""
        if self.pattern is None:
            return [Segment(text, style)]
        spans = [match.span() for match in self.pattern.finditer(text)]
        return self._with_spans(text, 0, len(text), spans, style, current=current)

    def _marked(self, line: DrawnLine, *, current: bool) -> Iterable[Segment]:
        """A line with hits, which count in the whole of it: a hit may go over its end."""
        assert self.pattern is not None
        begin = max(line.start - 500, 0)
        spans = [match.span() for match in self.pattern.finditer(line.text, begin, line.end + 500)]
        return self._with_spans(line.text, line.start, line.end, spans, None, current=current)

    def _with_spans(
        self,
        text: str,
        start: int,
        end: int,
        spans: Iterable[tuple[int, int]],
        style: Style | None,
        *,
        current: bool,
    ) -> Iterable[Segment]:
        mark = self._style("hit-current" if current else "hit")
        at = start
        for first, last in spans:
            first, last = max(first, at), min(last, end)  # noqa: PLW2901 - the part in view
            if first >= last:
                continue
            if first > at:
                yield Segment(text[at:first], style)
            yield Segment(text[first:last], mark)
            at = last
        if at < end:
            yield Segment(text[at:end], style)
