"""An agent with handoffs that cannot happen, or lead back to itself."""

from typing import Any

from agents import Agent, HandoffInputData, RunContextWrapper, handoff
from pydantic import BaseModel


class Reason(BaseModel):
    reason: str


def take(_: RunContextWrapper[Any], given: Reason) -> None:
    pass


def refuse(_: RunContextWrapper[Any]) -> None:
    raise ValueError("nobody is there")


def spoil(_: HandoffInputData) -> HandoffInputData:
    raise ValueError("cannot filter")


def once(context: RunContextWrapper[Any], _: Agent[Any]) -> bool:
    """Enabled for the first model call only."""
    return not context.usage.requests


clerk: Agent[Any] = Agent(name="Clerk")
desk: Agent[Any] = Agent(name="Desk")
desk.handoffs = [
    desk,
    handoff(clerk, tool_name_override="to_once", is_enabled=once),
    handoff(clerk, tool_name_override="to_closed", is_enabled=False),
    handoff(clerk, tool_name_override="to_spoiled", input_filter=spoil),
    handoff(clerk, tool_name_override="to_nobody", on_handoff=refuse),
    handoff(clerk, tool_name_override="to_reasoned", on_handoff=take, input_type=Reason),
]
clerk.handoffs = list(desk.handoffs)
