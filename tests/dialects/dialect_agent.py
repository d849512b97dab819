"""An agent whose model asks for two things at once."""

from agents import Agent, function_tool


@function_tool
def weather(city: str) -> str:
    return f"31 degrees in {city}"


@function_tool
def clock(zone: str) -> str:
    return f"noon in {zone}"


agent = Agent(name="Reporter", tools=[weather, clock])
