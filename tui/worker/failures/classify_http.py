"""Turns HTTP errors and providers' error codes into problems. Pure."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import openai

from tui.protocol.events import Kind, Problem, RetryClass
from tui.protocol.retry_policy import LONGEST_WAIT
from tui.worker.failures.error_report import ErrorReport, report_of, wait_in
from tui.worker.failures.other_clients import (
    code_of,
    headers_of,
    provider_of,
    status_of,
    words_of,
)


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
REPORTED = _Row(
    "server", "The server reported an error", "manual", "See the details for what to change."
)

UNAUTHORIZED = _Row("auth", "The key was not accepted", "manual", "Check OPENAI_API_KEY.")
FORBIDDEN = _Row("auth", "Access was denied", "manual", "Check what this key is allowed to use.")
NOT_FOUND = _Row("agent", "Not found", "manual", "Check the model's name and the base URL.")
TIMED_OUT = _Row("timeout", "The server timed out", "automatic")
LOCKED = _Row("server", "The conversation is in use", "automatic")
NOT_RECORDED = _Row(
    "agent",
    "The recording has no answer for this request",
    "manual",
    "Record it again, or let --on-miss nearest answer it.",
)
FILTERED = _Row("guardrail", "The provider's content filter refused this", "never")

_NAMES = {
    QUOTA: "insufficient_quota billing_hard_limit_reached billing_not_active payment_required "
    "insufficient_credits insufficient_balance insufficient_user_quota credit_limit_exceeded",
    TOO_LONG: "context_length_exceeded string_above_max_length request_too_large "
    "exceed_context_size_error context_window_exceeded payload_too_large prompt_too_long",
    RATE_LIMITED: "rate_limit_exceeded rate_limit_error rate_limited rate_limit "
    "too_many_requests resource_exhausted throttled throttling throttlingexception",
    SERVER: "server_error internal_server_error internal_error internal api_error error abort "
    "overloaded_error overloaded engine_overloaded model_overloaded server_overloaded "
    "service_unavailable service_unavailable_error unavailable bad_gateway capacity_exceeded "
    "insufficient_system_resource upstream_error provider_error",
    UNAUTHORIZED: "invalid_api_key authentication_error unauthorized unauthenticated "
    "invalid_authentication missing_api_key",
    FORBIDDEN: "permission_error permission_denied forbidden access_denied "
    "unsupported_country_region_territory",
    NOT_FOUND: "not_found_error not_found model_not_found deployment_not_found",
    TIMED_OUT: "timeout timeout_error request_timeout gateway_timeout deadline_exceeded",
    LOCKED: "conversation_locked",
    FILTERED: "content_filter content_policy_violation responsibleaipolicyviolation "
    "moderation_blocked",
    NOT_RECORDED: "no_recorded_answer",
}
CODES = {name: row for row, names in _NAMES.items() for name in names.split()}
_VAGUE = frozenset({"server_error", "error", "internal", "internal_error", "api_error"})
"""Names that servers give to any failure: an HTTP status says more."""
STATUSES = {
    401: UNAUTHORIZED,
    402: QUOTA,
    403: FORBIDDEN,
    404: NOT_FOUND,
    408: TIMED_OUT,
    409: _Row("server", "The server reported a conflict", "automatic"),
    413: TOO_LONG,
    429: RATE_LIMITED,
}
_REFUSAL = re.compile("invalid|unsupported|not_supported|bad_?request|missing", re.IGNORECASE)
"""In names of errors that lie in the request."""
_TOO_LONG_WORDS = re.compile(
    r"context (?:length|window|size)|prompt is too long|maximum (?:context|prompt) length"
    r"|too many (?:input )?tokens",
    re.IGNORECASE,
)


def status_problem(error: openai.APIStatusError) -> Problem:
    """Rows 12 to 19: what the body says is more specific than the status."""
    report = _report(error)
    row = _row(report, error.status_code)
    asked = retry_after_seconds(error.response.headers, now=time.time())
    return _problem(
        row,
        report,
        retry_after=report.retry_after if asked is None else asked,
        detail=_detail(error),
        status=error.status_code,
        request_id=error.request_id or "",
    )


def provider_problem(code: str, message: str, body: object = None) -> Problem:
    """Rows 20 and 21: a failure that was reported in the stream, by name or by HTTP status.

    ``body`` is all that the server has sent of it.
    """
    report = report_of(body)
    codes = (code, *(one for one in report.codes if one != code)) if code else report.codes
    words = report.message or message
    wait = wait_in(words) if report.retry_after is None else report.retry_after
    report = ErrorReport(codes, words, wait)
    return _problem(_row(report), report, retry_after=wait)


def wrapped_problem(error: BaseException) -> Problem:
    """A failure as LiteLLM or any-llm reports it, when that of the client inside is not known."""
    headers, words, status = headers_of(error), words_of(error), status_of(error)
    code, provider = code_of(error), provider_of(error)
    report = ErrorReport((code,) if code else (), words, wait_in(words))
    asked = retry_after_seconds(headers, now=time.time())
    request_id = headers.get("x-request-id", "")
    row = _row(report, status)
    if row is UNAUTHORIZED:
        whose = f" for {provider}" if provider else ""
        row = row._replace(advice=f"Set or check the API key{whose}.")
    return _problem(
        row,
        report,
        retry_after=report.retry_after if asked is None else asked,
        detail=f"HTTP {status}" if status else type(error).__name__,
        status=status,
        request_id=request_id,
    )


def provider_words(error: openai.APIStatusError) -> str:
    """The message in the error's body, if it has one."""
    return _report(error).message


def _report(error: openai.APIStatusError) -> ErrorReport:
    report = report_of(error.body)
    if error.code and error.code not in report.codes:
        return report._replace(codes=(str(error.code), *report.codes))
    return report


def _row(report: ErrorReport, status: int | None = None) -> _Row:
    """The same for a code wherever it arrives."""
    by_status = None if status is None else _row_of_status(status)
    for code in report.codes:
        name = code.lower()
        if name in CODES and not (by_status and name in _VAGUE):
            return CODES[name]
        if code.isdecimal() and len(code) == 3 and 400 <= int(code) < 600:
            return _refined(_row_of_status(int(code)), report)
    if by_status is not None:
        return _refined(by_status, report)
    vague = not report.codes or any("server" in code.lower() for code in report.codes)
    if vague:
        return _refined(SERVER, report)
    refusal = any(map(_REFUSAL.search, report.codes))
    return _refined(REFUSED if refusal else REPORTED, report)


def _refined(row: _Row, report: ErrorReport) -> _Row:
    """Some servers refuse a conversation that is too long with nothing but words."""
    return TOO_LONG if row is REFUSED and _TOO_LONG_WORDS.search(report.message) else row


def _problem(row: _Row, report: ErrorReport, *, retry_after: float | None, **more: Any) -> Problem:
    patient = row.retry == "automatic" and (retry_after or 0) > LONGEST_WAIT
    return Problem(
        kind=row.kind,
        message=_sentence(row.words, report.message),
        advice=_when(retry_after) if patient else row.advice,
        retry="manual" if patient else row.retry,
        code=next(iter(report.codes), ""),
        retry_after=retry_after,
        **more,
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
