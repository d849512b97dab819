"""Every fault of the provider that takes no long wait, by name."""

from collections.abc import Callable

from tests.support.provider import (
    Answer,
    CloseAfter,
    CommentsAfter,
    EmptyStream,
    ErrorEventAfter,
    FailAfter,
    GarbageAfter,
    HttpError,
    IncompleteAfter,
    Page,
    ResetAfter,
    ResetBeforeHeaders,
    Silence,
    StallAfter,
    Step,
    Wire,
    context_too_long,
    invalid_key,
    model_not_found,
    quota_exhausted,
    rate_limited,
    server_error,
)
from tests.support.provider.faults import Fault

PIECES = 6
"""Deltas that arrive before an answer is cut."""


def _cut(fault: Fault, wire: Wire | None = None) -> Callable[[str], Step]:
    return lambda text: Answer(text, fault=fault, wire=wire or Wire())


FAULTS: dict[str, Callable[[str], Step]] = {
    "reset": _cut(ResetAfter(PIECES)),
    "close": _cut(CloseAfter(PIECES)),
    "truncated": _cut(CloseAfter(PIECES, truncated=True)),
    "no end": _cut(CloseAfter()),
    "stall": _cut(StallAfter(PIECES)),
    "comments": _cut(CommentsAfter(PIECES)),
    "bad JSON": _cut(GarbageAfter(PIECES)),
    "bad UTF-8": _cut(GarbageAfter(PIECES, "utf8")),
    "bad gzip": _cut(GarbageAfter(PIECES, "gzip"), Wire(gzip=True)),
    "failed": _cut(FailAfter(PIECES)),
    "error event": _cut(ErrorEventAfter(PIECES)),
    "token limit": _cut(IncompleteAfter(PIECES)),
    "content filter": _cut(IncompleteAfter(PIECES, "content_filter")),
    "empty": lambda _: EmptyStream(),
    "reset before headers": lambda _: ResetBeforeHeaders(),
    "silence": lambda _: Silence(),
    "page": lambda _: Page(),
    "429": lambda _: rate_limited(0.1),
    "quota": lambda _: quota_exhausted(),
    "401": lambda _: invalid_key(),
    "404": lambda _: model_not_found(),
    "too long": lambda _: context_too_long(),
    "400": lambda _: HttpError(status=400),
    "500": lambda _: server_error(500),
    "503": lambda _: server_error(503),
}
