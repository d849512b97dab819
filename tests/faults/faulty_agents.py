"""Agents with faulty tools and with guardrails, as in a user's file; loaded by path."""

import asyncio
import ctypes
import os
import signal
import threading
import time
from typing import Any

from agents import (
    Agent,
    GuardrailFunctionOutput,
    ModelSettings,
    RunContextWrapper,
    function_tool,
    input_guardrail,
    output_guardrail,
)

LONG = 300.0
VAULT = "planted-" + "3Rv7nK5" + "gXe2SzM9w"
"""Has no known shape and is in no environment; in pieces, as tracebacks may show this line."""
headers = {
    "X-Gateway-Token": os.environ.get("GATEWAY_TOKEN", ""),
    "X-Vault-Key": VAULT,
}
settings = ModelSettings(extra_headers=headers)


@function_tool
def add(a: int, b: int) -> int:
    return a + b


@function_tool
def raises() -> str:
    raise ValueError("the cellar is locked")


@function_tool(failure_error_function=None)
async def raises_unhandled() -> str:
    # Another tool that takes no time has finished by then.
    await asyncio.sleep(0.3)
    raise KeyError("this is not handled")


@function_tool
async def waits() -> str:
    await asyncio.Event().wait()
    return "never"


@function_tool
def hangs() -> str:
    threading.Event().wait(LONG)
    return "late"


@function_tool
async def blocks() -> str:
    time.sleep(LONG)  # noqa: ASYNC251 (the fault that is tested)
    return "late"


@function_tool
def dies(how: str) -> str:
    """End the whole process."""
    print("last words")
    match how:
        case "exit":
            os._exit(7)
        case "segfault":
            ctypes.string_at(0)
        case "memory":
            # As the kernel does when memory runs out.
            os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


@function_tool
def prints() -> str:
    """Write to standard output and standard error in several ways."""
    print("written with print")
    os.write(1, b"written with os.write\n")
    text = b"\x1b[2Jwritten from C\n"
    ctypes.CDLL(None).write(2, text, len(text))
    return "quiet"


@function_tool
def long_line(size: int) -> str:
    """One line of many bytes."""
    return "x" * size


@input_guardrail
async def no_bombs(
    _: RunContextWrapper[Any], __: Agent[Any], given: Any
) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput("mentions bombs", "bomb" in str(given[-1]))


@output_guardrail
async def no_recipes(
    _: RunContextWrapper[Any], __: Agent[Any], said: Any
) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput("is a recipe", "saltpetre" in str(said))


plain = Agent(name="Plain", model="test-model", model_settings=settings)
adder = Agent(name="Adder", model="test-model", model_settings=settings, tools=[add])
faulty = Agent(
    name="Faulty",
    model="test-model",
    model_settings=settings,
    tools=[add, raises, raises_unhandled, waits, hangs, blocks, dies, prints, long_line],
)
guarded = Agent(
    name="Guarded",
    model="test-model",
    model_settings=settings,
    input_guardrails=[no_bombs],
    output_guardrails=[no_recipes],
)
