"""A person decides whether a tool may run: always, or depending on its arguments."""

from typing import Any

from agents import Agent, RunContextWrapper, function_tool


async def is_far(context: RunContextWrapper[Any], given: dict[str, Any], call_id: str) -> bool:
    return bool(given["kilometres"] > 100)


@function_tool(needs_approval=True)
def send(recipient: str) -> str:
    """Send the letter."""
    return f"sent to {recipient}"


@function_tool(needs_approval=is_far)
def drive(kilometres: int) -> str:
    """Drive there."""
    return f"drove {kilometres} km"


agent = Agent(name="Courier", tools=[send, drive])
