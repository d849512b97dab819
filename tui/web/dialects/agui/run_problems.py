"""Why a run failed, as a client may know it."""

from collections.abc import Sequence

from tui.core.conversation import Change, Failure
from tui.protocol.events import Problem


def problem_value(problem: Problem) -> dict[str, object]:
    """What a client may know of a problem: no details, which may hold paths and code."""
    return {
        "kind": problem.kind,
        "message": problem.message,
        "advice": problem.advice,
        "status": problem.status,
        "code": problem.code,
        "retryAfter": problem.retry_after,
    }


def failure_in(changes: Sequence[Change]) -> Problem | None:
    """The problem that ended the run, if these changes show one."""
    return next((one.item.problem for one in changes if isinstance(one.item, Failure)), None)
