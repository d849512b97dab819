"""Escape sequences for the terminal's title: pure functions."""

from collections.abc import Mapping

from tui.core.sanitize.characters import clean_line

MOST = 80
"""Characters of a title."""

KEEP = "\x1b[22;2t"
"""Ask the terminal to remember the title it has."""

PUT_BACK = "\x1b[23;2t"
"""Bring back what `KEEP` remembered."""


def has_title(environment: Mapping[str, str]) -> bool:
    """A console without windows would print the sequence, or ignore it."""
    return environment.get("TERM", "") not in {"", "linux", "dumb"}


def title_sequence(text: str) -> str:
    """The escape sequence (OSC 2) that gives the terminal's tab or window this title."""
    return f"\x1b]2;{clean_line(text[:MOST])}\x1b\\"
