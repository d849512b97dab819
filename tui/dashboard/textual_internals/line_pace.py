"""How far behind the terminal is: over a slow line the screen is drawn less often.

A connection such as ssh takes megabytes before it makes a writer wait, so a screen that is drawn 30
times a second could be minutes old. Therefore the terminal is asked where its cursor is, now and
then, after what was written: when its answer comes it has shown all of that. From the answers come
the time of a round trip and the bytes per second that the line carries.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable

QUESTION = "\x1b[6n"
"""Where is the cursor? Textual takes the answer out of the keys."""

ASKED_AFTER = 1024
"""Bytes since the last answer: fewer are not worth a question."""
ALWAYS_ALLOWED = 4096
"""Bytes that may be on their way over any line."""
FIRST_ALLOWED = 16 * 1024
"""Bytes that may be on their way before it is known how fast the line is."""
MOST_LATE = 0.3
"""Seconds that the screen may be late, apart from the time of a round trip."""
LOST_AFTER = 10.0
"""Seconds after which no answer is expected any more."""
AFTER_ALL = 0.5
"""Seconds more than an answer should take that the end of the program waits for it."""
MOST_LOST = 3
"""Questions without an answer, one after the other, until no more are asked."""


class LinePace:
    """What was sent and what was seen. Its methods may be called in any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._sent = 0
        self._seen = 0
        """Bytes that were shown when the terminal gave its last answer."""
        self._asked = 0
        """Bytes that were sent before the question that waits for its answer."""
        self._asked_at: float | None = None
        self._answered_at = 0.0
        self._busy_since = 0.0
        self._trip = math.inf
        """The shortest round trip so far; the newest ones may have waited behind frames."""
        self._rates: deque[float] = deque(maxlen=4)
        self._lost = 0
        self._stopped = True

    @property
    def rate(self) -> float | None:
        """Bytes per second that the line carries at least; None if that is not known yet."""
        return max(self._rates, default=None)

    @property
    def is_behind(self) -> bool:
        """More is on its way than the line carries in the time that the screen may be late."""
        with self._changed:
            self._give_up_on_lost()
            if self._asked_at is None or self._trip == math.inf:
                return False
            allowed: float = FIRST_ALLOWED
            if self._rates:
                allowed = max(max(self._rates) * (self._trip + MOST_LATE), ALWAYS_ALLOWED)
            return self._sent - self._seen > allowed

    def begin(self) -> bool:
        """The terminal is ours, maybe again; whether to ask now."""
        with self._changed:
            self._stopped = False
            self._seen = self._sent
            self._asked_at = None
            return self._ask(0)

    def sent(self, size: int) -> bool:
        """So many bytes are about to be sent; whether to ask after them."""
        with self._changed:
            if self._sent == self._seen:
                self._busy_since = self._clock()
            self._sent += size
            self._give_up_on_lost()
            return self._ask(ASKED_AFTER)

    def answered(self) -> bool:
        """The answer has come; whether to ask again now."""
        with self._changed:
            if self._asked_at is None:
                return False
            now = self._clock()
            self._trip = min(self._trip, now - self._asked_at)
            size = self._asked - self._seen
            if size >= ASKED_AFTER:
                seconds = now - self._answered_at
                if self._busy_since >= self._answered_at:
                    seconds = now - self._busy_since - self._trip
                self._rates.append(size / max(seconds, 1e-4))
            self._seen, self._answered_at = self._asked, now
            self._asked_at, self._lost = None, 0
            self._changed.notify_all()
            return self._ask(ASKED_AFTER)

    def end(self) -> None:
        """Ask no more, and wait for the answer that is due: it would be keys for the shell."""
        with self._changed:
            self._stopped = True
            if self._trip < math.inf:
                carried = (self._sent - self._seen) / max(self._rates, default=math.inf)
                due = 2 * (carried + self._trip) + AFTER_ALL
                self._changed.wait_for(lambda: self._asked_at is None, min(due, LOST_AFTER))

    def _ask(self, least: int) -> bool:
        if self._stopped or self._lost >= MOST_LOST or self._asked_at is not None:
            return False
        if self._sent - self._seen < least:
            return False
        self._asked, self._asked_at = self._sent, self._clock()
        return True

    def _give_up_on_lost(self) -> None:
        if self._asked_at is not None and self._clock() - self._asked_at > LOST_AFTER:
            self._asked_at, self._seen = None, self._sent
            self._lost += 1
