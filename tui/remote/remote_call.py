"""One request to a remote agent, with its retries as long as nothing of an answer has come."""

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx2
import msgspec
from msgspec.structs import replace

from tui.protocol import events
from tui.protocol.agui.agui_events import PROTOCOL_VERSION, RunStarted
from tui.protocol.agui.own_events import ASKED
from tui.protocol.events import Event, Problem
from tui.protocol.retry_policy import delay_before_next
from tui.remote.agui_request import Came, IdleWatch, RequestTrace, events_of, opened
from tui.remote.interrupts import OpenInterrupts
from tui.remote.reading.agui_reading import AguiReading
from tui.remote.remote_failures import (
    IncompleteError,
    NotAStreamError,
    StatusError,
    StreamTimeoutError,
    request_problem,
    run_error_problem,
)
from tui.remote.remote_settings import RemoteSettings

REST = 0.5
"""Seconds without an event after which the model calls that asked for tools count as over."""
LINGER = 0.5
"""Seconds that a server has to close its stream, or to send more, after the end of its run."""

_FAILURES = (
    httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeDecodeError,
    StatusError, NotAStreamError, StreamTimeoutError, IncompleteError,
)  # fmt: skip


class RunFailedError(Exception):
    """The run cannot continue."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class RemoteCall:
    """The requests of one run, one after the other.

    ``post`` takes events as they come; ``drained`` waits until most of them were read.
    """

    def __init__(
        self,
        reading: AguiReading,
        *,
        settings: RemoteSettings,
        client: httpx2.AsyncClient,
        post: Callable[[Sequence[Event]], object],
        drained: Callable[[], Awaitable[None]],
    ) -> None:
        self.thread = reading.thread
        self._reading = reading
        self._run = reading.run
        self._settings = settings
        self._client = client
        self._post = post
        self._drained = drained
        self._hurry = asyncio.Event()
        self._rest: asyncio.TimerHandle | None = None
        self._stops_after_call = False
        self._held: list[Event] | None = None
        """The beginning of a request, until it is known whether the server tells of its own calls
        itself."""

    def hurry(self) -> None:
        """Retry now."""
        self._hurry.set()

    def stop_after_call(self) -> None:
        """Stop where the next model call would begin."""
        self._stops_after_call = True

    def release(self) -> None:
        """Tell of the request as the model call that it seems to be."""
        held, self._held = self._held, None
        if held:
            self._post(held)

    def close(self) -> None:
        if self._rest is not None:
            self._rest.cancel()

    def flush(self, *, history: bool = False) -> None:
        """Post what was read; with ``history``, the conversation too if it has changed."""
        batch = self._reading.take()
        if history:
            self._reading.messages.flush()
            changed = self.thread.changed(time.monotonic_ns(), self._run)
            if changed is not None:
                batch.append(changed)
        if batch:
            self._post(batch)

    def problem_of(self, error: Exception) -> Problem:
        """Why a request failed."""
        settings = self._settings
        token = bool(settings.token or settings.login or settings.headers)
        return request_problem(error, url=settings.url, host=settings.host, token=token)

    async def send(self) -> None:
        """Send the thread, and read the answer. Raise `RunFailedError`."""
        reading, settings, run = self._reading, self._settings, self._run
        call, attempt = reading.lanes.next_call(), 1
        self._held = [
            events.ModelCallStarted(
                at=time.monotonic_ns(),
                run=run,
                call=call,
                agent=settings.agent,
                model=reading.lanes.names.model,
                provider=reading.lanes.names.provider or settings.host,
                host=settings.host,
            )
        ]
        while True:
            at = time.monotonic_ns()
            self._tell(events.AttemptStarted(at=at, run=run, call=call, attempt=attempt))
            reading.begin_request(call, attempt)
            try:
                await self._attempt(call, attempt)
            except _FAILURES as error:
                problem = self.problem_of(error)
            else:
                if reading.failed is None:
                    self._ended_well()
                    return
                own = reading.own.finished
                problem = run_error_problem(reading.failed, settings.host)
                problem = (own.problem if own is not None else None) or problem
            self.release()
            delay = None
            if reading.progressed:
                problem = replace(problem, retry="manual")
            else:
                delay = delay_before_next(
                    settings.retries,
                    attempt=attempt,
                    problem=problem,
                    jitter=random.random(),  # noqa: S311
                )
            self._failed(problem)
            if delay is None:
                raise RunFailedError(problem)
            attempt += 1
            await self._wait(call, attempt, delay)

    async def _wait(self, call: str, attempt: int, delay: float) -> None:
        at = time.monotonic_ns()
        self._post(
            [
                events.RetryScheduled(
                    at=at,
                    run=self._run,
                    call=call,
                    attempt=attempt,
                    most=self._settings.retries.most_attempts,
                    delay=delay,
                    until=at + round(delay * 1e9),
                )
            ]
        )
        self._hurry.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._hurry.wait()

    async def _attempt(self, call: str, attempt: int) -> None:
        """Send the request and read its stream. Raise one of `_FAILURES`."""
        run, reading = self._run, self._reading

        def answered(*, at: int, **phases: Any) -> None:
            self._tell(
                events.ConnectionPhases(at=at, run=run, call=call, attempt=attempt, **phases),
                events.AttemptConnected(at=at, run=run, call=call, attempt=attempt),
            )

        body = self._body()
        trace = RequestTrace(answered)
        self._tell(events.RequestBegan(at=trace.began, run=run, call=call, attempt=attempt))
        limit = asyncio.timeout(None)
        try:
            async with limit:
                watch = IdleWatch(self._settings, limit, lambda: reading.calls.running)
                watch.wait()
                async with opened(self._client, self._settings.url, body, trace) as response:
                    async for came in events_of(response):
                        watch.pause()
                        await self._read(came)
                        if reading.finished or reading.failed:
                            limit.reschedule(asyncio.get_running_loop().time() + LINGER)
                        else:
                            watch.wait()
        except TimeoutError:
            if reading.finished or reading.failed:
                return
            if limit.expired():
                raise watch.error from None
            raise
        except httpx2.HTTPError:
            # The run has ended: how the connection does says nothing.
            if not (reading.finished or reading.failed):
                raise
        if not (reading.finished or reading.failed):
            raise IncompleteError(events=reading.known)

    async def _read(self, came: Came) -> None:
        reading = self._reading
        calls = reading.lanes.begun
        self._recognise(came)
        reading.read(came.event, came.at, came.data)
        if reading.progressed and self.thread.interrupts:
            # They were answered by this request, and the server has taken the answers.
            self.thread.interrupts = OpenInterrupts()
        if self._stops_after_call and reading.lanes.begun > calls:
            task = asyncio.current_task()
            if task is not None:
                task.cancel()
        self.flush()
        if self._rest is not None:
            self._rest.cancel()
        if reading.calls.running:
            self._rest = asyncio.get_running_loop().call_later(REST, self._rests)
        await self._drained()

    def _tell(self, *batch: Event) -> None:
        if self._held is None:
            self._post(batch)
        else:
            self._held += batch

    def _recognise(self, came: Came) -> None:
        """Whether the server of this request tells of its model calls itself."""
        reading, event = self._reading, came.event
        if isinstance(event, RunStarted) and not reading.own.active:
            if not reading.own.announced(event):
                self.release()
            elif self._held is None:
                # It was retried: the attempt was shown.
                reading.own.active = False
                reading.lanes.cancel_all(came.at)
                reading.own.active = True
            self._held = None
        else:
            self.release()

    def _rests(self) -> None:
        self._reading.rest(time.monotonic_ns())
        self.flush()

    def _body(self) -> bytes:
        thread = self.thread
        document: dict[str, Any] = {
            "threadId": thread.id,
            "runId": str(uuid.uuid4()),
            "protocolVersion": PROTOCOL_VERSION,
            "state": {} if thread.state is None else thread.state,
            "messages": thread.to_send(),
            "tools": [],
            "context": [],
            "forwardedProps": ASKED,
        }
        if thread.interrupts:
            document["resume"] = thread.interrupts.resume(datetime.now(UTC))
        return msgspec.json.encode(document)

    def _ended_well(self) -> None:
        reading = self._reading
        reading.lanes.end_all(reading.ended_at)
        reading.report_usage(reading.ended_at, ended=True)
        self.flush(history=True)

    def _failed(self, problem: Problem) -> None:
        at = time.monotonic_ns()
        self._reading.report_usage(at, ended=False)
        self._reading.lanes.fail_all(at, problem)
        self.flush(history=True)
