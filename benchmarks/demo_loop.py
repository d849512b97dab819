"""The SDK's own loop, as its documentation shows it."""

import asyncio

from agents import Agent, run_demo_loop

asyncio.run(run_demo_loop(Agent(name="Assistant", model="gpt-5-mini")))
