"""An agent whose tool serializes a model of its own that does not fit."""

import warnings

from agents import Agent, function_tool
from pydantic import BaseModel


class Reading(BaseModel):
    degrees: int


@function_tool
def measure() -> str:
    warnings.warn("the sensor is old", stacklevel=1)
    return str(Reading.model_construct(degrees="hot").model_dump())


agent = Agent(name="Meter", tools=[measure])
