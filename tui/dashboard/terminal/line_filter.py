"""The second line of defence: what no widget may paint, whichever way it got into one."""

import re
from functools import lru_cache
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui.core.sanitize.characters import clean_line

_MARKS: Final = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe2f"
_PILED_MARKS: Final = re.compile(f"([{_MARKS}]{{8}})[{_MARKS}]+")
"""More marks than any language puts on a letter: terminals smear them over the lines around."""


class SanitizeFilter(LineFilter):
    """Keeps controls out of painted lines, and marks from piling up in one cell.

    Return it, last, from `App.get_line_filters`. No substitute is wider or narrower than what
    Textual measured, except for text that nobody cleaned where it came in.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The same list when there is nothing to clean, as on nearly every line."""
        if all(text.isascii() and text.isprintable() for text, _, _ in segments):
            return segments
        return [
            # A control segment is Textual's own, never foreign.
            segment if segment.control else Segment(_clean(segment.text), segment.style)
            for segment in segments
        ]


@lru_cache(1024)
def _clean(text: str) -> str:
    return _PILED_MARKS.sub(r"\1", clean_line(text))
