"""An agent whose tool returns five million characters."""

from agents import Agent, function_tool

LINES = 100_000


@function_tool
def read_log() -> str:
    """Read the whole log."""
    return "".join(f"{number:06} an entry of the log, nothing special\n" for number in range(LINES))


agent = Agent(name="Reader", tools=[read_log])
