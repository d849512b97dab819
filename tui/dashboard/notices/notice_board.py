"""Which notice is shown now, which wait below it, and all that were ever shown."""

from collections import deque
from time import time
from typing import NamedTuple

MOST_PAST, MOST_WAITING = 500, 20

SHORTEST = 2.0
"""Seconds for which a notice that was covered by a newer one is shown again."""


class Notice(NamedTuple):
    """A short message of the program. ``wall``: seconds since the epoch."""

    text: str
    severity: str = "information"
    wall: float = 0.0

    @property
    def mark(self) -> str:
        """One character that says how serious it is, also without colours."""
        return {"warning": "!", "error": "✗"}.get(self.severity, "·")


class NoticeBoard:
    """The newest notice first. ``now`` is in seconds of any clock."""

    def __init__(self) -> None:
        self.past: deque[Notice] = deque(maxlen=MOST_PAST)
        """The newest last."""
        self._shown: list[tuple[Notice, float]] = []
        """Those that wait and, last, the one that is shown, with the seconds they have left."""
        self._since = 0.0

    @property
    def current(self) -> Notice | None:
        return self._shown[-1][0] if self._shown else None

    @property
    def waiting(self) -> int:
        """How many are shown again after the current one."""
        return max(len(self._shown) - 1, 0)

    def add(self, notice: Notice, seconds: float, now: float) -> None:
        """Show a notice for so many seconds, before those that are not shown to their end."""
        notice = notice._replace(wall=notice.wall or time())
        current = self.current
        if current is not None and current[:2] == notice[:2]:
            self._shown.pop()
        elif current is not None:
            _, left = self._shown.pop()
            self._shown.append((current, max(left - (now - self._since), SHORTEST)))
        self._shown.append((notice, seconds))
        del self._shown[:-MOST_WAITING]
        self.past.append(notice)
        self._since = now

    def seconds_left(self, now: float) -> float | None:
        """Until the current notice has been shown long enough; None for none."""
        return self._shown[-1][1] - (now - self._since) if self._shown else None

    def drop(self, now: float) -> None:
        """The current notice was shown long enough."""
        if self._shown:
            self._shown.pop()
        self._since = now

    def drop_answers(self, now: float) -> None:
        """The user went on: what only answered a key is over, warnings and errors stay."""
        kept = [one for one in self._shown if one[0].severity != "information"]
        if len(kept) < len(self._shown):
            self._shown, self._since = kept, now

    def drop_all(self) -> None:
        """All were read."""
        self._shown.clear()
