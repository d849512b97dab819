"""An agent with nothing but its name."""

from agents import Agent

plain = Agent(name="Plain")
