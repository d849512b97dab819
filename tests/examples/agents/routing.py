"""The first agent finds out the language and hands over to the agent that speaks it."""

from agents import Agent

spanish = Agent(name="Spanish", instructions="You speak only Spanish.")
italian = Agent(name="Italian", instructions="You speak only Italian.")
agent = Agent(
    name="Router", instructions="Hand over to who speaks it.", handoffs=[spanish, italian]
)
