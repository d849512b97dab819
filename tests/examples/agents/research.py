"""A research in three steps: a plan, searches at the same time, and a report."""

import asyncio

from agents import Agent, Runner, custom_span, function_tool, trace
from pydantic import BaseModel


class Search(BaseModel):
    reason: str
    query: str


class Plan(BaseModel):
    searches: list[Search]


class Report(BaseModel):
    summary: str
    text: str


planner = Agent(name="Planner", instructions="Plan searches.", output_type=Plan)
searcher = Agent(name="Searcher", instructions="Search and sum up.")
writer = Agent(name="Writer", instructions="Write a report.", output_type=Report)


async def _search(one: Search) -> str:
    result = await Runner.run(searcher, f"Search for {one.query}, because {one.reason}")
    return str(result.final_output)


@function_tool
async def research(question: str) -> str:
    """Research a question."""
    with trace("Research"):
        with custom_span("plan searches"):
            plan = (await Runner.run(planner, question)).final_output_as(Plan)
        with custom_span("search", {"searches": len(plan.searches)}):
            found = await asyncio.gather(*map(_search, plan.searches))
        with custom_span("write the report"):
            written = await Runner.run(writer, "\n".join([question, *found]))
        return written.final_output_as(Report).text


agent = Agent(name="Researcher", tools=[research], tool_use_behavior="stop_on_first_tool")
