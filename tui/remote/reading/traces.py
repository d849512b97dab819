"""Lines in the log about what has no place of its own on the screen: nothing is lost in silence."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Literal

from tui.protocol import events
from tui.protocol.events import Event

MOST_LINES = 50
"""Of one kind in a run; the rest is counted."""
LONGEST = 20_000
"""Characters of a line."""


class Traces:
    """``emit`` takes the lines."""

    def __init__(self, run: str, emit: Callable[[Event], object]) -> None:
        self._run = run
        self._emit = emit
        self._lines: Counter[str] = Counter()
        self._silent: Counter[str] = Counter()
        self._problems: set[str] = set()

    def line(
        self, kind: str, text: str, at: int, level: Literal["info", "warning"] = "info"
    ) -> None:
        """A line, unless there were many of this kind."""
        self._lines[kind] += 1
        if self._lines[kind] <= MOST_LINES:
            self._notice(f"{kind}: {shortened(text)}", at, level)

    def count(self, kind: str) -> None:
        """What comes so often that it only counts."""
        self._silent[kind] += 1

    def problem(self, text: str, at: int) -> None:
        """What is wrong with the stream, once."""
        if text not in self._problems:
            self._problems.add(text)
            self._notice(f"AG-UI: {text}", at, "warning")

    def end(self, at: int) -> None:
        """Say how much was only counted."""
        for kind, count in self._silent.items():
            self._notice(f"{kind}: {count:,}, not shown", at, "info")
        for kind, count in self._lines.items():
            if count > MOST_LINES:
                self._notice(f"{kind}: {count - MOST_LINES:,} more", at, "info")
        self._silent.clear()
        self._lines.clear()

    def _notice(self, text: str, at: int, level: Literal["info", "warning"]) -> None:
        self._emit(events.Noticed(at=at, run=self._run, text=text, level=level))


def as_text(value: Any) -> str:
    """Text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def shortened(text: str) -> str:
    left = len(text) - LONGEST
    return text if left <= 0 else f"{text[:LONGEST]} … and {left:,} more characters"
