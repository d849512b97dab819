"""Reads Alt with a character at once, and as one key.

Textual waits a tenth of a second after Escape and a character. If another key arrives before, as
when a key is held or the line is slow, it types ``^`` and the character instead.

A terminal sends the same for Alt with a letter as for Escape and then that letter. Alt comes in one
piece, so a letter that comes a while after Escape is a letter. And where a pause ends with Escape,
a letter that means nothing with Alt, and more text, all in one piece as over a slow line, then it
was Escape: the run has to be cancelled, and the text to be typed.
"""

import re
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.drivers import linux_driver

from tui.dashboard.textual_internals.supported import MISSING

ESCAPE = "\x1b"

_ESCAPE_AND_TEXT = re.compile(r"\x1b([A-NP-Za-z])[^\x00-\x1f\x7f]")

_ALT_BACKSPACE = "\x1b\x08"
"""As terminals send it whose Backspace is Ctrl+H; Textual knows the other one."""

_ANSWERS = re.compile(r"(\x1b\[\d+;\d+R)+")

PAUSE = 0.1
"""Seconds without input: what comes then was not written together with what came before."""
TOGETHER = 0.03
"""Seconds within which the pieces of one key come."""

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
    from textual.message import Message

    class AltParser(XTermParser):
        """Textual's parser of keys, with Alt."""

        bound: frozenset[str] = frozenset("bdfrz")
        """Letters that mean something together with Alt."""

        def __init__(self, debug: bool = False) -> None:
            super().__init__(debug)
            self._fed_at = -PAUSE
            self._ends_in_escape = False

        def feed(self, data: str) -> Iterable[Message]:
            if _ANSWERS.fullmatch(data):
                # The terminal's own, to `line_pace`: nobody has typed.
                yield from super().feed(data)
                return
            now = monotonic()
            quiet, self._fed_at = now - self._fed_at, now
            waits = self._ends_in_escape and self._timeout_time is not None
            if waits and quiet > TOGETHER and data[:1].isalpha():
                # Until Textual has waited long enough, it would read Alt.
                self._timeout_time = 0.0
                yield from super().tick()
            self._ends_in_escape = data.endswith(ESCAPE)
            apart = _ESCAPE_AND_TEXT.match(data) if quiet > PAUSE else None
            if apart is not None and apart[1].lower() not in self.bound:
                yield Key("escape", ESCAPE)
                data = data[1:]
            yield from super().feed(data)

        def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[Key]:
            if sequence == _ALT_BACKSPACE:
                sequence = "\x1b\x7f"
            known = () if alt else list(super()._sequence_to_key_events(sequence))
            if known or not (alt or is_alt(sequence)):
                yield from known or self._apart(sequence)
                return
            for key in super()._sequence_to_key_events(sequence[-1]):
                # Without a character: it types nothing.
                yield Key(f"alt+{_lower(key.key)}", None)

        def _apart(self, sequence: str) -> Iterable[Key]:
            """Escape and a control key, pressed soon after each other: none is Alt with it."""
            if len(sequence) == 2 and sequence[0] == ESCAPE and not sequence[1].isprintable():
                yield Key("escape", ESCAPE)
                yield from super()._sequence_to_key_events(sequence[1])


def _lower(name: str) -> str:
    """A capital letter as Textual names it."""
    return f"shift+{name.lower()}" if len(name) == 1 and name.isupper() else name


def read_alt_keys(keys: Iterable[str] = ()) -> None:
    """Have them read so from now on, unless this version of Textual cannot.

    ``keys``: all keys that mean something.
    """
    if not MISSING:
        if letters := {key[-1] for key in keys if re.fullmatch(r"alt\+(shift\+)?[a-z]", key)}:
            AltParser.bound = frozenset(letters)
        driver: Any = linux_driver
        driver.XTermParser = AltParser
