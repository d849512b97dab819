"""The bytes that a terminal sends for a key or a click."""

_SPECIAL = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "shift+enter": "\x1b[13;2u",
    "backspace": "\x7f",
    "space": " ",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "ctrl+up": "\x1b[1;5A",
    "ctrl+down": "\x1b[1;5B",
    "ctrl+right": "\x1b[1;5C",
    "ctrl+left": "\x1b[1;5D",
    "alt+right": "\x1b[1;3C",
    "alt+left": "\x1b[1;3D",
    "ctrl+underscore": "\x1f",
    "shift+up": "\x1b[1;2A",
    "shift+down": "\x1b[1;2B",
    "shift+right": "\x1b[1;2C",
    "shift+left": "\x1b[1;2D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f12": "\x1b[24~",
}


def key_bytes(key: str) -> bytes:
    """The bytes of a key by Textual's name for it, such as ``ctrl+q``, ``f1`` or ``x``."""
    if key in _SPECIAL:
        return _SPECIAL[key].encode()
    if len(key) == 1:
        return key.encode()
    modifier, _, letter = key.rpartition("+")
    if modifier == "ctrl" and len(letter) == 1 and letter.isalpha():
        return bytes([ord(letter.lower()) & 0x1F])
    if modifier == "alt" and len(letter) == 1:
        return b"\x1b" + letter.encode()
    raise ValueError(f"no such key: {key!r}")


def click_bytes(row: int, col: int) -> bytes:
    """A click with the left button; row and column from 0."""
    place = f"{col + 1};{row + 1}"
    return f"\x1b[<0;{place}M\x1b[<0;{place}m".encode()


def drag_bytes(start: tuple[int, int], end: tuple[int, int]) -> bytes:
    """The left button pressed at one place, moved to another and released; (row, column) from 0."""
    (from_row, from_col), (row, col) = start, end
    place = f"{col + 1};{row + 1}"
    pressed = f"\x1b[<0;{from_col + 1};{from_row + 1}M"
    return f"{pressed}\x1b[<32;{place}M\x1b[<0;{place}m".encode()
