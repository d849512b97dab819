"""Puts the cache in front of an openai client: where its request is ready to be sent.

So the key is made of what is really sent, and a stored answer is read like a live one: by the
client, by the SDK and by the attempt.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx2

from tui.worker.model.attempts.attempt_run import Attempt
from tui.worker.model.attempts.call_run import ATTEMPT
from tui.worker.model.cache.answer_cache import AnswerCache, Recording
from tui.worker.model.cache.request_key import cache_key
from tui.worker.model.cache.stored_answer import (
    EVENT_STREAM,
    StoredAnswer,
    Timed,
    as_stream,
    as_whole,
)
from tui.worker.sdk_internals.model_names import http_client_of

QUICKLY_READ = 16 * 1024
"""Bytes: a longer request is read in the thread of the cache."""


def answer_from(cache: AnswerCache, client: object) -> None:
    """Let the cache answer the requests of an openai client; anything else is left alone."""
    http = http_client_of(client)
    if not isinstance(http, httpx2.AsyncClient) or "send" in vars(http):
        return
    send = http.send

    async def answering(request: httpx2.Request, **options: Any) -> httpx2.Response:
        attempt = ATTEMPT.get()
        # A tool may use the same client after the answer that called it; an answer that is
        # continued depends on where it was cut.
        if attempt is None or attempt.connected or attempt.said:
            return await send(request, **options)
        response = await _stored(cache, attempt, request)
        if response is None:
            return await send(request, **options)
        if not options.get("stream"):
            await response.aread()
        return response

    setattr(http, "send", answering)  # noqa: B010 (mypy refuses an assignment)


async def _stored(
    cache: AnswerCache, attempt: Attempt, request: httpx2.Request
) -> httpx2.Response | None:
    """The stored answer as a response; None: the provider is to answer, and is listened to."""
    observer = attempt.observer
    if observer.ledger.server.active or attempt.recording is not None:
        return None
    sent = request.method, str(request.url), dict(request.headers), request.content
    few = len(request.content) <= QUICKLY_READ
    key = cache_key(*sent) if few else await cache.in_thread(cache_key, *sent)
    if key is None:
        return None
    recording = Recording(key)
    if observer.asks_anew:
        attempt.recording = recording
        return None
    attempt.held = True
    try:
        found = await cache.find(recording)
    finally:
        attempt.held = False
    if found is not None:
        with suppress(ValueError, KeyError, TypeError, AttributeError, IndexError):
            return await _response(cache, attempt, request, found, stream=key.stream)
    attempt.recording = recording
    return None


async def _response(
    cache: AnswerCache, attempt: Attempt, request: httpx2.Request, found: StoredAnswer, *,
    stream: bool,
) -> httpx2.Response:  # fmt: skip
    pieces = found.timed
    if not pieces or found.streamed != stream:
        after = pieces[-1].after if pieces else 0
        body = found.joined
        if found.streamed != stream:
            body = await cache.in_thread(as_stream if stream else as_whole, found)
        pieces = (Timed(after, body),)
    content_type = EVENT_STREAM if stream else "application/json"
    attempt.request_built()
    attempt.headers_arrived(found.request_id, content_type, cached=True)
    return httpx2.Response(
        200,
        headers={"content-type": content_type, "x-request-id": found.request_id},
        request=request,
        stream=_Replay(pieces),
    )


class _Replay(httpx2.AsyncByteStream):
    """The pieces of an answer, each at its time after the first use."""

    def __init__(self, pieces: tuple[Timed, ...]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for piece in self._pieces:
            wait = began + piece.after / 1e9 - loop.time()
            if piece.after and wait > 0:
                await asyncio.sleep(wait)
            yield piece.data
