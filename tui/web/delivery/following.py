"""Follows a session for one reader: from any place, without losing or repeating a message."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from tui.core.metrics import Thresholds
from tui.protocol import events
from tui.web.delivery.event_log import EventLog, Waits
from tui.web.delivery.moments import Moment, Reading
from tui.web.delivery.position import Position
from tui.web.delivery.sse import PING, Message, encoded
from tui.web.request_refusals import Code

_ENDS = (events.RunFinished, events.WorkerExited)
"""Events that end a session's run."""

PING_EVERY = 15.0
"""Seconds of silence after which a comment is sent."""


class Translator(Protocol):
    """Says moments in the words of a dialect. Each reader has its own, from a run's start on."""

    def messages(self, moment: Moment) -> Sequence[Message]:
        """The messages that say it; at most one for a delta that continues a part."""
        ...

    def ended(self, code: Code, text: str) -> Sequence[Message]:
        """How a stream ends that the service ends: a code of `request_refusals.py`, and why."""
        ...


class Following:
    """Iterate `chunks` to get the bytes to send."""

    def __init__(
        self,
        log: EventLog,
        translator: Translator,
        *,
        after: Position,
        closing: Callable[[], bool],
        running: Callable[[], bool] | None = None,
        to_end: bool = False,
        thresholds: Thresholds = Thresholds(),  # noqa: B008 - frozen
        ping_every: float = PING_EVERY,
    ) -> None:
        """``after``: the last message that the reader has.

        With ``running`` it ends when the next run ends, or none runs; with ``to_end``, where the
        session ends now; otherwise only when ``closing`` says that the service ends.
        """
        self._log = log
        self._translator = translator
        self._after = after
        self._running = running
        self._until = log.last if to_end else None
        self._closing = closing
        self._reading = Reading(thresholds)
        self._ping_every = ping_every
        self._newest = Position()
        self._ended = False

    async def chunks(self) -> AsyncIterator[bytes]:
        """Messages, as many at once as have come meanwhile."""
        waits = Waits(self._log)
        read = await self._log.run_start(self._after.event) - 1
        while not self._ended:
            if self._log.ended:
                ending = self._translator.ended("SESSION_NOT_FOUND", "the session was deleted")
                yield b"".join(map(encoded, ending))
                return
            if batch := await self._log.read(read):
                if chunk := self._chunk(read + 1, batch):
                    yield chunk
                read += len(batch)
            elif self._has_all(read):
                return
            elif self._closing():
                ending = self._translator.ended("SHUTTING_DOWN", "the service is shutting down")
                yield b"".join(map(encoded, ending))
                return
            elif not await waits.wait(self._ping_every):
                yield PING

    def _has_all(self, read: int) -> bool:
        if self._until is not None:
            return read >= self._until
        return self._running is not None and not self._running()

    def _chunk(self, first: int, batch: Sequence[events.Event]) -> bytes:
        """The messages of these events that the reader does not have yet."""
        # What it has and what it does not have must not be joined into one message.
        split = max(0, min(self._after.event - first + 1, len(batch)))
        chunk: list[bytes] = []
        for start, part in ((first, batch[:split]), (first + split, batch[split:])):
            for moment in self._reading.moments(start, part):
                chunk += self._new_messages(moment)
                new = moment.number > self._after.event
                if self._running is not None and new and isinstance(moment.step.event, _ENDS):
                    self._ended = True
                    return b"".join(chunk)
        return b"".join(chunk)

    def _new_messages(self, moment: Moment) -> list[bytes]:
        chunk: list[bytes] = []
        for message in self._translator.messages(moment):
            event, part = self._newest
            self._newest = Position(moment.number, part + 1 if event == moment.number else 0)
            if self._newest > self._after:
                chunk.append(encoded(message, str(self._newest)))
        return chunk
