"""A source below an answer: its number, its title and its address."""

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from tui.core.conversation import Citation
from tui.dashboard.transcript.drawn_line import Line, line_of
from tui.dashboard.transcript.inline import is_openable
from tui.dashboard.transcript.literal import literal_line
from tui.dashboard.transcript.styles import Palette
from tui.dashboard.transcript.transcript_units import estimated
from tui.dashboard.transcript.wrapping import wrapped


class SourceUnit:
    """``first``: a blank line separates it from the text above."""

    __slots__ = ("_first", "_mark", "_title", "_where", "source")

    def __init__(self, citation: Citation, *, first: bool = False) -> None:
        self._first = first
        self._mark = f"[{citation.number}] "
        self._title = literal_line(citation.title)
        self._where = literal_line(citation.where)
        self.source = literal_line(str(citation))

    def lines(self, width: int, palette: Palette) -> list[Line]:
        text = Text(self._title)
        if self._title and self._where:
            text.append(" — ", palette["dim"])
        style = palette["link"]
        if is_openable(self._where):
            style += Style.from_meta({"address": self._where})
        text.append(self._where, style if is_openable(self._where) else palette["dim"])
        room = width - cell_len(self._mark)
        indent = Segment(" " * cell_len(self._mark), palette.decoration(""))
        mark = Segment(self._mark, palette["footnote"])
        drawn = [line_of(line) for line in wrapped(text, max(room, 1))]
        lines = [[indent if row else mark, *line] for row, line in enumerate(drawn)]
        return [[], *lines] if self._first else lines

    def estimate(self, width: int) -> int:
        return estimated(self.source, width) + int(self._first)


def source_units(citations: tuple[Citation, ...]) -> list[SourceUnit]:
    """The units of an answer's sources."""
    return [SourceUnit(one, first=index == 0) for index, one in enumerate(citations)]
