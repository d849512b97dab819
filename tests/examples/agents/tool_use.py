"""What becomes of a tool's result: it is the answer, some are, or a function decides."""

from typing import Any

from agents import (
    Agent,
    FunctionToolResult,
    RunContextWrapper,
    StopAtTools,
    ToolsToFinalOutputResult,
    function_tool,
)


@function_tool
def measure(city: str) -> str:
    """The temperature."""
    return f"18 degrees in {city}"


@function_tool
def note(text: str) -> str:
    """Write something down."""
    return f"noted: {text}"


async def decide(
    context: RunContextWrapper[Any], results: list[FunctionToolResult]
) -> ToolsToFinalOutputResult:
    words = str(results[0].output)
    return ToolsToFinalOutputResult("degrees" in words, f"I measured {words}.")


first = Agent(name="First", tools=[measure, note], tool_use_behavior="stop_on_first_tool")
some = Agent(
    name="Some",
    tools=[measure, note],
    tool_use_behavior=StopAtTools(stop_at_tool_names=["measure"]),
)
custom = Agent(name="Custom", tools=[measure, note], tool_use_behavior=decide)
