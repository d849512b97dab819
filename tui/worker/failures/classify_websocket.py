"""Failures of the websocket transport of the Responses API. Pure."""

from agents.models.openai_responses import ResponsesWebSocketError

from tui.protocol.events import Problem
from tui.worker.failures.classify_http import provider_problem
from tui.worker.failures.tracebacks import causes

_CLOSED = ("websocket connection closed", "without a terminal response")
"""How the SDK's own errors say that the stream has ended early."""


def websocket_problem(error: BaseException, host: str) -> Problem | None:
    """Why an attempt over a websocket failed; None if it is not such a failure."""
    if isinstance(error, ResponsesWebSocketError):
        status = error.payload.get("status")
        code = error.code or (str(status) if isinstance(status, int) else error.error_type or "")
        return provider_problem(code, error.error_message or str(error))
    for link in causes(error):
        library = type(link).__module__.partition(".")[0] == "websockets"
        refused = getattr(getattr(link, "response", None), "status_code", None)
        if library and isinstance(refused, int):
            return provider_problem(str(refused), f"{host} refused the websocket: {link}")
        if library:
            return _cut(f"The websocket to {host} closed: {link}", type(link).__name__)
        if isinstance(link, OSError) and not isinstance(link, TimeoutError):
            return _cut(f"The connection to {host} failed: {link}", type(link).__name__)
        if isinstance(link, RuntimeError) and any(words in str(link) for words in _CLOSED):
            return _cut(
                f"The answer from {host} is incomplete: its websocket closed early.", "incomplete"
            )
    return None


def _cut(message: str, code: str) -> Problem:
    return Problem(
        kind="network",
        message=message,
        advice="Check the address and the network; the next attempt may work.",
        retry="automatic",
        code=code,
    )
