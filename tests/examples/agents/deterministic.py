"""A flow in fixed steps: an outline, a check that can stop it, the story."""

from agents import Agent, Runner, function_tool
from pydantic import BaseModel


class Check(BaseModel):
    good: bool
    is_science_fiction: bool


outliner = Agent(name="Outliner", instructions="Write a short outline.")
checker = Agent(name="Checker", instructions="Judge the outline.", output_type=Check)
author = Agent(name="Author", instructions="Write the story.")


@function_tool
async def story(wish: str) -> str:
    """Write a story in fixed steps."""
    outline = str((await Runner.run(outliner, wish)).final_output)
    check = (await Runner.run(checker, outline)).final_output_as(Check)
    if not check.good:
        return "The outline is not good enough, so there is no story."
    return str((await Runner.run(author, outline)).final_output)


agent = Agent(name="Publisher", tools=[story], tool_use_behavior="stop_on_first_tool")
