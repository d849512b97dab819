"""How each fault is acted out: what goes wrong, and in how many attempts.

The errors are those that the openai client raises for the real failure, with a real response and
real headers, so that the classifier and the retry loop cannot tell them apart.
"""

from dataclasses import dataclass, replace
from math import inf
from typing import Literal

import httpx2
import msgspec
import openai

_REQUEST = httpx2.Request("POST", "https://demo.invalid/v1/responses")
_LOST = {
    "refused": httpx2.ConnectError("[Errno 111] Connection refused"),
    "timeout": httpx2.ConnectTimeout("timed out"),
    "reset": httpx2.ReadError("[Errno 104] Connection reset by peer"),
}
_REJECTED = {
    "rate limit": (429, "requests", "rate_limit_exceeded", "Rate limit reached. Try again in 2s."),
    "quota": (429, "insufficient_quota", "insufficient_quota", "You exceeded your quota."),
    "server": (503, "server_error", "server_overloaded", "The engine is currently overloaded."),
    "auth": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    "context": (400, "invalid_request_error", "context_length_exceeded", "Input is too long."),
}
"""Status, type, code and message."""
_KINDS: dict[int, type[openai.APIStatusError]] = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    429: openai.RateLimitError,
    503: openai.InternalServerError,
}


@dataclass(frozen=True)
class Act:
    """What goes wrong in one attempt; by default nothing."""

    attempts: float = 1
    """How many attempts of a turn go wrong."""
    after: int = 0
    """Text deltas until it happens; 0: before the first event."""
    wait: float = 0.0
    """Additional seconds before the first token."""
    silence: float = 0.0
    """Seconds without an event, mid-text."""
    ending: Literal["completed", "max_output_tokens", "content_filter", "failed", "none"] = (
        "completed"
    )
    usage: bool = True
    error: openai.APIError | None = None

    @property
    def status(self) -> str:
        """Of the response."""
        return self.ending if self.ending in {"completed", "failed"} else "incomplete"


MID_TEXT = 30
ACTS = {
    "server": Act(attempts=2),
    "quota": Act(attempts=inf),
    "reset": Act(after=MID_TEXT),
    "close": Act(after=MID_TEXT, ending="none"),
    "failed": Act(after=MID_TEXT, ending="failed"),
    "cut": Act(after=MID_TEXT, ending="max_output_tokens"),
    "filter": Act(after=MID_TEXT, ending="content_filter", attempts=inf),
    "slow": Act(wait=8.0),
    "stall": Act(after=MID_TEXT, silence=20.0),
    "hang": Act(after=MID_TEXT, silence=3600.0),
    "usage": Act(usage=False, attempts=inf),
}


def act_of(fault: str, attempt: int) -> Act:
    """Return what goes wrong in an attempt, counted from 1."""
    act = ACTS.get(fault, Act())
    return replace(act, error=_error(fault)) if attempt <= act.attempts else Act()


def _error(fault: str) -> openai.APIError | None:
    if lost := _LOST.get(fault):
        kind = openai.APITimeoutError if fault == "timeout" else openai.APIConnectionError
        error = kind(request=_REQUEST)
        error.__cause__ = type(lost)(*lost.args)
        return error
    if fault not in _REJECTED:
        return None
    status, error_type, code, message = _REJECTED[fault]
    body = {"message": f"{message} (acted out)", "type": error_type, "param": None, "code": code}
    headers = {"content-type": "application/json", "x-request-id": f"req_demo_{code}"}
    response = httpx2.Response(
        status,
        headers=headers | ({"retry-after": "2"} if fault == "rate limit" else {}),
        content=msgspec.json.encode({"error": body}),
        request=_REQUEST,
    )
    return _KINDS[status](f"Error code: {status} - {message}", response=response, body=body)
