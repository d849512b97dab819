"""A drawn line: segments, not padded, not wider than asked for."""

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
        # Rich leaves a text's own style to the console when nothing in it has one.
        style = text.style if isinstance(text.style, Style) else Style.null()
        return [Segment(text.plain, style)] if text.plain else []
    return [segment for segment in text.render(_CONSOLE) if segment.text]


def line_width(line: Line) -> int:
    """How many cells a line takes."""
    return sum(cell_len(segment.text) for segment in line)


def line_text(line: Line) -> str:
    """Everything drawn on a line."""
    return "".join(segment.text for segment in line)
