"""A crew for random sequences: each tool notes that it ran, and several never end by themselves."""

import asyncio
import fcntl
import os
from pathlib import Path
from typing import Any

from agents import (
    Agent,
    GuardrailFunctionOutput,
    RunContextWrapper,
    function_tool,
    input_guardrail,
    output_guardrail,
)

from tests.worker.sequences.names import FORBIDDEN, HOLD, NOTES, WITHHELD
from tests.worker.sequences.short_cuts import take_short_cuts


def ran(token: str) -> str:
    with Path(os.environ[NOTES]).open("a", encoding="utf-8") as notes:
        notes.write(f"{token}\n")
    return f"done {token}"


@function_tool
async def note(token: str) -> str:
    return ran(token)


@function_tool
def note_in_thread(token: str) -> str:
    return ran(token)


@function_tool
async def hold(token: str) -> str:
    output = ran(token)
    await asyncio.Event().wait()
    return output


@function_tool
def hold_in_thread(token: str) -> str:
    output = ran(token)
    with Path(os.environ[HOLD]).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
    return output


@function_tool(timeout=0.02)
async def slow(token: str) -> str:
    output = ran(token)
    await asyncio.Event().wait()
    return output


@function_tool
def broken(token: str) -> str:
    raise ValueError(ran(token))


@function_tool(failure_error_function=None)
async def fatal(token: str) -> str:
    raise KeyError(ran(token))


@function_tool
async def die(token: str) -> str:
    ran(token)
    os._exit(7)


@function_tool(needs_approval=True)
async def ask(token: str) -> str:
    return ran(token)


@input_guardrail
async def not_forbidden(
    _: RunContextWrapper[Any], __: Agent[Any], given: Any
) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, FORBIDDEN in str(given[-1]))


@output_guardrail
async def not_withheld(
    _: RunContextWrapper[Any], __: Agent[Any], said: Any
) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, WITHHELD in str(said))


helper = Agent(name="helper", instructions="helper", tools=[note, hold, ask, broken])
tools = [
    note, note_in_thread, hold, hold_in_thread, slow, broken, fatal, die, ask,
    helper.as_tool("ask_helper", "asks the helper"),
]  # fmt: skip
mate: Agent[Any] = Agent(
    name="mate",
    instructions="mate",
    tools=[*tools],
    input_guardrails=[not_forbidden],
    output_guardrails=[not_withheld],
)
captain: Agent[Any] = Agent(
    name="captain",
    instructions="captain",
    tools=[*tools],
    handoffs=[mate],
    input_guardrails=[not_forbidden],
    output_guardrails=[not_withheld],
)
mate.handoffs.append(captain)


def crew() -> Agent[Any]:
    take_short_cuts()
    return captain
