"""Draws the blocks that hold text: paragraphs, headings, code, rules, plain text."""

import re

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.text import Text

from tui.dashboard.transcript.drawn_line import Line, line_of, line_width
from tui.dashboard.transcript.highlighting import Words
from tui.dashboard.transcript.inline import inline_text
from tui.dashboard.transcript.literal import limit_marks
from tui.dashboard.transcript.markdown import Node
from tui.dashboard.transcript.styles import Palette
from tui.dashboard.transcript.wrapping import wrapped

_TASK = re.compile(r"\[([ xX])\]\s+")


def paragraph_lines(
    node: Node, width: int, palette: Palette, *, opens_item: bool = False
) -> list[Line]:
    """A paragraph. One that opens a list item may be a task: a box for the brackets."""
    text = inline_text(node.children[0].token.children, palette)
    if opens_item and (task := _TASK.match(text.plain)):
        box = "☐ " if task.group(1) == " " else "☑ "
        text = Text.assemble((box, palette["bullet"]), text[task.end() :])
    return [line_of(line) for line in wrapped(text, width)]


def heading_lines(node: Node, width: int, palette: Palette) -> list[Line]:
    """A heading: two sizes are enough on a terminal."""
    style = palette["heading" if node.token.tag in {"h1", "h2"} else "heading-minor"]
    text = inline_text(node.children[0].token.children, palette)
    text.stylize_before(style)
    return [line_of(line) for line in wrapped(text, width)]


def rule_lines(width: int, palette: Palette) -> list[Line]:
    """A thematic break."""
    return [[Segment("─" * width, palette.decoration("rule"))]]


def literal_lines(content: str, width: int, palette: Palette, style: str = "") -> list[Line]:
    """Plain text, without Markdown or markup."""
    text = Text(limit_marks(content).expandtabs(4), palette[style])
    return [line_of(line) for line in wrapped(text, width)]


def plain_words(lines: list[str]) -> list[Words]:
    """Lines of code without colours."""
    return [[(line, "")] if line else [] for line in lines]


def code_lines(lines: list[Words], width: int, palette: Palette) -> list[Line]:
    """Lines of code on their own background, with a cell of padding on both sides."""
    pad = palette.decoration("code-block")
    edge, room = Segment(" ", pad), max(width - 2, 1)
    drawn: list[Line] = []
    for words in lines or [[]]:
        for part, cells in _code_parts(_code_segments(words, palette), room):
            drawn.append([edge, *part, Segment(" " * (width - 1 - cells), pad)])
    return drawn


def _code_segments(words: Words, palette: Palette) -> Line:
    ground = palette["code-block"]
    segments: Line = []
    column = 0
    for word, style in words:
        shown = word if "\t" not in word else (" " * column + word).expandtabs(4)[column:]
        column += len(shown)
        segments.append(Segment(shown, ground + palette[style] if style else ground))
    return segments


def _code_parts(segments: Line, width: int) -> list[tuple[Line, int]]:
    """One line of code, cut where it does not fit and not at words, so that nothing shifts."""
    cells = line_width(segments)
    if cells <= width:
        return [(segments, cells)]
    parts: list[tuple[Line, int]] = []
    part: Line = []
    used = 0
    for text, style, _ in segments:
        for index, chunk in enumerate(_chopped(text, width - used, width)):
            if index:
                parts.append((part, used))
                part, used = [], 0
            if chunk:
                part.append(Segment(chunk, style))
                used += cell_len(chunk)
    return [*parts, (part, used)]


def _chopped(text: str, first: int, width: int) -> list[str]:
    """Text cut into a part of ``first`` cells at most and parts of ``width``."""
    if cell_len(text) <= first:
        return [text]
    head = ""
    if first > 0:
        head = chop_cells(text, first)[0]
        if cell_len(head) > first:
            head = ""
    rest = text[len(head) :]
    return [head, *chop_cells(rest, width)]
