"""Why a request to a remote agent failed, in words for people. Pure, but for the time now."""

import json
import os
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import httpx2

from tui.protocol.agui.agui_events import RunError
from tui.protocol.events import Kind, Problem, RetryClass
from tui.protocol.events.problem import TURN_DEADLINE
from tui.protocol.retry_policy import LONGEST_WAIT

CONTINUE = "Press the retry key to continue from what is finished."
CHECK_NETWORK = "Check the address and the network; the next attempt may work."
WHERE = "Name the address of its AG-UI endpoint, such as http://HOST:PORT/agui."
_LONGEST_TEXT = 500
_ERROR_NUMBER = re.compile(r"\[Errno -?\d+\] ")


class _Row(NamedTuple):
    kind: Kind
    words: str
    retry: RetryClass
    advice: str = CONTINUE


_STATUSES = {
    400: _Row("agent", "The request was refused", "manual",
              "The server may speak another version of AG-UI, or something else."),
    403: _Row("auth", "Access was denied", "manual", "Check what this token is allowed to use."),
    404: _Row("agent", "There is no agent at {url}", "manual", f"Check the path. {WHERE}"),
    405: _Row("agent", "{url} takes no messages", "manual", f"Check the path. {WHERE}"),
    408: _Row("timeout", "The server timed out", "automatic"),
    409: _Row("server", "The server reported a conflict", "manual",
              "Another run may be in progress in this conversation. Retry in a moment."),
    413: _Row("agent", "The conversation is too long for the server", "manual",
              "Start a new session. Nothing was lost."),
    415: _Row("agent", "{url} does not take AG-UI requests", "manual", f"Check the path. {WHERE}"),
    422: _Row("agent", "The request was refused", "manual",
              "The server may speak another version of AG-UI, or something else."),
    429: _Row("rate_limit", "Too many requests", "automatic"),
}  # fmt: skip


class StreamTimeoutError(Exception):
    """Nothing came in time."""

    def __init__(self, seconds: float, *, first: bool) -> None:
        super().__init__(seconds)
        self.seconds = seconds
        self.first = first


class NotAStreamError(Exception):
    """The server answered with something else."""

    def __init__(self, content_type: str, body: bytes) -> None:
        super().__init__(content_type)
        self.content_type = content_type
        self.body = body


class IncompleteError(Exception):
    """The stream ended before the run did."""

    def __init__(self, *, events: int) -> None:
        super().__init__(events)
        self.events = events
        """How many of them could be read."""


class DeadlineError(Exception):
    """The whole turn took too long."""


