"""An agent whose tools do not end by themselves; two wait for the pipe that BENCH_GATE names."""

import asyncio
import os
from pathlib import Path

from agents import Agent, function_tool


def wait_at_gate() -> str:
    return Path(os.environ["BENCH_GATE"]).read_text(encoding="utf-8")


@function_tool
async def wait() -> str:
    await asyncio.Event().wait()
    return "never"


@function_tool
def hang() -> str:
    return wait_at_gate()


@function_tool
async def block() -> str:
    return wait_at_gate()


@function_tool(needs_approval=True)
def launch() -> str:
    return "launched"


agent = Agent(name="Bench", model="bench", tools=[wait, hang, block, launch])
