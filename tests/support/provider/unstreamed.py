"""The counterpart of a stream's fault for an answer that does not stream."""

from tests.support.provider.faults import (
    CloseAfter,
    CommentsAfter,
    ErrorEventAfter,
    FailAfter,
    Fault,
    GarbageAfter,
    ResetAfter,
    StallAfter,
)
from tests.support.provider.script import HttpError, Page, ResetBeforeHeaders, Silence, Step


def unstreamed(fault: Fault | None) -> Step | None:
    """The step that replaces the answer; ``None`` when the answer is sent, cut or whole."""
    match fault:
        case ResetAfter() | CloseAfter():
            return ResetBeforeHeaders()
        case StallAfter() | CommentsAfter():
            return Silence()
        case GarbageAfter():
            return Page(body='{"object":', content_type="application/json")
        case FailAfter() | ErrorEventAfter():
            return HttpError(status=500, message=fault.message, code=fault.code)
        case _:
            return None