class StatusError(Exception):
    """The server refused the request."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.body = body


def request_problem(error: Exception, *, url: str, host: str, token: bool) -> Problem:
    """``token``: one was sent."""
    match error:
        case StatusError():
            return _status_problem(error, url=url, token=token)
        case NotAStreamError():
            return _not_a_stream(error, url=url)
        case StreamTimeoutError() | DeadlineError() | IncompleteError():
            return _silence(error, host)
        case httpx2.TimeoutException():
            connecting = isinstance(error, httpx2.ConnectTimeout)
            what = f"Connecting to {host} timed out." if connecting else f"{host} did not answer."
            code = "connect_timeout" if connecting else "read_timeout"
            return _problem("timeout", what, code, advice=CHECK_NETWORK, retry="automatic")
        case httpx2.DecodingError() | UnicodeDecodeError():
            return _problem("server", f"{host} sent a malformed stream.", "malformed_stream",
                            retry="automatic")  # fmt: skip
    return _connection_problem(error, host)


def _silence(error: StreamTimeoutError | DeadlineError | IncompleteError, host: str) -> Problem:
    """Something that was expected did not come."""
    if isinstance(error, DeadlineError):
        message = f"The turn's deadline of {error.args[0]:g} s has passed."
        return _problem("timeout", message, TURN_DEADLINE)
    if isinstance(error, StreamTimeoutError):
        message, code = f"{host} stopped sending: nothing in {error.seconds:g} s.", "idle_timeout"
        if error.first:
            message, code = (
                f"No response from {host} in {error.seconds:g} s.",
                "first_event_timeout",
            )
        return _problem("timeout", message, code, retry="automatic")
    if not error.events:
        message = f"{host} sent a stream without AG-UI events."
        return _problem("server", message, "not_agui", advice=WHERE)
    message = f"The answer from {host} is incomplete: its stream ended early."
    return _problem("network", message, "incomplete", retry="automatic")


def run_error_problem(error: RunError, host: str) -> Problem:
    """What the server itself reports."""
    return Problem(
        kind="server",
        message=error.message or f"{host} reported an error.",
        advice=CONTINUE,
        code=error.code or "",
    )


def _connection_problem(error: Exception, host: str) -> Problem:
    links = list(_causes(error))
    tls = next((one for one in links if isinstance(one, ssl.SSLError)), None)
    if isinstance(tls, ssl.SSLCertVerificationError):
        return _problem(
            "network",
            f"The certificate of {host} was not accepted: {tls.verify_message}",
            "certificate",
            advice="Check the address; SSL_CERT_FILE names the certificate of a private authority.",
        )
    if tls is not None and "WRONG_VERSION_NUMBER" in str(tls):
        advice = "If the server does not use TLS, write the address with http://."
        return _problem("network", f"{host} does not speak TLS.", "no_tls", advice=advice)
    if isinstance(error, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return _problem("agent", f"The address is not valid: {error}", "bad_address", advice=WHERE)
    root = links[-1]
    words = _of_system(root) or str(root) or str(error) or type(root).__name__
    words = _ERROR_NUMBER.sub("", words)
    advice, code = CHECK_NETWORK, type(root).__name__
    message = f"The connection to {host} failed: {words}"
    return _problem("network", message, code, advice=advice, retry="automatic")


def _of_system(error: BaseException) -> str:
    """The system's own words for its error; "" for one that is not the system's."""
    is_own = isinstance(error, OSError) and type(error).__module__ == "builtins"
    return os.strerror(error.errno) if is_own and error.errno and error.errno > 0 else ""  # type: ignore[attr-defined]


def _causes(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _status_problem(error: StatusError, *, url: str, token: bool) -> Problem:
    status, message = error.status, _message(error.body)
    row = _STATUSES.get(status)
    if status == 401:
        advice = (
            "Check the token: --token, or STREAMTUI_TOKEN."
            if token
            else "Give it with STREAMTUI_TOKEN, --token, or --header 'NAME: VALUE'."
        )
        words = "The token was not accepted" if token else "The server wants a token"
        row = _Row("auth", words, "manual", advice)
    elif 300 <= status < 400:
        place = error.headers.get("location", "another address")
        row = _Row("agent", f"The agent has moved to {place}", "manual", "Use that address.")
    elif row is None and status >= 500:
        row = _Row("server", "The server failed", "automatic")
    elif row is None:
        row = _Row("agent", "The request was refused", "manual", "See the details.")
    asked = _retry_after(error.headers)
    too_long = asked is not None and asked > LONGEST_WAIT
    words = row.words.format(url=url)
    return Problem(
        kind=row.kind,
        message=f"{words}: {message}" if message else f"{words}.",
        advice=f"The server asks to retry in {round((asked or 0) / 60)} min."
        if too_long
        else row.advice,
        detail=f"HTTP {status}",
        retry=row.retry,
        status=status,
        retry_after=asked,
        request_id=error.headers.get("x-request-id", ""),
    )


def _not_a_stream(error: NotAStreamError, *, url: str) -> Problem:
    start = error.body[:_LONGEST_TEXT].lstrip().lower()
    if "html" in error.content_type or start.startswith((b"<!doctype html", b"<html")):
        what = "a web page"
    elif "json" in error.content_type:
        what = "JSON"
    else:
        what = error.content_type or "something"
    text = error.body.decode("utf-8", "replace")[:_LONGEST_TEXT]
    return Problem(
        kind="agent",
        message=f"{url} sent {what} instead of AG-UI's stream of events.",
        advice=f"Check the address. {WHERE}",
        detail=text,
        code="not_a_stream",
    )


def _message(body: bytes) -> str:
    """What the body of an error says; "" for a page, or if it says nothing."""
    text = body.decode("utf-8", "replace").strip()
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return "" if "<html" in text[:200].lower() else text[:_LONGEST_TEXT]
    for _ in range(3):
        if isinstance(parsed, list) and parsed:
            parsed = parsed[0]
        if not isinstance(parsed, Mapping):
            break
        named = (parsed.get(name) for name in ("error", "detail", "message", "msg"))
        parsed = next((one for one in named if one), "")
    return parsed[:_LONGEST_TEXT] if isinstance(parsed, str) else ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
        except ValueError:
            return None
    return seconds if 0 <= seconds < float("inf") else None


def _problem(
    kind: Kind, message: str, code: str, *, advice: str = CONTINUE, retry: RetryClass = "manual"
) -> Problem:
    return Problem(kind=kind, message=message, advice=advice, retry=retry, code=code)
