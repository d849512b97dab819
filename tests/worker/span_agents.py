"""Agents whose code makes spans of its own, and whose guardrails check everything."""

import threading
from typing import Any

from agents import (
    Agent,
    GuardrailFunctionOutput,
    ToolGuardrailFunctionOutput,
    agent_span,
    custom_span,
    function_span,
    function_tool,
    input_guardrail,
    output_guardrail,
    tool_input_guardrail,
    tool_output_guardrail,
    transcription_span,
)


@function_tool
async def plan(topic: str) -> str:
    with custom_span("planning", {"topic": topic}), function_span("look up") as found:
        found.span_data.output = "found it"
    with agent_span("helper"), transcription_span("whisper"):
        pass
    with custom_span("broken") as broken:
        broken.set_error({"message": "no ink", "data": {"error": "empty"}})
    return "planned"


@function_tool
def plan_in_thread() -> str:
    with custom_span("in a thread"):
        return threading.current_thread().name


@function_tool
async def flood() -> str:
    for number in range(400):
        with custom_span(f"drop {number}"):
            pass
    return "flooded"


spanning = Agent(name="Spanning", tools=[plan, plan_in_thread, flood])


@tool_input_guardrail
def polite(data: Any) -> ToolGuardrailFunctionOutput:
    if "rude" in data.context.tool_arguments:
        return ToolGuardrailFunctionOutput.reject_content("say it nicely")
    return ToolGuardrailFunctionOutput.allow()


@tool_output_guardrail
def masked(data: Any) -> ToolGuardrailFunctionOutput:
    if "secret" in str(data.output):
        return ToolGuardrailFunctionOutput.reject_content("(masked)")
    return ToolGuardrailFunctionOutput.allow()


@function_tool(tool_input_guardrails=[polite], tool_output_guardrails=[masked])
def echo(words: str) -> str:
    return words


@input_guardrail
def asked_well(context: Any, agent: Agent[Any], given: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(output_info="fine", tripwire_triggered="trip" in str(given))


@output_guardrail
async def answered_well(context: Any, agent: Agent[Any], answer: Any) -> GuardrailFunctionOutput:
    if "boom" in str(answer):
        raise ValueError("the check itself broke")
    return GuardrailFunctionOutput(output_info="fine", tripwire_triggered=False)


guarded = Agent(
    name="Guarded",
    tools=[echo],
    input_guardrails=[asked_well],
    output_guardrails=[answered_well],
)
