"""Hooks in the HTTP clients of models: when a request is built, and when its headers arrive."""

from collections.abc import AsyncIterator, Callable

import httpx2

from tui.worker.model.attempts.call_run import ATTEMPT
from tui.worker.model.connections.direct_network import DirectNetwork
from tui.worker.model.connections.open_connections import OpenConnections
from tui.worker.model.connections.phases import TRACE, PhaseTrace
from tui.worker.sdk_internals.model_names import http_client_of
from tui.worker.sdk_internals.pool_names import use_network

EVENT_STREAM = "text/event-stream"
LONGEST_PAGE = 65_536
_NETWORK = DirectNetwork()


def watch(client: object, connections: OpenConnections) -> None:
    """Install the hooks in an openai client; anything else is left alone."""
    http = http_client_of(client)
    if isinstance(http, httpx2.AsyncClient):
        connections.watch(http)
        use_network(http, _NETWORK)
    if isinstance(http, httpx2.AsyncClient) and _request_built not in http.event_hooks["request"]:
        http.event_hooks["request"].append(_request_built)
        http.event_hooks["response"].append(_headers_arrived)


async def _request_built(request: httpx2.Request) -> None:
    attempt = ATTEMPT.get()
    # A tool may use the same client after the answer that called it: that is not an attempt.
    if attempt is None or attempt.connected:
        return
    attempt.observer.secrets.look_at_headers(request.headers)
    trace = PhaseTrace(attempt.emitter)
    request.extensions["trace"] = trace
    TRACE.set(trace)
    attempt.request_built()


async def _headers_arrived(response: httpx2.Response) -> None:
    attempt = ATTEMPT.get()
    if attempt is not None and response.is_success:
        if not attempt.streams:
            attempt.streams = True
            attempt.observer.connections.began()
        attempt.headers_arrived(
            response.headers.get("x-request-id", ""), response.headers.get("content-type", "")
        )
        streamed = EVENT_STREAM in attempt.content_type
        if not streamed:
            _keep_page(response, attempt.page)
        if (recording := attempt.recording) is not None:
            recording.streamed, recording.request_id = streamed, attempt.request_id
            _each_piece(response, recording.add)


def _keep_page(response: httpx2.Response, page: bytearray) -> None:
    """Keep the beginning of the body as it is read: it may be an error."""

    def keep(chunk: bytes) -> None:
        if len(page) < LONGEST_PAGE:
            page.extend(chunk[:LONGEST_PAGE])

    _each_piece(response, keep)


def _each_piece(response: httpx2.Response, take: Callable[[bytes], object]) -> None:
    """Call ``take`` with each piece of the body as it is read."""
    read = response.aiter_bytes

    async def taking(chunk_size: int | None = None) -> AsyncIterator[bytes]:
        async for chunk in read(chunk_size):
            take(chunk)
            yield chunk

    setattr(response, "aiter_bytes", taking)  # noqa: B010 (mypy refuses an assignment)
