"""The agent of the long conversation: one tool that takes no time."""

from agents import Agent, function_tool


@function_tool
async def look(where: str) -> str:
    return f"nothing {where}"


agent = Agent(name="Long", model="bench", tools=[look])
