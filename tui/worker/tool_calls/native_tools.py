"""When tools that are no functions begin and end, and what they raise.

Shells, patch editors, custom and computer tools: the SDK runs the calls of each kind one after the
other, turns what they raise into ordinary output, and tells the stream when all have ended. So this
stands between the SDK's actions and the hooks that they call around the tool's own code.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from agents import ComputerTool, RunHooks
from agents.run_internal import tool_actions
from typing_extensions import override

from tui.worker.items import output_of
from tui.worker.model.classify import span_problem
from tui.worker.observer import Observer
from tui.worker.output_text import shown_output
from tui.worker.sdk_internals import internal
from tui.worker.spans import failed_now

ACTIONS = {
    "ApplyPatchAction": "call",
    "ComputerAction": "action",
    "CustomToolAction": "call",
    "LocalShellAction": "call",
    "ShellAction": "call",
}
"""Internals of the SDK, and what they call the thing to do, which holds the model's call."""
EXECUTE = "execute"


class NativeToolTap:
    """Watches every such call, of nested agents too."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

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
            tool_call = _call_id(arguments[parameter].tool_call)
            return await execute(hooks=_Hooks(self, tool_call, hooks), **arguments)

        return watched

    def started(self, tool_call: str, name: str) -> None:
        """Its own code begins: approvals are given."""
        turn = self._observer.turn
        if turn is not None:
            turn.started.add(tool_call)
        self._observer.calls.started(tool_call, name)

    def ended(self, tool_call: str, tool: object, result: object) -> None:
        """It has an output, be it that of a failure: what it raised is in its span alone."""
        if isinstance(tool, ComputerTool):
            result = f"a picture of {len(str(result)) * 3 // 4:,} bytes"
        failure = failed_now()
        with self._observer.writer.together():
            self._keep(tool_call, str(result), exit_code=0 if failure is None else 1)
            if failure is None:
                self._observer.calls.finished(tool_call, "ok", shown_output(result))
            else:
                problem = span_problem(failure)
                self._observer.calls.finished(tool_call, "error", problem=problem)

    def _keep(self, tool_call: str, text: str, *, exit_code: int) -> None:
        """The run may be cut off before the SDK tells the output, in the form that it makes."""
        turn = self._observer.turn
        call = turn.call(tool_call) if turn is not None else None
        output = output_of(call, text, exit_code=exit_code) if call is not None else {}
        if turn is not None and output:
            turn.output_known(tool_call, output)
            self._observer.tell_history()


def _call_id(tool_call: object) -> str:
    """Of the model's call, which the SDK holds as an object or as a mapping."""
    if isinstance(tool_call, Mapping):
        return str(tool_call.get("call_id") or "")
    return str(getattr(tool_call, "call_id", ""))


class _Hooks(RunHooks[Any]):
    """The run's own hooks, and before them the tap's."""

    def __init__(self, tap: NativeToolTap, tool_call: str, hooks: RunHooks[Any]) -> None:
        self._tap = tap
        self._tool_call = tool_call
        self._hooks = hooks

    @override
    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        self._tap.started(self._tool_call, tool.name)
        await self._hooks.on_tool_start(context, agent, tool)

    @override
    async def on_tool_end(self, context: Any, agent: Any, tool: Any, result: Any) -> None:
        self._tap.ended(self._tool_call, tool, result)
        await self._hooks.on_tool_end(context, agent, tool, result)
