"""An answer that is an object."""

from agents import Agent
from pydantic import BaseModel


class Event(BaseModel):
    title: str
    day: int
    guests: list[str]


agent = Agent(name="Secretary", instructions="Find the event.", output_type=Event)
