"""A coordinator that keeps the conversation and uses other agents as tools."""

from agents import Agent

to_french = Agent(name="French", instructions="Translate into French.")
to_dutch = Agent(name="Dutch", instructions="Translate into Dutch.")
agent = Agent(
    name="Coordinator",
    instructions="Use your translators, several at a time.",
    tools=[
        to_french.as_tool("into_french", "Translates into French."),
        to_dutch.as_tool("into_dutch", "Translates into Dutch."),
    ],
)
