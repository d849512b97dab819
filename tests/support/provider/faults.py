"""The ways an answer can go wrong after its headers; ``after`` counts the deltas that are sent."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ResetAfter:
    """A TCP reset (RST); every delta sent before it reaches the client."""

    after: int


@dataclass(frozen=True, slots=True)
class CloseAfter:
    """The body ends without a terminal event; ``None`` is after the last delta.

    ``truncated`` announces a longer HTTP chunk than it sends before it closes the connection.
    """

    after: int | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class StallAfter:
    """Nothing more is sent; the connection stays open until the client disconnects."""

    after: int


@dataclass(frozen=True, slots=True)
class CommentsAfter:
    """After that only SSE comments, one every ``every`` seconds, until the client disconnects."""

    after: int = 0
    every: float = 0.05


@dataclass(frozen=True, slots=True)
class GarbageAfter:
    """Bytes that no client can parse: JSON or UTF-8 that is broken, or a corrupt gzip stream.

    For ``gzip`` the answer's ``wire`` must say ``gzip=True``.
    """

    after: int
    kind: Literal["json", "utf8", "gzip"] = "json"


@dataclass(frozen=True, slots=True)
class FailAfter:
    """``response.failed`` (Chat Completions has only ``data: {"error": …}``)."""

    after: int
    code: str = "server_error"
    message: str = "The model failed to generate a response."


@dataclass(frozen=True, slots=True)
class ErrorEventAfter:
    """An ``error`` event, or with ``bare`` the form ``data: {"error": …}`` of other servers."""

    after: int
    code: str = "server_error"
    message: str = "The server had an error while processing your request."
    bare: bool = False


@dataclass(frozen=True, slots=True)
class IncompleteAfter:
    """A regular end that reports a cut answer: at the token limit, or by the content filter."""

    after: int
    reason: Literal["max_output_tokens", "content_filter"] = "max_output_tokens"


Fault = (
    ResetAfter
    | CloseAfter
    | StallAfter
    | CommentsAfter
    | GarbageAfter
    | FailAfter
    | ErrorEventAfter
    | IncompleteAfter
)
