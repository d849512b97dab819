"""One model call: its attempts, their time-outs, and the pauses between them."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextvars import ContextVar
from typing import Any

from tui.protocol.events import (
    AttemptCancelled,
    AttemptFailed,
    AttemptStarted,
    Problem,
    RetryScheduled,
)
from tui.worker.failures.classify import attach, attempt_problem
from tui.worker.failures.stream_failures import EmptyAnswer, NoFirstEvent, Stalled, Unfinished
from tui.worker.model.attempt_run import Attempt, CallIdentity
from tui.worker.model.recovery import begun_anew
from tui.worker.model.retry import delay_before_next
from tui.worker.model.watchdog import Watchdog
from tui.worker.observer import Observer

ATTEMPT: ContextVar[Attempt | None] = ContextVar("streamtui_attempt", default=None)
"""The attempt whose request is being made: how the HTTP client's hooks find it."""

StartStream = Callable[[str], AsyncIterator[Any]]
"""Makes a request, given what was said so far of the answer that is to be gone on with."""


class ModelCall:
    """Runs the attempts of one model call as a single stream of raw events."""

    def __init__(
        self,
        observer: Observer,
        identity: CallIdentity,
        *,
        host: str,
        forward_deltas: bool,
        continues: bool,
    ) -> None:
        """``continues``: an attempt goes on from what the one before it said, or starts anew."""
        self._observer = observer
        self._identity = identity
        self._host = host
        self._forward_deltas = forward_deltas
        self._continues = continues
        self._random = random.SystemRandom()

    async def events(self, start: StartStream) -> AsyncGenerator[Any, None]:
        """The events of the attempt that succeeds; raises what the last one failed with."""
        number, said = 1, ""
        while True:
            attempt = Attempt(self._observer, self._identity, number, said=said)
            try:
                async for event in self._attempt_events(attempt, start):
                    yield event
            except Exception as error:  # what clients raise has no common base; it is classified
                if attempt.finished:
                    # All of the answer is here: how its connection ends changes nothing.
                    return
                if not await self._goes_on(attempt, error):
                    raise
            else:
                return
            number += 1
            said = attempt.visible_text() if self._continues else ""

    async def _attempt_events(
        self, attempt: Attempt, start: StartStream
    ) -> AsyncGenerator[Any, None]:
        writer = self._observer.writer
        writer.emit(
            AttemptStarted(
                at=writer.now(),
                call=self._identity.call,
                attempt=attempt.number,
                continues=bool(attempt.said.strip()),
            )
        )
        ATTEMPT.set(attempt)
        completed = False
        try:
            async for event in self._watched(attempt, start):
                if attempt.read(event) or self._forward_deltas:
                    completed = completed or attempt.finished
                    if attempt.finished:
                        self._tell_response(event)
                        writer.flush()
                    yield event
            if not attempt.finished:
                raise Unfinished if attempt.raw_events else EmptyAnswer(attempt.content_type)
        except (asyncio.CancelledError, GeneratorExit):
            if not attempt.finished:
                self._cancelled(attempt)
            raise
        finally:
            self._keep_partial(attempt)

    async def _watched(self, attempt: Attempt, start: StartStream) -> AsyncGenerator[Any, None]:
        """The model's events, with the two time-outs."""
        settings = self._observer.settings
        stream = start(attempt.said)
        dog = Watchdog(settings.first_event_timeout, settings.idle_timeout)
        try:
            while True:
                dog.waits()
                try:
                    event = await anext(stream)
                except StopAsyncIteration:
                    return
                except asyncio.CancelledError:
                    if not dog.converts() or dog.barked is None:
                        raise
                    slow = Stalled if attempt.raw_events else NoFirstEvent
                    raise slow(dog.barked) from None
                dog.came()
                yield event
        finally:
            dog.stop()
            await _close(stream)

    async def _goes_on(self, attempt: Attempt, error: Exception) -> bool:
        """Say that the attempt failed; wait for the next one, if there is one."""
        problem = attempt_problem(error, host=self._host, shown=attempt.shown)
        if attempt.said and (anew := begun_anew(problem)) is not None:
            self._continues, problem = False, anew
        attach(error, problem)
        writer = self._observer.writer
        writer.emit(
            AttemptFailed(
                at=writer.now(),
                call=self._identity.call,
                problem=problem,
                attempt=attempt.number,
                raw_events=attempt.raw_events,
            )
        )
        attempt.abandon_calls()
        delay = self._delay(attempt, problem)
        if delay is None:
            return False
        if not self._identity.parent:
            self._observer.tell_history()
        await self._back_off(attempt.number + 1, delay)
        return True

    def _delay(self, attempt: Attempt, problem: Problem) -> float | None:
        return delay_before_next(
            self._observer.policy,
            attempt=attempt.number,
            problem=problem,
            jitter=self._random.random(),
        )

    async def _back_off(self, attempt: int, delay: float) -> None:
        writer, hurry = self._observer.writer, self._observer.hurry
        now = writer.now()
        hurry.clear()
        writer.emit(
            RetryScheduled(
                at=now,
                call=self._identity.call,
                attempt=attempt,
                most=self._observer.policy.most_attempts,
                delay=delay,
                until=now + round(delay * 1e9),
            )
        )
        try:
            async with asyncio.timeout(delay):
                await hurry.wait()
        except TimeoutError:
            return

    def _cancelled(self, attempt: Attempt) -> None:
        writer = self._observer.writer
        writer.emit(
            AttemptCancelled(
                at=writer.now(),
                call=self._identity.call,
                attempt=attempt.number,
                raw_events=attempt.raw_events,
            )
        )
        attempt.abandon_calls()

    def _tell_response(self, event: Any) -> None:
        """The answer is whole: it belongs to the conversation from now on."""
        turn = self._observer.turn
        if self._identity.parent or turn is None or event.type != "response.completed":
            return
        output = event.response.output
        turn.responded([item.model_dump(exclude_unset=True) for item in output])
        self._observer.tell_history()

    def _keep_partial(self, attempt: Attempt) -> None:
        turn = self._observer.turn
        if not self._identity.parent and turn is not None and not attempt.finished:
            # One that starts anew takes the place of the last when it has something to say.
            turn.partial = attempt.visible_text() or turn.partial


async def _close(stream: AsyncIterator[Any]) -> None:
    close = getattr(stream, "aclose", None)
    if close is not None:
        await close()
