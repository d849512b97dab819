"""The HTTP clients of models, made to tell when a request goes out and its headers come back."""

from typing import Any

import httpx2

from tui.worker.model.call_run import ATTEMPT
from tui.worker.model.phases import TRACE, PhaseTrace


def watch(client: Any) -> None:
    """Have the HTTP client inside an openai client tell; what is none is left alone."""
    http = getattr(client, "_client", None)
    if isinstance(http, httpx2.AsyncClient) and _request_built not in http.event_hooks["request"]:
        http.event_hooks["request"].append(_request_built)
        http.event_hooks["response"].append(_headers_arrived)


async def _request_built(request: httpx2.Request) -> None:
    attempt = ATTEMPT.get()
    # A tool may use the same client after the answer that asked for it: that is no attempt.
    if attempt is None or attempt.connected:
        return
    attempt.observer.secrets.look_at_headers(request.headers)
    trace = PhaseTrace(attempt.observer.writer, attempt.identity.call, attempt.number)
    request.extensions["trace"] = trace
    TRACE.set(trace)
    attempt.request_built()


async def _headers_arrived(response: httpx2.Response) -> None:
    attempt = ATTEMPT.get()
    if attempt is not None and response.is_success:
        attempt.headers_arrived(
            response.headers.get("x-request-id", ""), response.headers.get("content-type", "")
        )
