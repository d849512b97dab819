"""Draws a picture as segments. Slow: call it in a thread.

textual-image and Pillow are loaded with the first picture. When it is imported, textual-image asks
the terminal what it can do and waits for the answer; it also writes kitty's pictures past Textual.
So it finds no terminal here: the form is given, and what it writes is returned.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO, StringIO
from threading import Lock
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.segment import Segment

from tui.dashboard.pictures.picture_forms import CellPixels, Form

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
"""Other decoders of Pillow run programs, or are seldom used and seldom tested."""
MOST_PIXELS: Final = 60_000_000
MOST_CELLS: Final = 290

_LOCK: Final = Lock()


class CannotDrawError(Exception):
    """Why a picture is not shown, as a sentence."""


class Drawn(NamedTuple):
    """A picture in cells."""

    lines: list[list[Segment]]
    width: int
    sent: str = ""
    """To be written to the terminal before the lines are painted."""
    removal: str = ""
    """To be written to the terminal when the picture has gone."""
    over: str = ""
    """Sixels, to be painted over the lines, which are blank."""


def can_draw() -> bool:
    """Whether the optional packages are installed; loads nothing."""
    return find_spec("textual_image") is not None and find_spec("PIL") is not None


def draw(data: bytes, form: Form, columns: int, rows: int, cell: CellPixels) -> Drawn:
    """The picture in at most so many columns and rows, never enlarged. Raise `CannotDrawError`."""
    with _LOCK, _no_terminal(cell) as written:
        # Its widgets remember the size of a cell when they are imported.
        import_module("textual_image.widget")
        renderables = import_module("textual_image.renderable")
        image = _opened(data)
        # Kitty numbers no more cells.
        room = min(columns, MOST_CELLS), min(rows, MOST_CELLS)
        width, height = _cells(image.size, room, cell, form)
        image.draft("RGB", (width * cell.width, height * cell.height))
        small = _decoded(image, width * cell.width, height * cell.height)
        kinds = {"kitty": "TGPImage", "sixel": "SixelImage", "blocks": "HalfcellImage"}
        renderable = getattr(renderables, kinds[form])(small, width=width, height=height)
        console = Console(file=StringIO(), color_system="truecolor", width=width, height=height)
        segments = list(
            console.render(renderable, console.options.update_dimensions(width, height))
        )
        sent = written.getvalue()
        renderable.cleanup()
        removal = written.getvalue()[len(sent) :]
    lines, over = list(Segment.split_lines(segments)), ""
    if form == "sixel":
        lines, over = _sixel_lines(segments)
    width = max((Segment.get_line_length(line) for line in lines), default=0)
    return Drawn(lines, width, sent, removal, over)


def _opened(data: bytes) -> Any:
    """The picture, not decoded yet."""
    pillow = import_module("PIL.Image")
    try:
        image = pillow.open(BytesIO(data), formats=FORMATS)
    except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError) as error:
        raise CannotDrawError(f"The picture cannot be read: {error}") from error
    if image.width * image.height > MOST_PIXELS:
        raise CannotDrawError(f"{image.width:,} by {image.height:,} pixels are too many to draw.")
    return image


def _decoded(image: Any, width: int, height: int) -> Any:
    """The picture in about this size, if it is larger."""
    try:
        image.thumbnail((width, height))
        return image.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise CannotDrawError(f"The picture cannot be read: {error}") from error


def _cells(
    pixels: tuple[int, int], room: tuple[int, int], cell: CellPixels, form: Form
) -> tuple[int, int]:
    """Columns and rows for a picture of so many pixels: it keeps its shape and is not enlarged."""
    (width, height), (columns, rows) = pixels, room
    # A column of half-blocks is one pixel wide.
    largest = cell.width if form == "blocks" else 1
    scale = min(columns * cell.width / width, rows * cell.height / height, largest)
    return (
        max(min(round(width * scale / cell.width), columns), 1),
        max(min(round(height * scale / cell.height), rows), 1),
    )


@contextmanager
def _no_terminal(cell: CellPixels) -> Iterator[StringIO]:
    """Hides the terminal; yields what is written to it meanwhile."""
    names = {"TEXTUAL_CELL_WIDTH": cell.width, "TEXTUAL_CELL_HEIGHT": cell.height}
    before = {name: os.environ.get(name) for name in names}
    terminal = sys.__stdout__
    os.environ.update({name: str(size) for name, size in names.items()})
    sys.__stdout__ = written = StringIO()  # type: ignore[assignment,misc]
    try:
        yield written
    finally:
        sys.__stdout__ = terminal  # type: ignore[misc]
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _sixel_lines(segments: list[Segment]) -> tuple[list[list[Segment]], str]:
    """Blank lines, and the picture that is painted over them."""
    data = next((one.text for one in segments if "\x1bP" in one.text), "")
    blank = [segment for segment in segments if not segment.control and "\x1b" not in segment.text]
    return [list(line) for line in Segment.split_lines(blank) if line], data
