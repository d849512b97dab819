"""How fast text that has arrived is shown: at once, smoothly, or at a reading speed."""

from typing import Literal

Pace = Literal["instant", "smooth"] | int
"""``instant``, ``smooth``, or words per minute."""

# Smooth text is never further behind than this.
MOST_BEHIND = 0.3
_LETTERS_PER_WORD = 6


class Pacer:
    """Holds back the text of one message. Times are seconds of any monotonic clock."""

    def __init__(self, pace: Pace, now: float) -> None:
        self._pace = pace
        self._waiting: list[tuple[float, str]] = []
        self._last = now
        self._credit = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether all text was released."""
        return not self._waiting

    @property
    def held(self) -> str:
        """The text that is not released yet."""
        return "".join(text for _, text in self._waiting)

    def arrive(self, text: str, now: float) -> None:
        """Add text that has arrived."""
        if not self._waiting:
            self._last, self._credit = now, 0.0
        self._waiting.append((now, text))

    def release(self, now: float) -> str:
        """The text that is due."""
        if self._pace == "instant":
            return self.flush()
        held = sum(len(text) for _, text in self._waiting)
        self._credit += (now - self._last) * self._rate(held, now)
        self._last = now
        due = min(int(self._credit), held)
        if self._pace == "smooth":
            due = max(due, sum(len(t) for at, t in self._waiting if now - at >= MOST_BEHIND))
        self._credit = max(self._credit - due, 0.0)
        return self._take(due)

    def flush(self) -> str:
        """All text, now."""
        text = "".join(text for _, text in self._waiting)
        self._waiting.clear()
        return text

    def _rate(self, held: int, now: float) -> float:
        """Characters per second."""
        if isinstance(self._pace, int):
            return self._pace * _LETTERS_PER_WORD / 60
        if not self._waiting:
            return 0.0
        left = max(MOST_BEHIND - (now - self._waiting[0][0]), 1 / 60)
        return held / left

    def _take(self, count: int) -> str:
        taken: list[str] = []
        while count > 0 and self._waiting:
            at, text = self._waiting[0]
            taken.append(text[:count])
            if count < len(text):
                self._waiting[0] = (at, text[count:])
            else:
                self._waiting.pop(0)
            count -= len(text)
        return "".join(taken)
