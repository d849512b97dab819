"""Three translations at the same time, of which another agent takes the best."""

import asyncio

from agents import Agent, Runner, function_tool

translator = Agent(name="Translator", instructions="Translate into Greek.")
picker = Agent(name="Picker", instructions="Take the best one.")


@function_tool
async def best_of_three(text: str) -> str:
    """Translate three times and keep the best."""
    tries = await asyncio.gather(*(Runner.run(translator, text) for _ in range(3)))
    choice = "\n".join(str(one.final_output) for one in tries)
    return str((await Runner.run(picker, choice)).final_output)


agent = Agent(name="Desk", tools=[best_of_three], tool_use_behavior="stop_on_first_tool")
