"""What the SDK tells about the top run as it happens (nested runs do not inherit hooks)."""

from typing import Any

from agents import Agent, ItemHelpers, RunHooks
from agents.tool import FunctionTool
from agents.tool_context import ToolContext
from typing_extensions import override

from tui.worker.model.classify import span_problem
from tui.worker.observer import Observer
from tui.worker.output_text import shown_output
from tui.worker.spans import failed_now
from tui.worker.tool_calls.open_calls import ToolOutcome

CALLED: dict[str, str] = {"computer_use_preview": "computer"}
"""Tools that the model calls by another name than their own."""


class TopRunHooks(RunHooks[Any]):
    """Keeps the ledger true between model calls, for the case that the run is cut off there."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    @override
    async def on_handoff(self, context: Any, from_agent: Any, to_agent: Any) -> None:
        self._observer.ledger.agent = to_agent.name
        self._observer.speaks(to_agent.name, parent="")

    @override
    async def on_tool_start(self, context: Any, agent: Agent[Any], tool: Any) -> None:
        # Function tools are timed by their own tap, nearer to their code.
        if isinstance(tool, FunctionTool):
            return
        tool_call, name = self._native_call(context, tool, started=False)
        if tool_call:
            if self._observer.turn is not None:
                self._observer.turn.started.add(tool_call)
            self._observer.calls.started(tool_call, name)

    @override
    async def on_tool_end(self, context: Any, agent: Agent[Any], tool: Any, result: Any) -> None:
        turn = self._observer.turn
        if not isinstance(tool, FunctionTool):
            self._native_ended(context, tool, result)
        elif (
            turn is not None and isinstance(context, ToolContext) and context.tool_call is not None
        ):
            item = ItemHelpers.tool_call_output_item(context.tool_call, result)
            turn.output_known(context.tool_call_id, dict(item))
            self._observer.tell_history()

    def _native_ended(self, context: Any, tool: Any, result: Any) -> None:
        """A shell, a patch editor, a custom tool: what it raised is in its span alone."""
        tool_call, _ = self._native_call(context, tool, started=True)
        failure = failed_now()
        problem = span_problem(failure) if failure is not None else None
        outcome: ToolOutcome = "ok" if problem is None else "error"
        self._observer.calls.finished(tool_call, outcome, shown_output(result), problem)

    def _native_call(self, context: Any, tool: Any, *, started: bool) -> tuple[str, str]:
        """The call of a tool that is no function, and the name by which it was called."""
        name = CALLED.get(tool.name, tool.name)
        if isinstance(context, ToolContext):
            return context.tool_call_id, name
        return self._observer.calls.next_of(name, started=started), name
