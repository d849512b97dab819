"""Why a request is refused: a code for programs, a message for people, a status of HTTP."""

from typing import Final, Literal

import msgspec

Code = Literal[
    "AGENT_UNAVAILABLE", "BAD_REQUEST", "BUSY", "CALL_NOT_FOUND", "CONFIRMATION_NEEDED",
    "FORBIDDEN", "INTERNAL", "METHOD_NOT_ALLOWED", "NOTHING_TO_RETRY", "NOTHING_TO_UNDO",
    "NOT_FOUND", "RATE_LIMITED", "SESSION_IN_USE", "SESSION_NOT_FOUND", "SHUTTING_DOWN",
    "STREAM_ERROR", "TOO_LARGE", "TOO_MANY_SESSIONS", "TOO_SLOW", "UNAUTHORIZED",
]  # fmt: skip

STATUS: Final[dict[Code, int]] = {
    "AGENT_UNAVAILABLE": 503,
    "BAD_REQUEST": 400,
    "BUSY": 409,
    "CALL_NOT_FOUND": 404,
    "CONFIRMATION_NEEDED": 409,
    "FORBIDDEN": 403,
    "INTERNAL": 500,
    "METHOD_NOT_ALLOWED": 405,
    "NOTHING_TO_RETRY": 409,
    "NOTHING_TO_UNDO": 409,
    "NOT_FOUND": 404,
    "RATE_LIMITED": 429,
    "SESSION_IN_USE": 409,
    "SESSION_NOT_FOUND": 404,
    "SHUTTING_DOWN": 503,
    "STREAM_ERROR": 500,
    "TOO_LARGE": 413,
    "TOO_MANY_SESSIONS": 503,
    "TOO_SLOW": 408,
    "UNAUTHORIZED": 401,
}


class RefusedError(Exception):
    """``message`` says what to do; it has no key, no path and no code of this program in it."""

    def __init__(self, code: Code, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message
        self.retry_after = retry_after
        """Seconds."""

    @property
    def status(self) -> int:
        return STATUS[self.code]


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    code: Code
    message: str
    retry_after: float | None = None
    """Seconds to wait before asking again; null if waiting does not help."""


class ErrorAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What every request that is refused is answered with."""

    error: ErrorBody
