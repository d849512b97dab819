"""Turns HTTP errors and providers' error codes into problems. Pure."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import openai

from tui.protocol.events import Kind, Problem, RetryClass
from tui.worker.failures.error_bodies import delay_in, error_in, words_of
from tui.worker.model.retry import LONGEST_WAIT


class _Row(NamedTuple):
    kind: Kind
    words: str
    retry: RetryClass
    advice: str = ""


QUOTA = _Row(
    "rate_limit", "The quota is exhausted", "never", "See your plan and billing at the provider."
)
TOO_LONG = _Row(
    "agent",
    "The conversation is too long for this model",
    "manual",
    "Clear the history, or choose a model with a larger context. Nothing was lost.",
)
RATE_LIMITED = _Row("rate_limit", "Too many requests", "automatic")
SERVER = _Row("server", "The server failed", "automatic")
REFUSED = _Row("agent", "The request was refused", "manual", "See the details for what to change.")

CODES = {
    "insufficient_quota": QUOTA,
    "context_length_exceeded": TOO_LONG,
    "string_above_max_length": TOO_LONG,
    "rate_limit_exceeded": RATE_LIMITED,
    "rate_limit_error": RATE_LIMITED,
    "server_error": SERVER,
    "internal_server_error": SERVER,
    "overloaded_error": SERVER,
    "service_unavailable": SERVER,
    "bad_gateway": SERVER,
    "unavailable": SERVER,
    "error": SERVER,
    "abort": SERVER,
    "insufficient_system_resource": SERVER,
    "internal": SERVER,
    "too_many_requests": RATE_LIMITED,
    "resource_exhausted": RATE_LIMITED,
    "conversation_locked": _Row("server", "The conversation is in use", "automatic"),
    "content_filter": _Row("guardrail", "The provider's content filter refused this", "never"),
}
STATUSES = {
    401: _Row("auth", "The key was not accepted", "manual", "Check OPENAI_API_KEY."),
    403: _Row("auth", "Access was denied", "manual", "Check what this key is allowed to use."),
    404: _Row("agent", "Not found", "manual", "Check the model's name and the base URL."),
    408: _Row("timeout", "The server timed out", "automatic"),
    409: _Row("server", "The server reported a conflict", "automatic"),
    413: TOO_LONG,
    429: RATE_LIMITED,
}


def status_problem(error: openai.APIStatusError) -> Problem:
    """Rows 12 to 19: the code is more specific than the status."""
    body = error_in(error.body)
    code = str(error.code or body.get("code") or body.get("type") or "")
    by_status = _row_of_status(error.status_code)
    row = CODES.get(code.lower(), by_status)
    if row is SERVER:
        row = by_status
    retry_after = retry_after_seconds(error.response.headers, now=time.time()) or delay_in(body)
    patient = row.retry == "automatic" and (retry_after or 0) > LONGEST_WAIT
    return Problem(
        kind=row.kind,
        message=_sentence(row.words, provider_words(error)),
        advice=_when(retry_after) if patient else row.advice,
        detail=_detail(error),
        retry="manual" if patient else row.retry,
        status=error.status_code,
        code=code,
        request_id=error.request_id or "",
        retry_after=retry_after,
    )


def provider_problem(code: str, message: str) -> Problem:
    """Rows 20 and 21: a failure that was reported in the stream, by name or by HTTP status."""
    by_name = SERVER if not code or "server" in code else REFUSED
    by_status = _row_of_status(int(code)) if code.isdecimal() and len(code) == 3 else by_name
    row = CODES.get(code.lower(), by_status)
    return Problem(
        kind=row.kind,
        message=_sentence(row.words, message),
        advice=row.advice,
        retry=row.retry,
        code=code,
    )


def _row_of_status(status: int) -> _Row:
    return STATUSES.get(status, SERVER if status >= 500 else REFUSED)


def retry_after_seconds(headers: Mapping[str, str], *, now: float) -> float | None:
    """``retry-after-ms``, or ``Retry-After`` in its two forms; ``now`` in Unix seconds."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    seconds = _number(text)
    if seconds is not None or text is None:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return None


def provider_words(error: openai.APIStatusError) -> str:
    """The message in the error's body, if it has one."""
    return words_of(error_in(error.body))


def _detail(error: openai.APIStatusError) -> str:
    """What the provider's support needs to know."""
    asked = f", request {error.request_id}" if error.request_id else ""
    return f"HTTP {error.status_code}{asked}"


def _sentence(words: str, message: str) -> str:
    return f"{words}: {message}" if message else f"{words}."


def _when(retry_after: float | None) -> str:
    return f"The provider asks you to come back in {round((retry_after or 0) / 60)} min."


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < float("inf") else None
