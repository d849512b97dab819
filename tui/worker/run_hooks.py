"""What the SDK tells about the top run as it happens (nested runs do not inherit hooks)."""

from typing import Any

from agents import Agent, ItemHelpers, RunHooks
from agents.tool import FunctionTool
from agents.tool_context import ToolContext
from typing_extensions import override

from tui.worker.observer import Observer


class TopRunHooks(RunHooks[Any]):
    """Keeps the ledger true between model calls, for the case that the run is cut off there."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    @override
    async def on_handoff(self, context: Any, from_agent: Any, to_agent: Any) -> None:
        self._observer.ledger.agent = to_agent.name
        self._observer.speaks(to_agent.name, parent="")

    @override
    async def on_tool_end(self, context: Any, agent: Agent[Any], tool: Any, result: Any) -> None:
        turn = self._observer.turn
        if turn is None or not isinstance(context, ToolContext):
            return
        if context.tool_call is not None and isinstance(tool, FunctionTool):
            item = ItemHelpers.tool_call_output_item(context.tool_call, result)
            turn.output_known(context.tool_call_id, dict(item))
            self._observer.tell_history()
