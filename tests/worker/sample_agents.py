"""Agents for the worker's tests, in a file as a user would write it."""

import asyncio
import ctypes
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from agents import (
    Agent,
    FunctionToolResult,
    GuardrailFunctionOutput,
    RunConfig,
    RunContextWrapper,
    Runner,
    ToolOutputImage,
    ToolOutputText,
    ToolsToFinalOutputResult,
    function_tool,
    input_guardrail,
    output_guardrail,
)
from pydantic import BaseModel

GATE = "TEST_GATE"


def read_gate() -> str:
    """Wait until the test writes a line into the pipe."""
    with Path(os.environ[GATE]).open(encoding="utf-8") as pipe:
        return pipe.readline().strip()


@function_tool
def add(a: int, b: int) -> int:
    return a + b


@function_tool
async def gated() -> str:
    return await asyncio.to_thread(read_gate)


@function_tool
def gated_in_thread() -> str:
    return read_gate()


@function_tool
async def wait_forever() -> str:
    await asyncio.Event().wait()
    return "never"


@function_tool
async def keep_waiting() -> str:
    """Catches the first cancellation, and prints it."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("not now")
    await asyncio.Event().wait()
    return "never"


@function_tool
async def finish_anyway() -> str:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return "finished anyway"
    return "never"


@function_tool(timeout=0.05)
async def too_slow() -> str:
    await asyncio.Event().wait()
    return "never"


@function_tool
def raise_value_error() -> str:
    secret_local = "do-not-show-me"
    raise ValueError(f"no such thing ({len(secret_local)})")


@function_tool(failure_error_function=None)
def raise_unhandled() -> str:
    raise KeyError("nobody handles this")


@function_tool
def die() -> str:
    print("last words")
    os._exit(7)


@function_tool
async def block_the_loop() -> str:
    time.sleep(60)  # noqa: ASYNC251 (the fault that is tested)
    return "late"


@function_tool
def shout() -> str:
    print("from print")
    os.write(1, b"from os.write\n")
    ctypes.CDLL(None).puts(b"from C")
    return "quiet"


@function_tool(needs_approval=True)
def launch(target: str) -> str:
    return f"launched at {target}"


ODD_OUTPUTS: dict[str, Any] = {
    "empty": "",
    "nothing": None,
    "half a character": "half \ud83d",
    "zero": "a\x00b",
    "numbers": [1, 2],
    "object": {"a": 1},
    "bytes": b"\xff\x00",
    "picture": ToolOutputImage(image_url="data:image/png;base64,iVBORw0KGgo="),
    "text part": ToolOutputText(text="half \ud83d"),
}


@function_tool
def odd(kind: str) -> Any:
    return ODD_OUTPUTS[kind]


strange = Agent(name="Strange", tools=[odd, add])
adder = Agent(name="Adder", tools=[add])
noisy = Agent(name="Noisy", tools=[shout])
mortal = Agent(name="Mortal", tools=[die])
parallel = Agent(name="Parallel", tools=[add, gated])
stubborn = Agent(name="Stubborn", tools=[keep_waiting, finish_anyway])
slow = Agent(name="Slow", tools=[add, wait_forever, gated_in_thread, too_slow, gated])
faulty = Agent(name="Faulty", tools=[raise_value_error, raise_unhandled])
blocking = Agent(name="Blocking", tools=[block_the_loop])
careful = Agent(name="Careful", tools=[launch])

inner = Agent(name="Inner", tools=[add])
outer = Agent(name="Outer", tools=[inner.as_tool("ask_inner", "asks the inner agent")])
careful_outer = Agent(name="Careful Outer", tools=[careful.as_tool("ask_careful", "asks")])
apart = Agent(
    name="Apart",
    tools=[inner.as_tool("ask_inner", "asks", run_config=RunConfig(model="own-config"))],
)

poet = Agent(name="Poet", handoff_description="writes verse")
triage = Agent(name="Triage", handoffs=[poet])
judge = Agent(name="Judge")
router = Agent(name="Router", handoffs=[poet, judge])


@input_guardrail
async def no_bombs(
    _: RunContextWrapper[Any], __: Agent[Any], given: Any
) -> GuardrailFunctionOutput:
    await Runner.run(judge, "is it harmless?")
    return GuardrailFunctionOutput("mentions bombs", "bomb" in str(given[-1]))


@output_guardrail
async def no_secrets(
    _: RunContextWrapper[Any], __: Agent[Any], said: Any
) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput({"found": "secret"}, "secret" in str(said))


guarded = Agent(name="Guarded", input_guardrails=[no_bombs], output_guardrails=[no_secrets])


@function_tool
def figures() -> str:
    return "40 and 2"


def conclude(_: RunContextWrapper[Any], results: list[FunctionToolResult]) -> Any:
    return ToolsToFinalOutputResult(
        is_final_output=True, final_output=f"concluded from {results[0].output}"
    )


concluder = Agent(name="Concluder", tools=[figures], tool_use_behavior=conclude)


class Weather(BaseModel):
    city: str
    degrees: int


forecaster = Agent(name="Forecaster", output_type=Weather)


async def late_agent() -> Agent[Any]:
    """Loads when the gate is opened."""
    await asyncio.to_thread(read_gate)
    return Agent(name="Late")


@asynccontextmanager
async def agent_for_a_while() -> AsyncIterator[Agent[Any]]:
    print("entered")
    yield Agent(name="For A While")
    print("left")


@function_tool
def who_am_i(context: RunContextWrapper[Any]) -> str:
    return str(context.context)


def make_context() -> str:
    return "the context"


aware = Agent(name="Aware", tools=[who_am_i])
run_config = RunConfig(model="from-run-config")
