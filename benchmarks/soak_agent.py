"""The agent of the long run; one of its tools counts its process's tasks, threads and objects."""

import asyncio
import gc
import json
import os
import threading

from agents import Agent, function_tool

from tests.worker.sequences import sdk_shortcuts


@function_tool
def roll_dice(sides: int) -> int:
    return sides - 3


@function_tool
async def rest() -> str:
    await asyncio.Event().wait()
    return "never"


@function_tool
async def die() -> str:
    os._exit(7)


@function_tool
async def census() -> str:
    gc.collect()
    return json.dumps(
        {
            "tasks": len(asyncio.all_tasks()),
            "threads": threading.active_count(),
            "objects": len(gc.get_objects()),
        }
    )


# Without them a day of use would take more than a quarter of an hour.
sdk_shortcuts.install()
agent = Agent(name="Soak", model="soak", tools=[roll_dice, rest, die, census])
