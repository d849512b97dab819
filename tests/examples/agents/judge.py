"""A model writes, another one judges, until it is good enough."""

from typing import Literal

from agents import Agent, Runner, function_tool
from pydantic import BaseModel


class Verdict(BaseModel):
    score: Literal["pass", "improve"]
    feedback: str


poet = Agent(name="Poet", instructions="Write two lines.")
critic = Agent(name="Critic", instructions="Judge them.", output_type=Verdict)


@function_tool
async def poem(topic: str) -> str:
    """Write a poem that a critic likes."""
    wish = topic
    for _ in range(3):
        lines = str((await Runner.run(poet, wish)).final_output)
        verdict = (await Runner.run(critic, lines)).final_output_as(Verdict)
        if verdict.score == "pass":
            break
        wish = f"{topic}\nFeedback: {verdict.feedback}"
    return lines


agent = Agent(name="Editor", tools=[poem], tool_use_behavior="stop_on_first_tool")
