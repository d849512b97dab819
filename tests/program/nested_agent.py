"""An agent that uses another agent as a tool."""

from agents import Agent

inner = Agent(name="Inner", instructions="inner")
agent = Agent(name="Outer", tools=[inner.as_tool("ask_inner", "asks the inner agent")])
