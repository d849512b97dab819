"""A tool with long arguments, which are shown while the model writes them."""

from agents import Agent, function_tool


@function_tool
def write_file(name: str, content: str) -> str:
    """Write a file."""
    return f"{name}: {len(content)} characters"


agent = Agent(name="Coder", tools=[write_file])
