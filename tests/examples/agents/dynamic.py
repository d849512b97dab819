"""Instructions that depend on the context, which is given with ``--context``."""

from dataclasses import dataclass

from agents import Agent, RunContextWrapper


@dataclass
class Person:
    name: str
    style: str


def instructions(context: RunContextWrapper[Person], agent: Agent[Person]) -> str:
    return f"You are {agent.name}. Speak to {context.context.name} like a {context.context.style}."


person = Person("Mina", "pirate")
agent = Agent[Person](name="Host", instructions=instructions)
