"""Drawing pictures in cells, in each form, without asking the terminal."""

import subprocess
import sys

import pytest
from rich.segment import Segment

from tests.support.pictures import png
from tui.dashboard.pictures.picture_drawing import CannotDrawError, can_draw, draw
from tui.dashboard.pictures.picture_forms import CellPixels, Form

pytestmark = [
    pytest.mark.skipif(not can_draw(), reason="the extra images is not installed"),
    # Of Pillow, in textual-image.
    pytest.mark.filterwarnings("ignore:.*getdata.*:DeprecationWarning"),
]
CELL = CellPixels(8, 16)
FORMS: tuple[Form, ...] = ("kitty", "sixel", "blocks")


def test_half_blocks_have_the_colours_of_the_picture() -> None:
    drawn = draw(png(64, 64), "blocks", 20, 40, CELL)
    assert (drawn.width, len(drawn.lines), drawn.sent) == (20, 10, "")
    first, last = drawn.lines[0][0], drawn.lines[-1][-1]
    assert first.text == last.text == "▀"
    assert str(first.style) == "#c81e1e on #c81e1e"
    assert str(last.style) == "#000000 on #000000"


def test_a_kitty_picture_is_sent_once_and_can_be_removed() -> None:
    drawn = draw(png(64, 48), "kitty", 20, 40, CELL)
    assert (drawn.width, len(drawn.lines)) == (8, 3)
    assert drawn.sent.startswith("\x1b_G")
    assert drawn.sent.endswith("\x1b\\")
    assert "a=d" in drawn.removal
    assert all("\x1b" not in segment.text for line in drawn.lines for segment in line)


def test_a_sixel_picture_is_painted_over_blank_cells() -> None:
    drawn = draw(png(64, 48), "sixel", 20, 40, CELL)
    assert [Segment.get_line_length(line) for line in drawn.lines] == [8, 8, 8]
    assert drawn.over.startswith("\x1bP")
    assert drawn.over.endswith("\x1b\\")


def test_a_picture_fits_and_is_not_enlarged() -> None:
    wide = draw(png(640, 64), "blocks", 20, 4, CELL)
    assert wide.width <= 20
    assert len(wide.lines) <= 4
    small = draw(png(4, 4), "blocks", 80, 24, CELL)
    assert small.width == 4
    for form in FORMS:
        line = draw(png(900, 2), form, 20, 20, CELL)
        assert (line.width, len(line.lines)) == (20, 1)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", png(8, 8)[:40], b"%!PS-Adobe EPSF"])
def test_what_cannot_be_read_says_so(data: bytes) -> None:
    with pytest.raises(CannotDrawError, match="cannot be read"):
        draw(data, "blocks", 20, 20, CELL)


def test_a_picture_with_too_many_pixels_is_not_decoded() -> None:
    huge = bytearray(png(8, 8))
    huge[16:24] = (100_000).to_bytes(4) * 2
    with pytest.raises(CannotDrawError):
        draw(bytes(huge), "blocks", 20, 20, CELL)


def test_the_library_is_loaded_only_to_draw_and_does_not_ask_the_terminal() -> None:
    program = """
import os, pty, select, sys
pid, fd = pty.fork()
if pid == 0:
    from tests.support.pictures import png
    from tui.dashboard.pictures.picture_drawing import can_draw, draw
    from tui.dashboard.pictures.picture_forms import CellPixels
    assert can_draw() and not {"PIL", "textual_image"} & sys.modules.keys()
    for form in ("kitty", "sixel", "blocks"):
        draw(png(8, 8), form, 20, 20, CellPixels(8, 16))
    assert sys.__stdout__.isatty()
    print("drawn", end="", flush=True)
    os._exit(0)
seen = b""
while True:
    try:
        piece = os.read(fd, 1024)
    except OSError:
        break
    if not piece:
        break
    seen += piece
sys.exit(0 if seen == b"drawn" else repr(seen))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
