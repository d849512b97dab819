"""Reports what each guardrail checked, how long that took, and what came of it.

The SDK's spans tell neither what a guardrail checks nor of the guardrails of tools. So this wraps
the method that runs a guardrail's function.
"""

import functools
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from agents import (
    Agent,
    InputGuardrail,
    InputGuardrailResult,
    OutputGuardrail,
    OutputGuardrailResult,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolInputGuardrailData,
    ToolOutputGuardrail,
)

from tui.protocol.events import Stage

_RUNNERS: dict[Stage, type[Any]] = {
    "input": InputGuardrail,
    "output": OutputGuardrail,
    "tool_input": ToolInputGuardrail,
    "tool_output": ToolOutputGuardrail,
}
TRIPPED = "tripped"


class Check(NamedTuple):
    """One check that has ended. ``tool`` and ``tool_call`` are "" for an agent's guardrail."""

    stage: Stage
    guardrail: str
    began: int
    """ns."""
    agent: str
    tool: str
    tool_call: str
    instead: str | None
    """What the model gets, if a tool's call or result was refused."""
    error: str
    """`TRIPPED`, or what the guardrail's own code raised; "" if the run continues."""


Checked = Callable[[Check], object]


def install(checked: Callable[[], Checked]) -> None:
    """Watch every guardrail of this process from now on; ``checked`` gives what the run uses."""
    for stage, kind in _RUNNERS.items():
        kind.run = _watched(stage, kind.run, checked)


def _watched(
    stage: Stage, run: Callable[..., Awaitable[Any]], checked: Callable[[], Checked]
) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(run)
    async def watched(guardrail: Any, *arguments: Any, **named: Any) -> Any:
        began = time.monotonic_ns()

        def report(instead: str | None, error: str) -> None:
            about = _about((*arguments, *named.values()))
            checked()(Check(stage, guardrail.get_name(), began, *about, instead, error))

        # A check that is cancelled, because another guardrail has tripped, is not reported.
        try:
            result = await run(guardrail, *arguments, **named)
        except Exception as raised:
            report(None, f"{type(raised).__name__}: {raised}")
            raise
        report(*_decision(result))
        return result

    return watched


def _about(arguments: tuple[Any, ...]) -> tuple[str, str, str]:
    """The agent; of a tool's guardrail, also the tool and the id of its call."""
    for argument in arguments:
        if isinstance(argument, ToolInputGuardrailData):
            context = argument.context
            return argument.agent.name, context.tool_name, context.tool_call_id
        if isinstance(argument, Agent):
            return argument.name, "", ""
    return "", "", ""


def _decision(result: Any) -> tuple[str | None, str]:
    """What the model gets instead, and why the run stops."""
    match result:
        case InputGuardrailResult() | OutputGuardrailResult():
            return None, TRIPPED if result.output.tripwire_triggered else ""
        case ToolGuardrailFunctionOutput(behavior={"type": "reject_content", "message": message}):
            return str(message), ""
        case ToolGuardrailFunctionOutput(behavior={"type": "raise_exception"}):
            return None, TRIPPED
    return None, ""
