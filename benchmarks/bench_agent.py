"""The agent of the benchmarks."""

from agents import Agent

agent = Agent(name="Bench", model="bench")
