"""How each fault is acted out: what goes wrong in which attempt.

The errors are those that the openai client raises when the same happens for real, with a real
response and real headers inside, so that whoever classifies and retries cannot tell them apart.
"""

from collections.abc import Callable
from dataclasses import dataclass

import httpx2
import msgspec
import openai

from tui.demo.responses import Ending

URL = "https://demo.invalid/v1/responses"

HALF_WAY = 30
"""Text deltas before something happens mid-text."""


@dataclass(frozen=True)
class Act:
    """What goes wrong in one attempt; by default nothing does."""

    error: Callable[[], openai.APIError] | None = None
    after: int | None = None
    """Text deltas until it happens; None: before the first event."""
    wait: float = 0.0
    """More seconds before the first token."""
    silence: float = 0.0
    """Seconds without a word, mid-text."""
    ending: Ending = "completed"
    usage: bool = True


ALL_WELL = Act()


@dataclass(frozen=True)
class Scene:
    """The attempts of one turn, in order; afterwards all is well, unless it goes on for ever."""

    acts: tuple[Act, ...]
    for_ever: bool = False

    def act(self, attempt: int) -> Act:
        """Give what happens in an attempt, counted from 1."""
        if attempt <= len(self.acts):
            return self.acts[attempt - 1]
        return self.acts[-1] if self.for_ever else ALL_WELL


def _request() -> httpx2.Request:
    return httpx2.Request("POST", URL)


def refused() -> openai.APIConnectionError:
    error = openai.APIConnectionError(request=_request())
    error.__cause__ = httpx2.ConnectError("[Errno 111] Connection refused")
    return error


def timed_out() -> openai.APITimeoutError:
    error = openai.APITimeoutError(request=_request())
    error.__cause__ = httpx2.ConnectTimeout("timed out")
    return error


def reset() -> openai.APIConnectionError:
    error = openai.APIConnectionError(request=_request())
    error.__cause__ = httpx2.ReadError("[Errno 104] Connection reset by peer")
    return error


def _status(
    kind: type[openai.APIStatusError],
    status: int,
    *,
    code: str,
    message: str,
    error_type: str = "invalid_request_error",
    **headers: str,
) -> Callable[[], openai.APIStatusError]:
    body = {"message": message, "type": error_type, "param": None, "code": code}

    def make() -> openai.APIStatusError:
        response = httpx2.Response(
            status,
            headers={
                "content-type": "application/json",
                "x-request-id": f"req_demo_{code}",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
            content=msgspec.json.encode({"error": body}),
            request=_request(),
        )
        return kind(f"Error code: {status} - {message}", response=response, body=body)

    return make


rate_limited = _status(
    openai.RateLimitError,
    429,
    code="rate_limit_exceeded",
    error_type="requests",
    message="Rate limit reached for requests. Please try again in 2s. (acted out)",
    retry_after="2",
)
out_of_quota = _status(
    openai.RateLimitError,
    429,
    code="insufficient_quota",
    error_type="insufficient_quota",
    message="You exceeded your current quota, please check your plan and billing. (acted out)",
)
unavailable = _status(
    openai.InternalServerError,
    503,
    code="server_overloaded",
    error_type="server_error",
    message="The engine is currently overloaded, please try again later. (acted out)",
)
key_refused = _status(
    openai.AuthenticationError,
    401,
    code="invalid_api_key",
    message="Incorrect API key provided. (acted out)",
)
too_long = _status(
    openai.BadRequestError,
    400,
    code="context_length_exceeded",
    message="Your input exceeds the context window of this model. (acted out)",
)

SCENES: dict[str, Scene] = {
    "rate limit": Scene((Act(rate_limited),)),
    "refused": Scene((Act(refused),)),
    "timeout": Scene((Act(timed_out),)),
    "server": Scene((Act(unavailable), Act(unavailable))),
    "reset": Scene((Act(reset, after=HALF_WAY),)),
    "close": Scene((Act(after=HALF_WAY, ending="silent"),)),
    "failed": Scene((Act(after=HALF_WAY, ending="failed"),)),
    "cut": Scene((Act(after=HALF_WAY, ending="max_output_tokens"),)),
    "filter": Scene((Act(after=HALF_WAY, ending="content_filter"),), for_ever=True),
    "slow": Scene((Act(wait=8.0),)),
    "stall": Scene((Act(after=HALF_WAY, silence=20.0),)),
    "hang": Scene((Act(after=HALF_WAY, silence=3600.0),)),
    "quota": Scene((Act(out_of_quota),), for_ever=True),
    "auth": Scene((Act(key_refused),)),
    "context": Scene((Act(too_long),)),
    "usage": Scene((Act(usage=False),), for_ever=True),
}
"""By the fault's name. Faults that a tool or the words alone act out are not here."""
