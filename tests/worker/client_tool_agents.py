"""Agents whose clients bring tools of their own, and whose tools ask for approval."""

from agents import Agent, function_tool


@function_tool(needs_approval=True)
def launch(target: str, boosters: int = 2) -> str:
    """Launch a rocket."""
    return f"launched at {target} with {boosters}"


@function_tool
def weigh(what: str) -> str:
    """Weigh something."""
    return f"{what}: 3 kg"


helper = Agent(name="Helper", tools=[launch])

pilot = Agent(
    name="Pilot",
    tools=[launch, weigh, helper.as_tool("ask_helper", "Ask the helper.")],
)

front_desk = Agent(name="Desk", handoffs=[pilot])
