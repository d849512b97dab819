"""When tools that are no functions begin and end, and what they raise.

Shells, patch editors, custom and computer tools: the SDK runs the calls of each kind one after the
other, turns what most of them raise into ordinary output, and tells the stream when all have ended.
So this stands around the SDK's actions, between them and the hooks that they call.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from agents import Agent, ComputerTool, RunHooks
from agents.items import RunItem, ToolCallOutputItem
from agents.run_internal import tool_actions
from typing_extensions import override

from tui.protocol.events import Problem
from tui.worker.failures.classify import span_problem, tool_problem
from tui.worker.input_items import Item, missing_output
from tui.worker.observer import Observer
from tui.worker.output_text import shown_output
from tui.worker.sdk_internals import internal
from tui.worker.tools.open_calls import ToolOutcome
from tui.worker.tools.span_failures import TOOL, failed_now
from tui.worker.tools.tool_wrappers import CANCELLED_BY_USER, Invocation, ToolTap

ACTIONS = {
    "ApplyPatchAction": "call",
    "ComputerAction": "action",
    "CustomToolAction": "call",
    "LocalShellAction": "call",
    "ShellAction": "call",
}
"""Internals of the SDK, and what they call the thing to do, which holds the model's call."""
EXECUTE = "execute"
COMMITTER = "tool_output_committer"
"""What they give the output to as soon as it is there, if anybody wants it."""


class NativeToolTap:
    """Watches every such call, of nested agents too."""

    def __init__(self, observer: Observer, tools: ToolTap) -> None:
        self._observer = observer
        self._tools = tools

    def install(self) -> None:
        """Put the tap into the SDK of this process, for good."""
        for name, parameter in ACTIONS.items():
            action = internal(tool_actions, name)
            execute = internal(action, EXECUTE)
            setattr(action, EXECUTE, staticmethod(self._watched(execute, parameter)))

    def _watched(
        self, execute: Callable[..., Awaitable[Any]], parameter: str
    ) -> Callable[..., Awaitable[Any]]:
        async def watched(*, hooks: RunHooks[Any], **arguments: Any) -> Any:
            asked = arguments[parameter].tool_call
            invocation = Invocation(asyncio.current_task())
            call = _Call(
                self._observer, self._tools, invocation, _of(asked, "call_id"), hooks,
                arguments.get(COMMITTER),
            )  # fmt: skip
            try:
                return await execute(hooks=call, **{**arguments, COMMITTER: call.commit})
            except asyncio.CancelledError:
                output = missing_output(
                    {"type": _of(asked, "type"), "call_id": call.id}, CANCELLED_BY_USER
                )
                if not (invocation.taken_back() and output):
                    raise
                return call.cancelled(arguments["agent"], output)
            except Exception as error:  # its row needs an end; the error goes on its way
                self._observer.calls.finished(call.id, "error", problem=tool_problem(error))
                raise
            finally:
                invocation.taken_back()
                self._tools.over(call.id)

        return watched


class _Call(RunHooks[Any]):
    """One call, in the place of the run's own hooks and committer, which are called after it."""

    def __init__(  # noqa: PLR0917 - of what it takes the place, and whom it tells
        self,
        observer: Observer,
        tools: ToolTap,
        invocation: Invocation,
        call_id: str,
        hooks: RunHooks[Any],
        committer: Callable[[RunItem], None] | None,
    ) -> None:
        self.id = call_id
        self._observer = observer
        self._tools = tools
        self._invocation = invocation
        self._hooks = hooks
        self._committer = committer
        self._failed = False
        """The tool says so itself."""

    @override
    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        """Its own code begins: approvals are given."""
        turn = self._observer.turn
        if turn is not None:
            turn.started.add(self.id)
        self._observer.calls.started(self.id, tool.name)
        self._invocation.name = tool.name
        self._tools.begun(self.id, self._invocation)
        await self._hooks.on_tool_start(context, agent, tool)

    def cancelled(self, agent: Agent[Any], output: Item) -> RunItem:
        """By the person, alone: the model is told and the run goes on."""
        item = ToolCallOutputItem(agent=agent, output=CANCELLED_BY_USER, raw_item=dict(output))
        self.commit(item)
        self._observer.calls.finished(self.id, "cancelled", CANCELLED_BY_USER)
        return item

    def commit(self, item: RunItem) -> None:
        """Into the conversation before anyone is shown it: the run may be cut off in between.

        What it has brought stays: from here on there is nothing to cancel.
        """
        self._invocation.taken_back()
        self._tools.over(self.id)
        given: Any = item.to_input_item()
        self._failed = given.get("status") == "failed"
        turn = self._observer.turn
        if turn is not None and turn.asked_for(self.id):
            turn.output_known(self.id, given)
            self._observer.tell_history()
        if self._committer is not None:
            self._committer(item)

    @override
    async def on_tool_end(self, context: Any, agent: Any, tool: Any, result: Any) -> None:
        """It has an output, be it that of a failure: what it raised is in its span alone."""
        is_picture = isinstance(tool, ComputerTool)
        told = f"a picture of {len(str(result)) * 3 // 4:,} bytes" if is_picture else result
        problem = self._problem(shown_output(told))
        outcome: ToolOutcome = "ok" if problem is None else "error"
        output = shown_output(told) if problem is None else ""
        self._observer.calls.finished(self.id, outcome, output, problem)
        await self._hooks.on_tool_end(context, agent, tool, result)

    def _problem(self, said: str) -> Problem | None:
        failure = failed_now()
        if failure is not None and failure.kind == TOOL:
            return span_problem(failure, said)
        if self._failed:
            return Problem(kind="tool", message=said or "failed", retry="never", code="tool_error")
        return None


def _of(tool_call: object, field: str) -> str:
    """A field of the model's call, which the SDK holds as an object or as a mapping."""
    if isinstance(tool_call, Mapping):
        return str(tool_call.get(field) or "")
    return str(getattr(tool_call, field, ""))
