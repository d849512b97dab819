"""Asks the terminal for the colour of its background, and keeps its answer out of the keys.

The question (OSC 11) goes to the terminal with the first frame, and nothing waits for the answer:
it comes among the keys, or not at all.
"""

import re
from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.drivers import linux_driver

from tui.dashboard.textual_internals.supported import MISSING

QUERY = "\x1b]11;?\x1b\\"

AWAITED = 3.0
"""Seconds after the start in which what may be the beginning of an answer is held back."""

_ANSWER = re.compile(
    r"\x1b\]11;(?:rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})[^\x07\x1b]{0,6}"
    r"|[^\x07\x1b]{0,40})(?:\x07|\x1b\\)"
)
_BEGUN = re.compile(r"\x1b(?:\](?:1(?:1(?:;[^\x07\x1b]{0,48}\x1b?)?)?)?)?\Z")
"""The end of a piece of input that may be the beginning of an answer."""

Answered = Callable[[tuple[float, float, float]], object]
"""Gets red, green and blue, from 0 to 1; in the thread that reads keys."""


class AnswerReader:
    """Takes answers out of what the terminal sends, however it is cut into pieces."""

    def __init__(self, answered: Answered) -> None:
        self._answered = answered
        self._held = ""
        self._until = monotonic() + AWAITED

    def keys(self, data: str) -> str:
        """The input without answers; what may be the beginning of one is held back."""
        text, self._held = self._held + data, ""
        while (match := _ANSWER.search(text)) is not None:
            text = text[: match.start()] + text[match.end() :]
            if match[1] is not None:
                red, green, blue = (
                    int(part, 16) / (16 ** len(part) - 1) for part in match.groups()
                )
                self._answered((red, green, blue))
        begun = _BEGUN.search(text) if monotonic() < self._until else None
        if begun is not None:
            self._held = begun[0]
            text = text[: begun.start()]
        return text

    def rest(self) -> str:
        """What was held back, and turned out to be no answer: nothing has followed it."""
        held, self._held = self._held, ""
        return held


if TYPE_CHECKING or not MISSING:
    from textual.message import Message

    from tui.dashboard.textual_internals.alt_keys import AltParser

    class AnswerParser(AltParser):
        """The parser of keys, without the answers."""

        answered: Answered = staticmethod(lambda _colour: None)
        """Set once there is an app that asked."""

        def __init__(self, debug: bool = False) -> None:
            super().__init__(debug)
            self._answers = AnswerReader(lambda colour: type(self).answered(colour))
            self._idle = 0

        def feed(self, data: str) -> Iterable[Message]:
            self._idle = 0
            if not data:
                yield from super().feed(self._answers.rest() or data)
                return
            if keys := self._answers.keys(data):
                yield from super().feed(keys)

        def tick(self) -> Iterable[Message]:
            self._idle += 1
            if self._idle > MOST_IDLE and (rest := self._answers.rest()):
                yield from super().feed(rest)
            yield from super().tick()


MOST_IDLE = 2
"""Ticks without input, a tenth of a second each, after which no more of an answer is expected."""


def read_answers(answered: Answered) -> bool:
    """Have answers read from now on; False if this version of Textual cannot."""
    if MISSING:
        return False
    AnswerParser.answered = staticmethod(answered)
    driver: Any = linux_driver
    driver.XTermParser = AnswerParser
    return True
