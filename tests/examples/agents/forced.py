"""The model must use a tool first, and is free afterwards."""

from agents import Agent, ModelSettings, function_tool


@function_tool
def dice() -> int:
    """Throw a die."""
    return 5


agent = Agent(name="Player", tools=[dice], model_settings=ModelSettings(tool_choice="required"))
