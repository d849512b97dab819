"""An agent whose tools do what tools should not do; loaded by path, never imported by tests."""

import asyncio
import ctypes
import os
import threading
import time

from agents import Agent, function_tool


@function_tool
def roll_dice(sides: int) -> int:
    """Roll a die."""
    return sides - 3


@function_tool
def prints() -> str:
    """Print to standard output."""
    print("printed by the tool")
    return "printed"


@function_tool
def writes_from_c() -> str:
    """Write to file descriptor 1, bypassing Python."""
    text = b"\x1b[2Jwritten from C\n"
    ctypes.CDLL(None).write(1, text, len(text))
    os.write(1, b"written with os.write\n")
    return "written"


@function_tool
def raises() -> str:
    """Raise an error."""
    raise ValueError("the cellar is locked")


@function_tool
def exits() -> str:
    """End the process."""
    os._exit(7)


@function_tool
def hangs() -> str:
    """Block the thread for a minute."""
    threading.Event().wait(60)
    return "late"


@function_tool
async def blocks() -> str:
    """Block the event loop."""
    time.sleep(60)  # noqa: ASYNC251 - the fault that is tested
    return "late"


@function_tool
async def waits() -> str:
    """Wait without blocking the event loop."""
    await asyncio.Event().wait()
    return "late"


@function_tool(needs_approval=True)
def asks() -> str:
    """Do something that needs approval."""
    return "allowed"


careful = Agent(name="Careful", instructions="You ask first.", tools=[asks])

agent = Agent(
    name="Hostile",
    instructions="You break things.",
    tools=[
        roll_dice, prints, writes_from_c, raises, exits, hangs, blocks, waits, asks,
        careful.as_tool("ask_careful", "Ask the careful agent."),
    ],
)  # fmt: skip
