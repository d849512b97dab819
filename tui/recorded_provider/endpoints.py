"""The two APIs over HTTP, answered from a recording."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tui.recorded_provider import chat_answer, responses_answer
from tui.recorded_provider.answer_finder import AnswerFinder, Found, NoAnswerError
from tui.recorded_provider.asked_request import WireApi, arrived_request, kept_by_server
from tui.recorded_provider.continued_answer import continued
from tui.recorded_provider.item_pieces import Item
from tui.recorded_provider.played_failure import PlayedFailure, played
from tui.recorded_provider.provider_words import Pace, ProviderReport
from tui.recorded_provider.recorded_calls import Answer, Failure, RecordedCall, RecordedModel
from tui.recorded_provider.responses_answer import Json, Timed

MISS_STATUS = 404
"""No client tries it again."""
MISS_CODE = "no_recorded_answer"
_EVENT_STREAM = "text/event-stream"

Wire = Callable[[Json], bytes]


class RecordedEndpoints:
    """``app`` is the ASGI application."""

    def __init__(
        self, model: RecordedModel, *, pace: Pace, with_errors: bool, nearest: bool
    ) -> None:
        self._model = model
        self._waits = pace == "recorded"
        self._with_errors = with_errors
        self._finder = AnswerFinder(model.calls, with_failed=with_errors, nearest=nearest)
        self._by_id = {call.id: call for call in model.calls}
        self._tries: Counter[int] = Counter()
        """How often each call was asked for."""
        self._served: Counter[int] = Counter()
        self._failures = self._misses = 0
        self._near: dict[str, None] = {}
        self._left_out: Counter[str] = Counter()
        self.app = Starlette(
            routes=[
                Route("/v1/responses", self._responses, methods=["POST"]),
                Route("/v1/chat/completions", self._chat, methods=["POST"]),
                Route("/v1/models", self._models, methods=["GET"]),
                Route("/{path:path}", _unknown, methods=["GET", "POST", "PUT", "DELETE"]),
            ]
        )

    def report(self) -> ProviderReport:
        answers = [call.number for call in self._model.calls if call.answer is not None]
        return ProviderReport(
            served=self._served.total(),
            failures=self._failures,
            misses=self._misses,
            near=tuple(self._near),
            left_out=dict(self._left_out),
            unused=sum(number not in self._served for number in answers),
        )

    async def _responses(self, request: Request) -> Response:
        return await self._answered(request, "responses")

    async def _chat(self, request: Request) -> Response:
        return await self._answered(request, "chat")

    async def _models(self, _: Request) -> Response:
        made = int(time.time())
        models = [
            {"id": name, "object": "model", "created": made, "owned_by": "recording"}
            for name in self._model.models
        ]
        return _json({"object": "list", "data": models})

    async def _answered(self, request: Request, api: WireApi) -> Response:
        began = time.monotonic()
        try:
            body = msgspec.json.decode(await request.body(), type=dict[str, Any])
            asked = arrived_request(body, api, self._kept(body))
        except (msgspec.DecodeError, TypeError, AttributeError, KeyError, ValueError) as error:
            return _error(400, "invalid_request", f"this request cannot be read: {error}")
        try:
            found = self._finder.find(asked, api)
        except NoAnswerError as error:
            self._misses += 1
            return _error(MISS_STATUS, MISS_CODE, str(error))
        if found.near:
            self._near[found.near] = None
        failure = self._next_failure(found.call)
        if failure is not None:
            self._failures += 1
            return await self._failed(found.call, failure, api, began, body)
        assert found.call.answer is not None
        return await self._served_answer(found, found.call.answer, api, began, body)

    def _kept(self, body: Mapping[str, Any]) -> tuple[Item, ...]:
        """The conversation that the request continues, if it does not bring it along."""
        if previous := body.get("previous_response_id"):
            known = self._by_id.get(str(previous))
            return known.after if known is not None else (kept_by_server(str(previous)),)
        if kept := body.get("conversation"):
            name = kept.get("id") if isinstance(kept, Mapping) else kept
            return (kept_by_server(str(name)),)
        return ()

    def _next_failure(self, call: RecordedCall) -> Failure | None:
        """The failure whose turn it is: first all of them, then the answer, and so on."""
        if not self._with_errors:
            return None
        turns = len(call.failures) + (call.answer is not None)
        turn = self._tries[call.number] % turns
        self._tries[call.number] += 1
        return call.failures[turn] if turn < len(call.failures) else None

    async def _served_answer(
        self, found: Found, answer: Answer, api: WireApi, began: float, body: Json
    ) -> Response:
        call = found.call
        if found.said:
            answer = continued(answer, found.said)
        if api == "chat":
            if kind := chat_answer.cannot_carry(answer):
                why = f"the recorded answer has a {kind}, which Chat Completions does not have"
                return _error(MISS_STATUS, MISS_CODE, f"{why}: run with --api responses")
            self._left_out.update(chat_answer.left_out(answer))
        self._served[call.number] += 1
        if body.get("stream"):
            if api == "chat":
                events = chat_answer.chat_chunks(call, answer, body)
                return self._stream(events, chat_answer.sse, began, end=chat_answer.DONE)
            events = responses_answer.response_events(call, answer, body)
            return self._stream(events, responses_answer.sse, began)
        if self._waits:
            await _until(began + answer.seconds)
        whole = chat_answer.whole_chat if api == "chat" else responses_answer.whole_response
        return _json(whole(call, answer, body))

    async def _failed(
        self, call: RecordedCall, failure: Failure, api: WireApi, began: float, body: Json
    ) -> Response:
        how: PlayedFailure = played(failure)
        if how.status or not body.get("stream"):
            if self._waits:
                await _until(began + failure.at)
            if how.ends == "silence":
                await asyncio.Event().wait()
            return _error(how.status or 500, how.code, how.message, how.headers)
        module = chat_answer if api == "chat" else responses_answer
        events: Iterator[Timed]
        if how.ends == "error":
            error = {"code": how.code, "message": how.message}
            events = (
                chat_answer.failed_chunks(call, failure.chunks, error, failure.at)
                if api == "chat"
                else responses_answer.failed_events(call, failure.chunks, error, failure.at)
            )
            return self._stream(events, module.sse, began)
        events = (
            chat_answer.partial_chunks(call, failure.chunks)
            if api == "chat"
            else responses_answer.partial_events(call, failure.chunks)
        )
        return StreamingResponse(
            self._cut_off(events, module.sse, began, how), media_type=_EVENT_STREAM
        )

    def _stream(
        self, events: Iterator[Timed], wire: Wire, began: float, *, end: bytes = b""
    ) -> Response:
        if not self._waits:
            return Response(
                b"".join((*(wire(event) for _, event in events), end)), media_type=_EVENT_STREAM
            )
        return StreamingResponse(self._paced(events, wire, began, end), media_type=_EVENT_STREAM)

    async def _paced(
        self, events: Iterator[Timed], wire: Wire, began: float, end: bytes = b""
    ) -> AsyncIterator[bytes]:
        """What is due together is sent together."""
        due = b""
        for at, event in events:
            if began + at > time.monotonic():
                if due:
                    yield due
                    due = b""
                await _until(began + at)
            due += wire(event)
        yield due + end

    async def _cut_off(
        self, events: Iterator[Timed], wire: Wire, began: float, how: PlayedFailure
    ) -> AsyncIterator[bytes]:
        if self._waits:
            async for data in self._paced(events, wire, began):
                yield data
        else:
            yield b"".join(wire(event) for _, event in events)
        if how.ends == "silence":
            await asyncio.Event().wait()
        # The connection is closed in the middle of the answer.
        raise ConnectionAbortedError


async def _until(when: float) -> None:
    await asyncio.sleep(max(0.0, when - time.monotonic()))


async def _unknown(request: Request) -> Response:
    message = f"a recording does not answer {request.method} {request.url.path}"
    return _error(MISS_STATUS, MISS_CODE, message)


def _json(body: Json) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")


def _error(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    error = {"message": message, "type": code, "code": code, "param": None}
    return Response(
        msgspec.json.encode({"error": error}),
        status,
        headers=dict(headers or {}),
        media_type="application/json",
    )
