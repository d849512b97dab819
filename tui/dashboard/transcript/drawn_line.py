"""A drawn line: segments without padding, no wider than the view."""

from io import StringIO
from typing import TypeAlias

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

Line: TypeAlias = list[Segment]

# Text renders through a console; nothing is ever printed on this one.
_CONSOLE = Console(file=StringIO(), width=80, color_system="truecolor", legacy_windows=False)


def line_of(text: Text) -> Line:
    """One line of text as segments."""
    text.end = ""
    if not text.spans:
        # Rich leaves out the style of a text without spans: its console would add it.
        style = text.style if isinstance(text.style, Style) else Style.null()
        return [Segment(text.plain, style)] if text.plain else []
    return [segment for segment in text.render(_CONSOLE) if segment.text]


def line_width(line: Line) -> int:
    """The cells of a line."""
    return sum(cell_len(segment.text) for segment in line)


def line_text(line: Line) -> str:
    """The text of a line."""
    return "".join(segment.text for segment in line)
