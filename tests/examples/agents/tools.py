"""Function tools: sync and async, with described arguments and an object as the result."""

from typing import Annotated

from agents import Agent, function_tool
from pydantic import BaseModel, Field


class Forecast(BaseModel):
    city: str
    degrees: int
    wind: str


@function_tool
def forecast(city: Annotated[str, Field(description="The city's name.")]) -> Forecast:
    """The weather of tomorrow."""
    return Forecast(city=city, degrees=21, wind="light")


@function_tool
async def distance(start: str, end: str, unit: str = "km") -> float:
    """How far apart two places are.

    Args:
        start: Where the way begins.
        end: Where it ends.
        unit: km or miles.
    """
    if start == end:
        raise ValueError("that is the same place")
    return 12.5


agent = Agent(name="Guide", instructions="Answer with tools.", tools=[forecast, distance])
