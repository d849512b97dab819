"""Jobs for the thread that writes, which is woken only for those that cannot wait.

A thread that wakes for each delta of each session takes the interpreter from the one that passes
them on, hundreds of times a second, and takes longer to wake than to do its work.
"""

import threading
import time
from collections import deque
from typing import Generic, TypeVar

_Job = TypeVar("_Job")


class JobQueue(Generic[_Job]):
    """Any thread puts jobs, one thread takes them, in the order in which they came."""

    def __init__(self) -> None:
        self._jobs: deque[_Job] = deque()
        self._woken = threading.Event()
        self._looks_soon = False
        """The thread will look by itself, at the time that it is due."""

    def put(self, job: _Job, *, urgent: bool = True) -> None:
        """One that is not ``urgent`` waits until the thread looks, if it knows when it will."""
        self._jobs.append(job)
        if urgent or not self._looks_soon:
            self._woken.set()

    def take(self, due: float | None) -> list[_Job]:
        """Wait until there is something to do, or until ``due`` (`time.monotonic`).

        None: until there are any jobs at all.
        """
        self._looks_soon = due is not None
        if due is not None:
            self._woken.wait(max(0.0, due - time.monotonic()))
        elif not self._jobs:
            self._woken.wait()
        self._woken.clear()
        # Others may come meanwhile: they have set the event again.
        return [self._jobs.popleft() for _ in range(len(self._jobs))]
