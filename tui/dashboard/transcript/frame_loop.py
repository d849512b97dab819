"""When a view works and when it paints."""

import asyncio
from collections.abc import Callable
from time import thread_time

PORTION = 0.008
"""Seconds of work at a time: a key waits for one portion at most."""
FRAME = 1 / 30
_BREATH = 0.004
# After a frame the loop rests for this many times the processor time that it took. Drawing is less
# than half of what a frame costs the program, so following a stream takes about a tenth of a core.
_REST_FACTOR = 24
# Longer rests would make the text appear in jerks.
_LONGEST_REST = 0.06
_SOON = 0.001

Step = Callable[[float], bool]
"""Works until a deadline."""


class FrameLoop:
    """Works in short portions, so that keys never wait long, and shows the result frame by frame.

    ``work`` takes text in and returns whether more is left. ``show`` puts changes on the screen,
    and ``look_ahead`` draws what may be looked at next; both return whether they are done.
    """

    def __init__(
        self, work: Step, show: Step, look_ahead: Step, clock: Callable[[], float]
    ) -> None:
        self._work, self._show, self._look_ahead = work, show, look_ahead
        self._clock = clock
        self._timer: asyncio.TimerHandle | None = None
        self._paused = True
        self._shown_at = 0.0
        self._rest = FRAME
        self._spent = 0.0
        self._unfinished = False
        """Drawing takes another portion before anything can be shown."""
        self._more = False

    @property
    def is_idle(self) -> bool:
        """Whether no frame is due."""
        return self._timer is None

    def request(self) -> None:
        """Something has changed: work on it and show it with the next frame."""
        if self._timer is None and not self._paused:
            self._schedule(max(self._shown_at + self._rest - self._clock(), _SOON))

    def spend(self, seconds: float) -> None:
        """Count processor time spent on painting the current frame."""
        self._spent += seconds

    def pause(self) -> None:
        """Do nothing until `resume`, whatever is requested."""
        self._paused = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def resume(self) -> None:
        """Take requests. Those made in the meantime are lost."""
        self._paused = False

    def _schedule(self, wait: float) -> None:
        # Textual's timers are tasks that send messages: too much for every frame.
        self._timer = asyncio.get_running_loop().call_later(wait, self._run)

    def _run(self) -> None:
        try:
            wait = self._portion()
        finally:
            # Not earlier: what the portion changed is in it, and needs no other.
            self._timer = None
        if wait is not None:
            self._schedule(wait)

    def _portion(self) -> float | None:
        """Work for a while; the seconds until the next portion, if more is left."""
        now, began = self._clock(), thread_time()
        took_in = not self._unfinished
        if took_in:
            self._more = self._work(now + PORTION)
        more, shown = self._more, False
        if not more or now >= self._shown_at + FRAME:
            # Drawing is never skipped; where much time is spent it has a portion of its own.
            self._unfinished = took_in and self._clock() > now + PORTION / 2
            if not self._unfinished:
                shown = self._show(now + PORTION)
                self._unfinished = not shown
        if shown and not more and took_in:
            more = not self._look_ahead(now + PORTION)
        self._spent += thread_time() - began
        if shown:
            self._shown_at = self._clock()
            self._rest = min(max(FRAME, _REST_FACTOR * self._spent), _LONGEST_REST)
            self._spent = 0.0
        if more or not shown:
            return _BREATH
        # Text that came while drawing took several portions has not been worked on yet.
        return None if took_in else self._rest
