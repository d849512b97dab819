"""Which form of picture the terminal shows, from what it says of itself in the environment.

Terminals could be asked, but their answers come on the standard input, which Textual reads: what a
user types at that moment would be lost. The setting ``pictures`` replaces what is found here.
"""

import fcntl
import struct
import termios
from collections.abc import Mapping
from typing import Literal, NamedTuple, TextIO

Form = Literal["kitty", "sixel", "blocks"]

_KITTY = ("kitty", "ghostty")
_SIXEL = ("foot", "mlterm", "contour", "wezterm", "iterm", "konsole", "rio")


class CellPixels(NamedTuple):
    """The size of a character cell."""

    width: int
    height: int


USUAL_CELL = CellPixels(10, 20)


def form_for(environment: Mapping[str, str]) -> Form:
    """Half-blocks where nothing better is certain, as in tmux and screen."""
    if environment.get("TMUX") or environment.get("STY"):
        return "blocks"
    names = [environment.get(name, "").lower() for name in ("TERM", "TERM_PROGRAM")]
    names += [name for name in _ids(environment) if name]
    if any(known in name for known in _KITTY for name in names):
        return "kitty"
    return "sixel" if any(known in name for known in _SIXEL for name in names) else "blocks"


def cell_pixels(terminal: TextIO | None) -> CellPixels:
    """A cell of this terminal; a usual one if it does not say."""
    try:
        answer = fcntl.ioctl(terminal.fileno() if terminal else -1, termios.TIOCGWINSZ, bytes(8))
    except (OSError, ValueError):
        return USUAL_CELL
    rows, columns, width, height = struct.unpack("HHHH", answer)
    if not (rows and columns and width and height):
        return USUAL_CELL
    return CellPixels(max(width // columns, 1), max(height // rows, 1))


def _ids(environment: Mapping[str, str]) -> tuple[str, str]:
    return (
        "kitty" if environment.get("KITTY_WINDOW_ID") else "",
        "konsole" if environment.get("KONSOLE_VERSION") else "",
    )
