"""What an error says of itself: codes, words, and how long to wait. Pure.

The same error arrives as the body of an HTTP error, as an event or a chunk of a stream, or as the
JSON of an answer that was to be a stream, and each server has its own fields for it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tui.worker.failures.error_bodies import error_in, words_of

_CODES = ("code", "status", "type", "error_code", "error_type", "reason")
"""Fields from the most to the least specific."""
_WORDS = ("message", "detail", "error_message", "msg", "title", "error_description")
_SECONDS = frozenset({"retry_after", "retryafter", "retry-after", "retry_after_seconds"})
_MILLISECONDS = frozenset({"retry_after_ms", "retryafterms", "retry-after-ms"})
_DURATION = "retrydelay"
_DEEPEST = 5
_LONGEST_TEXT = 500
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_AMOUNT = (
    r"\d+(?:\.\d+)?\s*"
    r"(?:milliseconds?|ms|hours?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])"
)
_AMOUNTS = re.compile(r"(\d+(?:\.\d+)?)\s*(milli|ms|h|m|s)", re.IGNORECASE)
_ASKED = re.compile(
    rf"\b(?:again|retry|wait|available)\b[^.;]{{0,40}}?((?:{_AMOUNT}\s*)+)",
    re.IGNORECASE,
)


class ErrorReport(NamedTuple):
    codes: tuple[str, ...] = ()
    """Numbers and names, from the most specific one."""
    message: str = ""
    retry_after: float | None = None
    """Seconds that its fields or its words ask to wait."""


def report_of(body: object) -> ErrorReport:
    """``body`` is what was sent as an error, parsed or as text."""
    parsed = _parsed(body)
    inner = _inner(parsed)
    if isinstance(inner, str):
        message = "" if "<html" in inner[:200].lower() else inner.strip()[:_LONGEST_TEXT]
        return ErrorReport(message=message, retry_after=wait_in(message))
    if not isinstance(inner, Mapping):
        return ErrorReport()
    message = words_of(error_in(parsed)) or next(_texts(inner), "")
    waits = (*_waits(parsed, _DEEPEST), wait_in(message))
    return ErrorReport(
        codes=tuple(_codes(inner)),
        message=message,
        retry_after=next((wait for wait in waits if wait is not None), None),
    )


def wait_in(words: str) -> float | None:
    """Seconds in "try again in 1m30s" or "retry after 20 seconds"."""
    asked = _ASKED.search(words)
    return duration(asked[1]) if asked else None


def duration(text: str) -> float | None:
    """Seconds of ``3s``, ``20ms`` or ``1m30s``."""
    amounts = _AMOUNTS.findall(text)
    if not amounts:
        return None
    return sum(
        float(number) * _UNITS["ms" if unit.lower().startswith(("ms", "milli")) else unit.lower()]
        for number, unit in amounts
    )


def _parsed(body: object) -> object:
    if not isinstance(body, str | bytes):
        return body
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _inner(body: object) -> object:
    """The error itself, which may be wrapped once or twice, or be the first of several."""
    for _ in range(_DEEPEST):
        if isinstance(body, list) and body:
            body = body[0]
        elif isinstance(body, Mapping) and (body.get("error") or body.get("errors")):
            wrapped = body.get("error") or body.get("errors")
            if isinstance(wrapped, str) and any(isinstance(body.get(name), str) for name in _WORDS):
                return body
            body = wrapped
        else:
            break
    return body


def _codes(error: Mapping[object, object]) -> Iterator[str]:
    for name in _CODES:
        value = error.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            yield str(value)


def _texts(error: Mapping[object, object]) -> Iterator[str]:
    for name in (*_WORDS, "error"):
        value = error.get(name)
        if isinstance(value, str) and value:
            yield value


def _waits(value: object, levels: int) -> Iterator[float | None]:
    if levels == 0:
        return
    if isinstance(value, list):
        for held in value:
            yield from _waits(held, levels - 1)
    if not isinstance(value, Mapping):
        return
    for name, held in value.items():
        key = str(name).lower()
        if key in _MILLISECONDS:
            number = _number(held)
            yield None if number is None else number / 1000
        elif key in _SECONDS:
            yield _number(held)
        elif key == _DURATION and isinstance(held, str):
            yield duration(held)
        else:
            yield from _waits(held, levels - 1)


def _number(value: object) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return duration(value) if isinstance(value, str) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < float("inf") else None
