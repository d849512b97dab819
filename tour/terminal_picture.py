"""What a terminal shows as SVG: one picture, or a recording that plays. Pure.

A recording draws each row once, however often it is shown, and says for each moment which rows
stand where.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple
from xml.sax.saxutils import escape

from pyte.screens import Char

Row = Sequence[Char]

FONT_SIZE = 14
CELL_WIDTH, CELL_HEIGHT = 8.43, 17.0
"""Of the usual monospaced fonts at that size, in pixels."""
BASELINE = 13.2
FOREGROUND, BACKGROUND = "#e0e0e0", "#121212"
"""Of a terminal, where the program sets no colour."""
FONTS = "'DejaVu Sans Mono', 'Cascadia Mono', Menlo, Consolas, monospace"

_NAMED = {
    "black": "#1e1e1e", "red": "#cd3131", "green": "#0dbc79", "brown": "#e5e510",
    "blue": "#2472c8", "magenta": "#bc3fbc", "cyan": "#11a8cd", "white": "#e5e5e5",
    "brightblack": "#666666", "brightred": "#f14c4c", "brightgreen": "#23d18b",
    "brightbrown": "#f5f543", "brightblue": "#3b8eea", "brightmagenta": "#d670d6",
    "brightcyan": "#29b8db", "brightwhite": "#ffffff",
}  # fmt: skip


class Moment(NamedTuple):
    """The screen from a time on, in seconds since the recording began."""

    at: float
    rows: Sequence[Row]


class _Look(NamedTuple):
    foreground: str
    background: str
    bold: bool
    italic: bool
    underlined: bool
    struck: bool
    wide: bool


def picture(rows: Sequence[Row], title: str) -> str:
    """An SVG of one screen; ``title`` is read out in its place."""
    body = "".join(_placed(_row(row), number) for number, row in enumerate(rows))
    return _document(rows, title, body, "")


def recording(moments: Sequence[Moment], length: float, title: str) -> str:
    """An SVG that plays the screens in ``length`` seconds, again and again."""
    drawn: dict[str, str] = {}
    frames, styles = [], []
    for number, (moment, until) in enumerate(_spans(moments, length)):
        rows = []
        for place, row in enumerate(moment.rows):
            content = _row(row)
            if content:
                name = drawn.setdefault(content, f"r{len(drawn)}")
                rows.append(f'<use href="#{name}" y="{place * CELL_HEIGHT:g}"/>')
        frames.append(f'<g class="f f{number}">{"".join(rows)}</g>')
        begin, end = (f"{100 * at / length:.3f}%" for at in (moment.at, until))
        shown = f"{begin},{end}{{visibility:visible}}" if begin != end else ""
        styles.append(
            f"@keyframes k{number}{{{shown}{_hidden(moment.at, until, length)}}}"
            f".f{number}{{animation-name:k{number}}}"
        )
    definitions = "".join(f'<g id="{name}">{content}</g>' for content, name in drawn.items())
    style = (
        f".f{{visibility:hidden;animation-duration:{length:g}s;"
        "animation-timing-function:step-end;animation-iteration-count:infinite}" + "".join(styles)
    )
    body = f"<defs>{definitions}</defs>{''.join(frames)}"
    return _document(moments[-1].rows, title, body, style)


def _spans(moments: Sequence[Moment], length: float) -> Iterable[tuple[Moment, float]]:
    ends = [*(moment.at for moment in moments[1:]), length]
    return zip(moments, ends, strict=True)


def _hidden(begin: float, end: float, length: float) -> str:
    hidden = []
    if begin > 0:
        hidden.append("0%")
    if end < length:
        hidden.append(f"{100 * end / length + 0.001:.3f}%")
    return f"{','.join(hidden)}{{visibility:hidden}}" if hidden else ""


def _document(rows: Sequence[Row], title: str, body: str, style: str) -> str:
    width, height = len(rows[0]) * CELL_WIDTH, len(rows) * CELL_HEIGHT
    ground = rows[0][0].bg if rows[0] else "default"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'role="img" width="{width:g}" height="{height:g}"><title>{escape(title)}</title>'
        f"<style>text{{font:{FONT_SIZE}px {FONTS};white-space:pre;fill:{FOREGROUND}}}"
        f".b{{font-weight:bold}}.i{{font-style:italic}}rect{{shape-rendering:crispEdges}}{style}</style>"
        f'<rect width="100%" height="100%" fill="{_colour(ground, BACKGROUND)}"/>{body}</svg>\n'
    )


def _placed(row: str, number: int) -> str:
    return f'<g transform="translate(0 {number * CELL_HEIGHT:g})">{row}</g>' if row else ""


def _row(row: Row) -> str:
    """Its backgrounds, then its texts; "" if nothing is to be seen."""
    grounds, texts = [], []
    col = 0
    cells = [(char, nxt.data == "") for char, nxt in zip(row, [*row[1:], _SPACE], strict=True)]
    visible = [(char, wide) for char, wide in cells if char.data != ""]
    for look, group in groupby(visible, lambda cell: _look(*cell)):
        chars = [char.data for char, _ in group]
        width = len(chars) * (2 if look.wide else 1)
        if look.background:
            grounds.append(_rectangle(col, width, look.background))
        if look.wide:
            for place, char in enumerate(chars):
                texts.append(_text(char, col + 2 * place, 2, look))
        else:
            texts += _words("".join(chars), chars, col, look)
        col += width
    return "".join(grounds + texts)


_SPACE = Char(" ")


def _words(text: str, chars: Sequence[str], col: int, look: _Look) -> list[str]:
    if not text.strip() and not look.underlined:
        return []
    begin = next((n for n, char in enumerate(chars) if char != " "), 0)
    end = len(chars) - next((n for n, char in enumerate(reversed(chars)) if char != " "), 0)
    if look.underlined:
        begin, end = 0, len(chars)
    return [_text("".join(chars[begin:end]), col + begin, end - begin, look)]


def _rectangle(col: int, width: int, colour: str) -> str:
    return (
        f'<rect x="{col * CELL_WIDTH:.2f}" width="{width * CELL_WIDTH + 0.3:.2f}" '
        f'height="{CELL_HEIGHT + 0.3:g}" fill="{colour}"/>'
    )


def _text(text: str, col: int, width: int, look: _Look) -> str:
    names = [name for name, on in (("b", look.bold), ("i", look.italic)) if on]
    lines = [
        name for name, on in (("underline", look.underlined), ("line-through", look.struck)) if on
    ]
    return (
        f'<text x="{col * CELL_WIDTH:.2f}" y="{BASELINE:g}" textLength="{width * CELL_WIDTH:.2f}"'
        + (f' class="{" ".join(names)}"' if names else "")
        + (f' style="fill:{look.foreground}"' if look.foreground != FOREGROUND else "")
        + (f' text-decoration="{" ".join(lines)}"' if lines else "")
        + f">{escape(text)}</text>"
    )


def _look(char: Char, wide: bool) -> _Look:
    foreground, background = _colour(char.fg, FOREGROUND), _colour(char.bg, "")
    if char.reverse:
        foreground, background = background or BACKGROUND, foreground
    return _Look(
        foreground,
        background,
        char.bold,
        char.italics,
        char.underscore,
        char.strikethrough,
        wide,
    )


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    return _NAMED.get(name) or f"#{name}"
