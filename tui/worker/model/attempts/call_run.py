"""One model call: its attempts, their time-outs, and the back-off between them."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from tui.protocol.events import (
    AnswerKept,
    AttemptCancelled,
    AttemptFailed,
    AttemptStarted,
    RetryScheduled,
)
from tui.worker.failures.classify import attach, attempt_problem, policy_problem, run_problem
from tui.worker.failures.stream_failures import NoFirstEvent, Stalled, TurnDeadline
from tui.worker.io.emitter import Emitter
from tui.worker.model.attempts.attempt_run import Attempt
from tui.worker.model.attempts.call_identity import CallIdentity
from tui.worker.model.attempts.retry_plan import RetryPlan
from tui.worker.model.attempts.watchdog import Watchdog
from tui.worker.model.requests.recovery import restart_problem
from tui.worker.observer import Observer
from tui.worker.sdk_internals.model_names import response_id_of

ATTEMPT: ContextVar[Attempt | None] = ContextVar("streamtui_attempt", default=None)
"""The attempt whose request is being made, for the hooks of the HTTP client."""

_RANDOM = random.SystemRandom()

StartStream = Callable[[str], AsyncIterator[Any]]
"""Makes a request, given the text so far of the answer that it continues."""


@dataclass(slots=True)
class ModelCall:
    """Runs the attempts of one model call as a single stream of raw events."""

    observer: Observer
    identity: CallIdentity
    forward_deltas: bool
    continues: bool
    """An attempt continues the text of the one before it, or starts over."""
    plan: RetryPlan

    async def events(self, start: StartStream) -> AsyncGenerator[Any, None]:
        """The events of the attempt that succeeds. Raises what the last attempt failed with."""
        number, said = 1, ""
        while True:
            attempt = Attempt(self.observer, self.identity, number, said=said)
            try:
                async for event in self._attempt_events(attempt, start):
                    yield event
            except Exception as error:  # what clients raise has no common base; it is classified
                if attempt.finished:
                    # The answer is complete: how its connection ends does not matter.
                    return
                if not await self._retries(attempt, error):
                    raise
            else:
                return
            number += 1
            said = attempt.visible_text() if self.continues else ""

    async def _attempt_events(
        self, attempt: Attempt, start: StartStream
    ) -> AsyncGenerator[Any, None]:
        attempt.emitter.emit(AttemptStarted, continues=bool(attempt.said.strip()))
        ATTEMPT.set(attempt)
        try:
            async for event in self._watched(attempt, start):
                if attempt.read(event) or self.forward_deltas:
                    if attempt.finished:
                        self._keep_response(event)
                        self.observer.writer.flush()
                    yield event
            if not attempt.finished:
                raise attempt.unfinished()
        except (asyncio.CancelledError, GeneratorExit):
            attempt.text.end()
            if not attempt.finished:
                self._cut_off(attempt)
                attempt.abandon_calls()
            raise
        finally:
            attempt.text.end()
            attempt.messages.audio_done()
            self._keep_partial(attempt)
            if attempt.streams:
                self.observer.connections.ended()
            if attempt.recording is not None and self.observer.cache is not None:
                self.observer.cache.ended(attempt.recording)

    def _cut_off(self, attempt: Attempt) -> None:
        """Report how an attempt ended that was cancelled: by a person, or by the deadline."""
        settings, deadline = self.observer.settings, self.observer.deadline
        if deadline is None or not deadline.expired() or settings.turn_timeout is None:
            attempt.emitter.emit(AttemptCancelled, raw_events=attempt.raw_events)
            return
        problem = run_problem(TurnDeadline(settings.turn_timeout))
        attempt.emitter.emit(AttemptFailed, problem=problem, raw_events=attempt.raw_events)

    async def _watched(self, attempt: Attempt, start: StartStream) -> AsyncGenerator[Any, None]:
        """The model's events, with the two time-outs."""
        settings = self.observer.settings
        stream = start(attempt.said)
        watchdog = Watchdog(
            settings.first_event_timeout, settings.idle_timeout, lambda: attempt.held
        )
        try:
            while True:
                watchdog.waiting()
                try:
                    event = await anext(stream)
                except StopAsyncIteration:
                    return
                except asyncio.CancelledError:
                    if not watchdog.converts() or watchdog.passed is None:
                        raise
                    slow = Stalled if attempt.raw_events else NoFirstEvent
                    raise slow(watchdog.passed) from None
                watchdog.received()
                yield event
        finally:
            watchdog.stop()
            await _close(stream)

    async def _retries(self, attempt: Attempt, error: Exception) -> bool:
        """Report the failure, then wait for the next attempt. False if there is none."""
        problem = attempt_problem(
            error,
            host=self.identity.host,
            shown=attempt.shown,
            websocket=self.identity.websocket,
        )
        if attempt.said and (restart := restart_problem(problem)) is not None:
            self.continues, problem = False, restart
        attach(error, problem)
        attempt.emitter.emit(AttemptFailed, problem=problem, raw_events=attempt.raw_events)
        attempt.abandon_calls()
        try:
            delay = await self.plan.delay(
                error, attempt=attempt.number, problem=problem, jitter=_RANDOM.random()
            )
        except Exception as raised:  # the policy is the user's
            attach(raised, policy_problem(raised))
            raise
        if delay is None:
            return False
        if not self.identity.parent:
            self.observer.emit_history()
        await self._back_off(attempt, delay)
        return True

    async def _back_off(self, failed: Attempt, delay: float) -> None:
        now, hurry = failed.emitter.now(), self.observer.hurry
        hurry.clear()
        failed.emitter.emit(
            RetryScheduled,
            at=now,
            attempt=failed.number + 1,
            most=self.plan.most_attempts,
            delay=delay,
            until=now + round(delay * 1e9),
        )
        try:
            async with asyncio.timeout(delay):
                await hurry.wait()
        except TimeoutError:
            return

    def _keep_response(self, event: Any) -> None:
        """Add the complete answer to the conversation, if it is not a nested agent's."""
        observer, turn = self.observer, self.observer.turn
        if event.type != "response.completed":
            return
        response_id = response_id_of(event.response)
        items = [
            item.model_dump(exclude_unset=True, warnings=False) for item in event.response.output
        ]
        if not self.identity.parent and turn is not None:
            turn.responded(items, response_id)
            observer.emit_history((len(turn.items()), response_id))
        kept = observer.requests.answer(self.identity.call, items, observer.ledger.items)
        Emitter(observer.writer).emit_soon(AnswerKept, **kept, response_id=response_id)

    def _keep_partial(self, attempt: Attempt) -> None:
        turn = self.observer.turn
        if not self.identity.parent and turn is not None and not attempt.finished:
            # An attempt that starts over replaces the earlier text once it has text of its own.
            turn.partial = attempt.visible_text() or turn.partial


async def _close(stream: AsyncIterator[Any]) -> None:
    close = getattr(stream, "aclose", None)
    if close is not None:
        await close()
