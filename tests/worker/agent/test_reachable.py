"""The agents that a run can reach."""

from agents import Agent, Handoff, handoff

from tests.worker.sample_agents import inner
from tui.worker.agent.reachable import agents_by_handoff, all_agents


def test_agents_in_handoffs_and_tools_are_reached() -> None:
    last = Agent(name="Last")
    wrapped: Handoff[None] = handoff(last)
    first = Agent(name="First", handoffs=[wrapped], tools=[inner.as_tool("ask", "asks")])
    assert agents_by_handoff(first) == [first, last]
    assert all_agents(first) == [first, last, inner]
