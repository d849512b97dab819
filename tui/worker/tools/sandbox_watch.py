"""What the SDK's sandboxes report: their sessions' start, commands, files and end.

The SDK has spans of these too, but without the commands, and none once the run is over. So this
reads the events that each session gives to its sinks, whether it has any or not.
"""

import functools
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from agents import FunctionTool

_TOOLS = "agents.sandbox."
_EVENTS = "agents.sandbox.session.manager"
_MARK = "is_watched_by_streamtui"
_NOISE = frozenset(("running",))
"""Asked before each model call."""


class Operation(NamedTuple):
    """What a sandbox's session has done."""

    name: str
    began: int
    span: str
    """The id of the SDK's span of it, if it has one."""
    about: str
    error: str


def install(report: Callable[[], Callable[[Operation], object]]) -> None:
    """Watch the sandboxes, if any code has loaded them: they are slow to import.

    ``report`` gives what the run uses in whose context a sandbox has done something.
    """
    delivery: Any = getattr(sys.modules.get(_EVENTS), "Instrumentation", None)
    if delivery is not None and not hasattr(delivery.emit, _MARK):
        delivery.emit = _watched(delivery.emit, report)


def is_sandbox_tool(tool: FunctionTool) -> bool:
    """Whether it is one of the SDK's own tools of a sandbox, such as its shell.

    What these raise ends the run in the SDK, because nobody gave them a failure function.
    """
    return type(tool).__module__.startswith(_TOOLS)


def _watched(
    emit: Callable[..., Awaitable[None]], report: Callable[[], Callable[[Operation], object]]
) -> Callable[..., Awaitable[None]]:
    @functools.wraps(emit)
    async def watched(delivery: Any, event: Any) -> None:
        if event.phase == "finish" and not (event.ok and event.op in _NOISE):
            report()(_operation(event))
        await emit(delivery, event)

    setattr(watched, _MARK, True)
    return watched


def _operation(event: Any) -> Operation:
    began = time.monotonic_ns() - round(event.duration_ms * 1e6)
    code = event.data.get("exit_code")
    command = " ".join(event.data.get("command") or ())
    what = command or event.data.get("path") or ""
    said = b"".join(filter(None, (event.stdout_bytes, event.stderr_bytes)))
    about = "\n".join(filter(None, (what, said.decode(errors="replace").rstrip())))
    error = ""
    if not event.ok:
        raised = ": ".join(filter(None, (event.error_type, event.error_message)))
        error = raised or f"exit code {code}"
    return Operation(event.op, began, event.span_id, about, error)
