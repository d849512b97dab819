"""Draws the blocks that hold text and no other blocks."""

from __future__ import annotations

import re

from rich.cells import chop_cells
from rich.segment import Segment
from rich.text import Text

from tui.widgets.transcript.code import Words
from tui.widgets.transcript.inline import inline_text
from tui.widgets.transcript.lines import Line, line_of
from tui.widgets.transcript.literal import levelled
from tui.widgets.transcript.markdown import Node
from tui.widgets.transcript.palette import Palette
from tui.widgets.transcript.wrapping import wrapped

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
    """A heading: two ranks are enough on a terminal."""
    style = palette["heading" if node.token.tag in {"h1", "h2"} else "heading-minor"]
    text = inline_text(node.children[0].token.children, palette)
    text.stylize_before(style)
    return [line_of(line) for line in wrapped(text, width)]


def rule_lines(width: int, palette: Palette) -> list[Line]:
    """A thematic break."""
    return [[Segment("─" * width, palette.decoration("rule"))]]


def literal_lines(content: str, width: int, palette: Palette, style: str = "") -> list[Line]:
    """Text as it stands: nothing in it means anything."""
    text = Text(levelled(content).expandtabs(4), palette[style])
    return [line_of(line) for line in wrapped(text, width)]


def plain_words(lines: list[str]) -> list[Words]:
    """Lines of code without colours."""
    return [[(line, "")] if line else [] for line in lines]


def code_lines(lines: list[Words], width: int, palette: Palette) -> list[Line]:
    """Lines of code on their own ground, with a cell of padding on both sides."""
    pad = palette.decoration("code-block")
    drawn: list[Line] = []
    for words in lines or [[]]:
        for part in _code_parts(words, width - 2, palette):
            room = width - 1 - part.cell_len
            end = [Segment(" " * room, pad)] if room > 0 else []
            drawn.append([Segment(" ", pad), *line_of(part), *end])
    return drawn


def _code_parts(words: Words, width: int, palette: Palette) -> list[Text]:
    """One line of code, cut where it does not fit: never at words, so that nothing shifts."""
    text = Text(style=palette["code-block"])
    column = 0
    for word, style in words:
        shown = levelled(word)
        if "\t" in shown:
            shown = (" " * column + shown).expandtabs(4)[column:]
        column += len(shown)
        text.append(shown, palette[style])
    if text.cell_len <= width:
        return [text]
    offsets, at = [], 0
    for part in chop_cells(text.plain, max(width, 1))[:-1]:
        at += len(part)
        offsets.append(at)
    return list(text.divide(offsets))
