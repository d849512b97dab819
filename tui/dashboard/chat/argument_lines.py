"""A call's arguments in lines: all of them, laid out and broken at a width."""

from rich.cells import chop_cells

MOST_AT_ONCE = 50_000
"""Characters of arguments that are laid out while the screen waits."""


def argument_lines(text: str, width: int) -> list[str]:
    """Each line has at most ``width`` columns, but 8 at least."""
    from tui.core.exact_json import laid_out  # noqa: PLC0415 - not for the first frame

    wide = max(width, 8)
    return [part for line in laid_out(text).split("\n") for part in _broken(line, wide)]


def _broken(line: str, width: int) -> list[str]:
    if len(line) <= width and line.isascii():
        return [line]
    return chop_cells(line, width) or [""]
