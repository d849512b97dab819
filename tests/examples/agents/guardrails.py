"""All four guardrails: of the input, the output, and of a tool's input and output."""

from typing import Any

from agents import (
    Agent,
    GuardrailFunctionOutput,
    RunContextWrapper,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrailData,
    ToolOutputGuardrailData,
    function_tool,
    input_guardrail,
    output_guardrail,
    tool_input_guardrail,
    tool_output_guardrail,
)


@input_guardrail
async def no_homework(
    context: RunContextWrapper[None], agent: Agent[Any], given: Any
) -> GuardrailFunctionOutput:
    words = str(given[-1]["content"] if isinstance(given, list) else given)
    return GuardrailFunctionOutput({"checked": len(words)}, "homework" in words)


@output_guardrail
async def no_prices(
    context: RunContextWrapper[None], agent: Agent[Any], answer: str
) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput("prices are not public", "euro" in answer)


@tool_input_guardrail
def only_letters(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
    if "admin" in data.context.tool_arguments:
        return ToolGuardrailFunctionOutput.reject_content("Nobody may look up the admin.")
    return ToolGuardrailFunctionOutput.allow()


@tool_output_guardrail
def no_numbers(data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
    if any(letter.isdigit() for letter in str(data.output)):
        return ToolGuardrailFunctionOutput.reject_content("(a number was taken out)")
    return ToolGuardrailFunctionOutput.allow()


@function_tool(tool_input_guardrails=[only_letters], tool_output_guardrails=[no_numbers])
def look_up(person: str) -> str:
    """Find a person in the book."""
    return f"{person}, room 12" if person == "bob" else f"{person}, upstairs"


agent = Agent(
    name="Clerk",
    tools=[look_up],
    input_guardrails=[no_homework],
    output_guardrails=[no_prices],
)
