"""An agent with tools that take 300 ms and 100 ms, and one that calls another agent."""

import asyncio
import json
import os
import time
from pathlib import Path

from agents import Agent, function_tool


async def _take(name: str, seconds: float) -> str:
    began = time.monotonic_ns()
    await asyncio.sleep(seconds)
    line = json.dumps([name, began, time.monotonic_ns()])
    with Path(os.environ["BENCH_TOOL_TIMES"]).open("a") as file:  # noqa: ASYNC230
        file.write(line + "\n")
    return name


@function_tool
async def slow() -> str:
    return await _take("slow", 0.3)


@function_tool
async def fast() -> str:
    return await _take("fast", 0.1)


oracle = Agent(name="Oracle", model="bench", instructions="You are the oracle.")
agent = Agent(
    name="Timed",
    model="bench",
    instructions="Use your tools.",
    tools=[slow, fast, oracle.as_tool("ask_oracle", "Ask the oracle.")],
)
