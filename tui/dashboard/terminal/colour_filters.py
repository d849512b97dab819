"""What becomes of colours on their way to the terminal: none at all, or none that is too faint."""

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tui.dashboard.terminal.contrast import TEXT, contrast, legible

_SHARE = 0.62
"""Of the text's own colour in dim text."""


class NoColourFilter(LineFilter):
    """Leaves bold, underlined and reversed text, and no code of any colour."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        return [
            Segment(text, style.without_color if style is not None else None, control)
            for text, style, control in segments
        ]


class LegibleDimFilter(LineFilter):
    """Gives dim text a colour that can be read: each terminal dims in its own way."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if not any(style is not None and style.dim for _, style, _ in segments):
            return segments
        return [
            Segment(text, _undimmed(style, background), control)
            if style is not None and style.dim
            else Segment(text, style, control)
            for text, style, control in segments
        ]


@lru_cache(512)
def _undimmed(style: Style, background: Color) -> Style:
    ground = _rgb(style.bgcolor) or background
    colour = _rgb(style.color)
    if colour is None or ground.ansi is not None:
        return style  # the terminal's own colours: it knows how to dim them
    if style.reverse:
        ground, colour = colour, ground
    least = min(TEXT, contrast(colour, ground))
    dimmed = legible(ground.blend(colour, _SHARE, 1.0), [ground], least)
    shown = RichColor.from_rgb(dimmed.r, dimmed.g, dimmed.b)
    changed = Style(bgcolor=shown) if style.reverse else Style(color=shown)
    return style + changed + Style(dim=False)


def _rgb(colour: RichColor | None) -> Color | None:
    """None for the terminal's own colours."""
    if colour is None or colour.triplet is None:
        return None
    return Color(*colour.triplet)
