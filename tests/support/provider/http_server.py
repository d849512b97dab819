"""The HTTP server: maps requests to steps and answers with them."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from functools import partial

import msgspec
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from tests.support.provider import chat_api, connection, responses_api
from tests.support.provider.answer_player import Player
from tests.support.provider.event import JsonObject
from tests.support.provider.log import ProviderLog
from tests.support.provider.request import Api, ConnectionRecord, RequestRecord
from tests.support.provider.script import (
    Answer,
    EmptyStream,
    HttpError,
    Page,
    ResetBeforeHeaders,
    Silence,
    Step,
)
from tests.support.provider.unstreamed import unstreamed
from tests.support.provider.wire import Body

_APIS: Mapping[tuple[str, str], Api] = {
    ("POST", "/v1/responses"): "responses",
    ("POST", "/v1/responses/compact"): "compact",
    ("POST", "/v1/chat/completions"): "chat",
    ("GET", "/v1/models"): "models",
}
LOG_PATH = "/control/log"
_MOST_BYTES = 64_000_000
"""Of a request: real servers take pictures of several megabytes."""
_SSE = "text/event-stream; charset=utf-8"

NextStep = Callable[[RequestRecord], Step]


class ProviderServer(web.Server):
    """An aiohttp server that answers each model call with the next step."""

    def __init__(self, next_step: NextStep, log: ProviderLog, *, strict: bool = False) -> None:
        loop = asyncio.get_running_loop()
        make = partial(web.BaseRequest, loop=loop, client_max_size=_MOST_BYTES)
        super().__init__(self._handle, handler_cancellation=True, request_factory=make)
        self._next_step = next_step
        self._log = log
        self._strict = strict
        self._records: dict[RequestHandler, ConnectionRecord] = {}

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        self._records[handler] = self._log.connection_opened()

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self._log.connection_closed(self._records.pop(handler))

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == LOG_PATH:
            return web.Response(
                body=msgspec.json.encode(
                    {"connections": self._log.connections, "requests": self._log.requests}
                ),
                content_type="application/json",
            )
        record = await self._record(request)
        try:
            response = await self._respond(request, record)
        except ConnectionResetError:
            # The client has disconnected, which it may do at any time.
            return web.Response()
        if record.finished_at is None:
            self._log.answer_finished(record)
        return response

    async def _record(self, request: web.BaseRequest) -> RequestRecord:
        arrived_at = time.monotonic_ns()
        content = await request.read()
        record = RequestRecord(
            number=len(self._log.requests) + 1,
            api=_APIS.get((request.method, request.path), "unknown"),
            path=request.path,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=json.loads(content) if content else {},
            connection_id=self._records[request.protocol].id,
            arrived_at=arrived_at,
        )
        self._log.request_arrived(record)
        return record

    async def _respond(self, request: web.BaseRequest, record: RequestRecord) -> web.StreamResponse:
        if record.api == "models":
            return _json({"object": "list", "data": [_MODEL]}, record)
        if record.api == "unknown":
            return _error(HttpError(status=404, message=f"no such path: {record.path}"), record)
        if self._strict and record.problems:
            problem = HttpError(
                status=400, message=record.problems[0], type="invalid_request_error"
            )
            return _error(problem, record)
        return await self._perform(request, record, self._next_step(record))

    async def _perform(
        self, request: web.BaseRequest, record: RequestRecord, step: Step
    ) -> web.StreamResponse:
        match step:
            case HttpError():
                return _error(step, record)
            case Page():
                return web.Response(text=record.echoed(step.body), content_type=step.content_type)
            case EmptyStream():
                return await _open_stream(request, record, gzip=False)
            case ResetBeforeHeaders():
                self._log.answer_finished(record)
                await connection.reset(transport_of(request))
                return web.Response()
            case Silence():
                await asyncio.Event().wait()
        assert isinstance(step, Answer)
        await asyncio.sleep(step.headers_after)
        if not record.streams:
            return await self._answer_whole(request, record, step)
        response = await _open_stream(request, record, gzip=step.wire.gzip)
        body = Body(response, step.wire)
        await Player(step, record, self._log, body, transport_of(request)).play()
        return response

    async def _answer_whole(
        self, request: web.BaseRequest, record: RequestRecord, answer: Answer
    ) -> web.StreamResponse:
        await asyncio.sleep(answer.first_after)
        instead = unstreamed(answer.fault)
        if instead is not None:
            return await self._perform(request, record, instead)
        build = chat_api.chat_body if record.api == "chat" else responses_api.response_body
        return _json(build(answer, record.body, record.number), record)


_MODEL = {"id": "scripted", "object": "model", "created": 1_700_000_000, "owned_by": "tests"}


def transport_of(request: web.BaseRequest) -> asyncio.Transport:
    transport = request.transport
    assert isinstance(transport, asyncio.Transport)
    return transport


def _request_id(record: RequestRecord) -> dict[str, str]:
    return {"x-request-id": f"req_{record.number:04d}"}


def _json(data: JsonObject, record: RequestRecord) -> web.Response:
    return web.json_response(data, headers=_request_id(record))


def _error(error: HttpError, record: RequestRecord) -> web.Response:
    headers = {**_request_id(record), **error.headers}
    if error.body is not None:
        return web.Response(status=error.status, text=record.echoed(error.body), headers=headers)
    content = {
        "message": record.echoed(error.message),
        "type": error.type,
        "param": error.param,
        "code": error.code,
    }
    return web.json_response({"error": content}, status=error.status, headers=headers)


async def _open_stream(
    request: web.BaseRequest, record: RequestRecord, *, gzip: bool
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": _SSE, **_request_id(record)})
    if gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.enable_chunked_encoding()
    await response.prepare(request)
    return response
