"""A drawn line: segments, not padded, not wider than asked for."""

from __future__ import annotations

from io import StringIO
from typing import TypeAlias

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.text import Text

Line: TypeAlias = list[Segment]

# Text renders through a console; nothing is ever printed on this one.
_CONSOLE = Console(file=StringIO(), width=80, color_system="truecolor", legacy_windows=False)


def line_of(text: Text) -> Line:
    """One line of text as segments."""
    text.end = ""
    return [segment for segment in text.render(_CONSOLE) if segment.text]


def line_width(line: Line) -> int:
    """How many cells a line takes."""
    return sum(cell_len(segment.text) for segment in line)


def line_text(line: Line) -> str:
    """Everything drawn on a line."""
    return "".join(segment.text for segment in line)
