"""Reads Alt with a character at once, and as one key.

Textual waits a tenth of a second after Escape and a character. If another key arrives before, as
when a key is held or the line is slow, it types ``^`` and the character instead.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from textual.drivers import linux_driver

from tui.dashboard.textual_internals.supported import MISSING

ESCAPE = "\x1b"

_BEGIN_MORE = frozenset("[]O^_")
"""After Escape, these begin a longer sequence."""


def is_alt(sequence: str) -> bool:
    """Whether this is Alt with a character or Enter, and nothing else can follow."""
    return (
        len(sequence) == 2
        and sequence[0] == ESCAPE
        and (sequence[1] == "\r" or sequence[1].isprintable())
        and sequence[1] not in _BEGIN_MORE
    )


if TYPE_CHECKING or not MISSING:
    from textual._xterm_parser import XTermParser
    from textual.events import Key

    class AltParser(XTermParser):
        """Textual's parser of keys, with Alt."""

        def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
            known = () if alt else list(super()._sequence_to_key_events(sequence))
            if known or not (alt or is_alt(sequence)):
                yield from known
                return
            for key in super()._sequence_to_key_events(sequence[-1]):
                # Without a character: it types nothing.
                yield Key(f"alt+{_lower(key.key)}", None)


def _lower(name: str) -> str:
    """A capital letter as Textual names it."""
    return f"shift+{name.lower()}" if len(name) == 1 and name.isupper() else name


def read_alt_keys() -> None:
    """Have them read so from now on, unless this version of Textual cannot."""
    if not MISSING:
        driver: Any = linux_driver
        driver.XTermParser = AltParser
