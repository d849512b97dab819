"""The second line of defence: cleans every painted line, wherever its text came from."""

import re
from functools import lru_cache
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui.core.sanitize.characters import clean_line

_MARKS: Final = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe2f"
_PILED_MARKS: Final = re.compile(f"([{_MARKS}]{{8}})[{_MARKS}]+")
"""More marks than any language puts on a letter: terminals draw them over other lines."""


class SanitizeFilter(LineFilter):
    """Replaces control characters in painted lines, and limits the marks in one cell.

    Return it last from `App.get_line_filters`. A substitute is as wide as what Textual measured,
    unless the text was not cleaned where it came in.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The same list if there is nothing to clean, as in nearly every line."""
        if all(text.isascii() and text.isprintable() for text, _, _ in segments):
            return segments
        return [
            # A control segment comes from Textual.
            segment if segment.control else Segment(_clean(segment.text), segment.style)
            for segment in segments
        ]


@lru_cache(1024)
def _clean(text: str) -> str:
    return _PILED_MARKS.sub(r"\1", clean_line(text))
