"""A first agent that hands over, and leaves its tool calls out of what the next one gets."""

from agents import Agent, RunContextWrapper, function_tool, handoff
from agents.extensions import handoff_filters
from pydantic import BaseModel


class Reason(BaseModel):
    reason: str


def noted(context: RunContextWrapper[None], given: Reason) -> None:
    print(f"handed over because of {given.reason}")


@function_tool
def ticket() -> int:
    """Draw a number."""
    return 417


billing = Agent(name="Billing", instructions="You settle bills.")
agent = Agent(
    name="Reception",
    instructions="Draw a ticket, then hand over.",
    tools=[ticket],
    handoffs=[
        handoff(
            billing, on_handoff=noted, input_type=Reason,
            input_filter=handoff_filters.remove_all_tools,
        )
    ],
)  # fmt: skip
