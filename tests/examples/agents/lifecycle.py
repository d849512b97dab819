"""Hooks of an agent's life and of the run, which print what happens."""

from typing import Any

from agents import Agent, AgentHooks, RunHooks, function_tool
from typing_extensions import override


class Told(AgentHooks[Any]):
    @override
    async def on_start(self, context: Any, agent: Agent[Any]) -> None:
        print(f"{agent.name} begins")

    @override
    async def on_tool_start(self, context: Any, agent: Agent[Any], tool: Any) -> None:
        print(f"{agent.name} takes {tool.name}")

    @override
    async def on_tool_end(self, context: Any, agent: Agent[Any], tool: Any, result: Any) -> None:
        print(f"{tool.name} gave {result}")

    @override
    async def on_llm_start(self, context: Any, agent: Agent[Any], *given: Any) -> None:
        print(f"{agent.name} asks the model")

    @override
    async def on_handoff(self, context: Any, agent: Agent[Any], source: Agent[Any]) -> None:
        print(f"{source.name} hands over to {agent.name}")

    @override
    async def on_end(self, context: Any, agent: Agent[Any], output: Any) -> None:
        print(f"{agent.name} ends with {output}")


@function_tool
def number() -> int:
    """Think of a number."""
    return 37


doubler = Agent(name="Doubler", hooks=Told())
agent = Agent(name="Starter", tools=[number], handoffs=[doubler], hooks=Told())


class Counted(RunHooks[Any]):
    """Hooks of the whole run, which count its model calls."""

    calls = 0

    @override
    async def on_llm_end(self, context: Any, agent: Agent[Any], answer: Any) -> None:
        self.calls += 1
        print(f"that was call {self.calls} of the run")


streamtui = {"hooks": Counted}
