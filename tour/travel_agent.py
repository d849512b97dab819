"""An agent with tools of every kind, for the pictures."""

import asyncio

from agents import Agent, function_tool


@function_tool
async def find_trains(origin: str, destination: str) -> str:
    """Find trains between two towns."""
    await asyncio.sleep(0.4)
    return f'[{{"train": "ICE 705", "from": "{origin}", "to": "{destination}", "leaves": "09:04"}}]'


@function_tool
async def check_weather(town: str) -> str:
    """Say what the weather is like."""
    await asyncio.sleep(0.9)
    return f'{{"town": "{town}", "sky": "clear", "celsius": 11}}'


@function_tool(needs_approval=True)
def book_seat(train: str, seat: str, price: float) -> str:
    """Book a seat."""
    return f"{seat} on {train} is booked for {price:.2f} EUR"


agent = Agent(
    name="Travel agent",
    instructions="Plan trips by train.",
    model="gpt-5-mini",
    tools=[find_trains, check_weather, book_seat],
)
