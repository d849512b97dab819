"""Sending an answer, with its pace, its gates and its fault."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.support.provider import chat_api, connection, responses_api
from tests.support.provider.event import StreamEvent
from tests.support.provider.faults import (
    CloseAfter,
    CommentsAfter,
    ErrorEventAfter,
    FailAfter,
    Fault,
    GarbageAfter,
    IncompleteAfter,
    ResetAfter,
    StallAfter,
)
from tests.support.provider.habits import with_habits
from tests.support.provider.log import ProviderLog
from tests.support.provider.parts import parts_of
from tests.support.provider.request import RequestRecord
from tests.support.provider.script import COMMENT, Answer
from tests.support.provider.wire import DONE, Body, encode_event

_FLUSH_BYTES = 64 * 1024
_GARBAGE = {
    "json": b'data: {"type":"response.output_text.delta","delta":\n\n',
    "utf8": b'data: {"type":"response.output_text.delta","delta":"\xff\xfe\xfd"}\n\n',
    "gzip": b"\x00\xffthis is not gzip data\xff\x00" * 4,
}


@dataclass(slots=True)
class Player:
    """Sends one answer as one response body."""

    answer: Answer
    record: RequestRecord
    log: ProviderLog
    body: Body
    transport: asyncio.Transport

    async def play(self) -> None:
        """Send everything up to the end or the fault."""
        pending = bytearray()
        deltas_pending = sent = 0
        limit = self._fault_limit()
        pacer = _Pacer(self.answer)

        async def flush() -> None:
            nonlocal deltas_pending
            # Logged first: the client may react to the bytes before this coroutine resumes.
            self.log.deltas_sent(self.record, deltas_pending)
            deltas_pending = 0
            data = bytes(pending)
            pending.clear()
            await self.body.write(data)

        for event in self._events():
            if sent == limit and (event.is_delta or sent > 0):
                await flush()
                await self._inject(self.answer.fault)
                return
            if event.is_delta:
                if pacer.must_wait(sent):
                    await flush()
                    await pacer.wait(sent)
                pending += self.answer.inserts.get(sent, b"")
                sent += 1
                deltas_pending += 1
            pending += encode_event(event)
            if len(pending) >= _FLUSH_BYTES:
                await flush()
        if self.record.api == "chat" and self.answer.wire.done_marker:
            pending += DONE
        await flush()
        await self.body.end()

    def _events(self) -> Iterator[StreamEvent]:
        build = chat_api.chat_chunks if self.record.api == "chat" else responses_api.response_events
        events = build(self.answer, self.record.body, self.record.number)
        if not self.answer.habits:
            return events
        return iter(with_habits(events, tuple(self.answer.habits), self.record.api))

    def _fault_limit(self) -> int | None:
        """After how many deltas the fault comes; ``None`` is never."""
        fault = self.answer.fault
        if fault is None or isinstance(fault, IncompleteAfter):
            return None
        total = parts_of(self.answer, self.record.number).delta_count
        return total if fault.after is None else min(fault.after, total)

    async def _inject(self, fault: Fault | None) -> None:
        match fault:
            case ResetAfter():
                self.log.answer_finished(self.record)
                await connection.reset(self.transport)
            case CloseAfter(truncated=True):
                self.log.answer_finished(self.record)
                await connection.close_truncated(self.transport)
            case StallAfter():
                await asyncio.Event().wait()
            case CommentsAfter(every=every):
                while True:
                    await self.body.write(COMMENT)
                    await asyncio.sleep(every)
            case GarbageAfter(kind="gzip"):
                await self.body.write_raw(_GARBAGE["gzip"])
            case GarbageAfter(kind=kind):
                await self.body.write(_GARBAGE[kind])
                await self.body.end()
            case FailAfter() | ErrorEventAfter():
                await self.body.write(encode_event(self._failure(fault)))
                await self.body.end()
            case _:
                await self.body.end()

    def _failure(self, fault: FailAfter | ErrorEventAfter) -> StreamEvent:
        fault = replace(fault, message=self.record.echoed(fault.message))
        if self.record.api == "chat":
            return chat_api.error_chunk(fault)
        sent = len(self.record.delta_times)
        return responses_api.failure_event(fault, self.record.body, self.record.number, sent)


class _Pacer:
    """When each delta is due; the wait at a gate delays the rest."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._now = asyncio.get_running_loop().time
        self._start = self._now() + answer.first_after

    def must_wait(self, delta: int) -> bool:
        return delta in self._answer.gates or self._due(delta) > self._now()

    async def wait(self, delta: int) -> None:
        gate = self._answer.gates.get(delta)
        if gate is not None:
            await gate.passed()
            self._start = self._now() - delta * self._answer.pace
        await asyncio.sleep(max(0.0, self._due(delta) - self._now()))

    def _due(self, delta: int) -> float:
        return self._start + delta * self._answer.pace
