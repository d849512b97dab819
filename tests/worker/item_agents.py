"""Agents whose models send items that plain agents do not get."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from agents import (
    Agent,
    OpenAIResponsesModel,
    ProgrammaticToolCallingTool,
    ToolSearchTool,
    function_tool,
    handoff,
    tool_namespace,
)
from openai import AsyncOpenAI
from pydantic import BaseModel


@function_tool(allowed_callers=["direct", "programmatic"])
async def depth(place: str) -> str:
    """The depth of the water at a place."""
    if place == "abyss":
        await asyncio.Event().wait()
    return f"{len(place)} m"


class Level(BaseModel):
    metres: float


@function_tool(allowed_callers=["programmatic"], output_type=Level)
async def tide(place: str) -> Level:
    """The level of the water at a place."""
    if place == "abyss":
        await asyncio.Event().wait()
    return Level(metres=1.5)


@function_tool(defer_loading=True)
def wind(place: str) -> str:
    """The wind at a place."""
    return f"calm at {place}"


@function_tool(defer_loading=True)
def berth(ship: str) -> str:
    """The berth of a ship."""
    return f"{ship} at pier 3"


programmer = Agent(name="Programmer", tools=[depth, tide, ProgrammaticToolCallingTool()])
searcher = Agent(
    name="Searcher",
    tools=[
        wind,
        *tool_namespace(name="harbour", description="Ships and piers", tools=[berth]),
        ToolSearchTool(),
    ],
)
expert = Agent(name="Expert")


class WholeAnswers(OpenAIResponsesModel):
    """As a model of the user's own may: it sends nothing but the complete answer."""

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        async for event in super().stream_response(*args, **kwargs):
            if event.type == "response.completed":
                yield event


def whole_plain() -> Agent[Any]:
    return Agent(name="Plain", model=WholeAnswers("test-model", AsyncOpenAI()))


def whole_programmer() -> Agent[Any]:
    client = AsyncOpenAI()
    return programmer.clone(model=WholeAnswers("test-model", client))


def team() -> Agent[Any]:
    """An agent with another one as a tool, and one to hand over to."""
    ask = expert.as_tool("ask_expert", "asks an expert")
    specialist: Agent[Any] = Agent(name="Specialist for Coastal Waters and Tidal Harbours")
    return Agent(
        name="Team", tools=[ask], handoffs=[handoff(specialist, tool_name_override="to_specialist")]
    )
