"""Tools that the client has and runs: the model may call them, and a call ends the run.

For the SDK such a call waits for an approval, which is never given: what the model reads in the
end comes with the next run, as an output in its conversation.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from agents import Agent, FunctionTool, RunContextWrapper, Tool, UserError
from agents.agent import AgentBase
from agents.items import ToolApprovalItem

from tui.protocol.commands import ClientTool
from tui.worker.agent.reachable import agents_by_handoff

LEFT_TO_CLIENT: Final = "left to the client, which runs it"
"""The output of its row."""

_NO_ARGUMENTS: Final = {"type": "object", "properties": {}}


class ClientTools:
    """Those of one run, for its agent and all that it can hand over to."""

    def __init__(self, tools: Sequence[ClientTool], first: Agent[Any]) -> None:
        self.tools: list[Tool] = [_made(tool) for tool in tools]
        self._names = {tool.name for tool in tools}
        self._agents = {agent.name for agent in agents_by_handoff(first)}

    def of(self, agent: AgentBase[Any], own: Iterable[Tool]) -> list[Tool]:
        """Those that an agent gets beside its own. Raise `UserError` if a name is not unique."""
        if agent.name not in self._agents:
            return []
        if taken := self._names & {tool.name for tool in own}:
            raise UserError(
                f"The client's tool {min(taken)} has the name of a tool of {agent.name}: "
                "give it another name."
            )
        return self.tools

    def has(self, asked: ToolApprovalItem) -> bool:
        """Whether what asks for approval is a call of one of them."""
        return asked.tool_name in self._names and asked.agent.name in self._agents


def client_tools(tools: Sequence[ClientTool], first: Agent[Any]) -> ClientTools | None:
    """None if there are none; ``first`` is the agent that the worker has loaded."""
    return ClientTools(tools, first) if tools else None


def install(current: Callable[[], ClientTools | None]) -> None:
    """Offer them to models, for the rest of the process; ``current`` gives those of the run."""
    listed = AgentBase.get_all_tools

    async def with_clients(self: AgentBase[Any], run_context: RunContextWrapper[Any]) -> list[Tool]:
        tools = await listed(self, run_context)
        clients = current()
        return tools if clients is None else [*tools, *clients.of(self, tools)]

    AgentBase.get_all_tools = with_clients  # type: ignore[method-assign]


def _made(tool: ClientTool) -> FunctionTool:
    return FunctionTool(
        name=tool.name,
        description=tool.description,
        params_json_schema=json.loads(tool.parameters) if tool.parameters else _NO_ARGUMENTS,
        on_invoke_tool=_never,
        strict_json_schema=False,
        needs_approval=True,
    )


async def _never(_: Any, arguments: str) -> str:
    raise AssertionError(f"the client runs it, not this process: {arguments}")
