"""How a failure that was recorded is played again. Pure."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from tui.recorded_provider.recorded_calls import Failure


class PlayedFailure(msgspec.Struct, frozen=True, kw_only=True):
    """``status``: an HTTP error; 0: the answer begins, and ends as ``ends`` says."""

    status: int = 0
    ends: Literal["error", "silence", "cut"] = "error"
    """An error event, nothing more until the client gives up, or a closed connection."""
    code: str = ""
    message: str = ""
    headers: Mapping[str, str] = {}


def played(failure: Failure) -> PlayedFailure:
    """As the server, or the network, behaved."""
    problem = failure.problem
    # The recorded message begins with our own words for the kind of failure.
    message = problem.message.partition(": ")[2] or problem.message
    if problem.status is not None and not failure.chunks:
        wait = problem.retry_after
        headers = {} if wait is None else {"retry-after-ms": str(round(wait * 1000))}
        return PlayedFailure(
            status=problem.status, code=problem.code, message=message, headers=headers
        )
    if problem.kind == "timeout":
        return PlayedFailure(ends="silence")
    if problem.kind in {"network", "worker", "cancelled"}:
        return PlayedFailure(ends="cut")
    return PlayedFailure(code=problem.code or "server_error", message=message)
