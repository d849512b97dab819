"""Which guardrail stopped a run. Pure."""

from typing import Literal, NamedTuple

from agents import (
    InputGuardrailTripwireTriggered,
    OutputGuardrailTripwireTriggered,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
)


class Tripped(NamedTuple):
    """A guardrail that stopped a run."""

    name: str
    stage: Literal["input", "output", "tool_input", "tool_output"]
    info: object
    """What its function returned beside its decision."""
    agent: str = ""
    """Whose answer was refused."""


def tripped_guardrail(error: BaseException) -> Tripped | None:
    """The guardrail that raised this error; None for other errors."""
    match error:
        case InputGuardrailTripwireTriggered(guardrail_result=checked):
            return Tripped(checked.guardrail.get_name(), "input", checked.output.output_info)
        case OutputGuardrailTripwireTriggered(guardrail_result=refused):
            name, info = refused.guardrail.get_name(), refused.output.output_info
            return Tripped(name, "output", info, refused.agent.name)
        case ToolInputGuardrailTripwireTriggered(guardrail=before, output=output):
            return Tripped(before.get_name(), "tool_input", output.output_info)
        case ToolOutputGuardrailTripwireTriggered(guardrail=after, output=output):
            return Tripped(after.get_name(), "tool_output", output.output_info)
    return None
