"""The true times and errors of tools, and who called whom.

The stream of the SDK releases the results of parallel tools only when the slowest is done, and
turns a tool's exception into ordinary output. So this stands around the invocation itself: two
internals of the SDK, each with a canary test that fails when it moves.
"""

import asyncio
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

import agents.tool
from agents import FunctionTool, ItemHelpers
from agents.agent_tool_state import get_agent_tool_state_scope, peek_agent_tool_run_result
from agents.run_internal import tool_execution
from agents.tool import default_tool_timeout_error_message
from agents.tool_context import ToolContext

from tui.protocol.events import Noticed, Problem
from tui.worker.failures.classify import tool_problem
from tui.worker.observer import PARENT, Observer
from tui.worker.output_text import shown_output
from tui.worker.sdk_internals import internal

CANCELLED_BY_USER = "cancelled by the user"
INVOKE = "_invoke_function_tool_with_metadata"
HANDLE_ERROR = "maybe_invoke_function_tool_failure_error_function"
INVOCATION_RESULT = "_FunctionToolInvocationResult"
SYNC_MARKER = "__agents_sync_function_tool__"
AGENT_MARKER = "_is_agent_tool"


class RunningTool(NamedTuple):
    tool_call: str
    name: str


@dataclass
class Invocation:
    """A tool's own code, under way."""

    task: asyncio.Task[Any] | None
    name: str = ""
    in_thread: bool = False
    """Sync code: nothing can end it before it ends by itself."""
    error: BaseException | None = None
    """What the tool raised, before the SDK made words for the model of it."""
    _cancels: int = 0
    """Those of the person that its task has not got back."""

    def cancel(self) -> None:
        """Once more: its code may have caught the one before."""
        if self.task is not None:
            self._cancels += 1
            self.task.cancel()

    def taken_back(self) -> bool:
        """Whether the person ended this tool, and nobody the whole run; its task goes on then."""
        own, self._cancels = self._cancels, 0
        others = [self.task.uncancel() for _ in range(own)] if self.task else []
        return own > 0 and others[-1] == 0


_INVOCATION: ContextVar[Invocation | None] = ContextVar("streamtui_invocation", default=None)


class ToolTap:
    """Watches every invocation of a function tool, of nested agents' tools and MCP tools too."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._running: dict[str, Invocation] = {}

    def install(self) -> None:
        """Put the tap into the SDK of this process, for good."""
        self._invoke = internal(tool_execution, INVOKE)
        self._handle_error = internal(agents.tool, HANDLE_ERROR)
        self._result = internal(agents.tool, INVOCATION_RESULT)
        setattr(tool_execution, INVOKE, self._watched)
        setattr(agents.tool, HANDLE_ERROR, self._noting_error)

    def cancel(self, tool_call: str) -> None:
        """End one async tool; the model is told and the run goes on. A thread cannot be ended."""
        invocation = self._running.get(tool_call)
        if invocation is None or invocation.task is None:
            self._warn("nothing to interrupt: the tool has ended, or runs at the provider")
            return
        if invocation.in_thread:
            self._warn(
                f"{invocation.name} runs in a thread and cannot be interrupted; Esc cancels the run"
            )
            return
        invocation.cancel()

    def begun(self, tool_call: str, invocation: Invocation) -> None:
        """A tool that is no function runs: it can be cancelled and blamed like the others."""
        self._running[tool_call] = invocation

    def over(self, tool_call: str) -> None:
        """It runs no more, if it ever did."""
        self._running.pop(tool_call, None)

    def of_task(self, task: asyncio.Task[Any] | None) -> RunningTool | None:
        """The tool whose code runs in a task of the loop, from whatever thread one asks."""
        running = [one for one in list(self._running.items()) if not one[1].in_thread]
        own = [one for one in running if one[1].task is task]
        # A time-out of the tool's own gives it a task that nobody knows: the only one it can be.
        found = own or (running if len(running) == 1 else [])
        return RunningTool(found[-1][0], found[-1][1].name) if found else None

    def _warn(self, text: str) -> None:
        writer = self._observer.writer
        writer.emit(Noticed(at=writer.now(), text=text, level="warning"))

    async def _watched(
        self, *, function_tool: FunctionTool, context: ToolContext[Any], arguments: str
    ) -> Any:
        tool_call = context.tool_call_id
        invocation = Invocation(
            asyncio.current_task(), function_tool.name, _runs_in_thread(function_tool)
        )
        parent = PARENT.set(tool_call)
        noted = _INVOCATION.set(invocation)
        self._running[tool_call] = invocation
        self._started(tool_call, function_tool.name)
        began = time.monotonic()
        try:
            result = await self._invoke_in_time(function_tool, context, arguments)
        except asyncio.CancelledError:
            if not invocation.taken_back():
                self._cut_off(tool_call, function_tool)
                raise
            self._keep(context, function_tool, CANCELLED_BY_USER)
            self._observer.calls.finished(tool_call, "cancelled", CANCELLED_BY_USER)
            return self._result(CANCELLED_BY_USER)
        except BaseException as error:  # its row needs an end; the error goes on its way
            self._observer.calls.finished(tool_call, "error", problem=tool_problem(error))
            raise
        else:
            if waits_for_approval(context):
                # A nested agent asks first; this call is made again when it is answered.
                return result
            seconds = time.monotonic() - began
            with self._observer.writer.together():
                self._keep(context, function_tool, result.output)
                self._ended(tool_call, function_tool, invocation, result, seconds)
            return result
        finally:
            invocation.taken_back()
            del self._running[tool_call]
            _INVOCATION.reset(noted)
            PARENT.reset(parent)

    async def _invoke_in_time(
        self, tool: FunctionTool, context: ToolContext[Any], arguments: str
    ) -> Any:
        """With the session's time-out where the tool has none; the model is told when it passes."""
        seconds = self._limit(tool) if tool.timeout_seconds is None else None
        deadline = asyncio.timeout(seconds)
        try:
            async with deadline:
                return await self._invoke(function_tool=tool, context=context, arguments=arguments)
        except TimeoutError:
            if seconds is None or not deadline.expired():
                raise
            words = default_tool_timeout_error_message(tool_name=tool.name, timeout_seconds=seconds)
            return self._result(words, is_sdk_generated_error=True)

    def _limit(self, tool: FunctionTool) -> float | None:
        """Seconds that a tool may take; what a nested agent does has time-outs of its own."""
        if tool.timeout_seconds is not None or getattr(tool, AGENT_MARKER):
            return tool.timeout_seconds
        return self._observer.settings.tool_timeout

    async def _noting_error(
        self, *, function_tool: FunctionTool, context: Any, error: BaseException
    ) -> str | None:
        invocation = _INVOCATION.get()
        if invocation is not None:
            invocation.error = error
        words: str | None = await self._handle_error(
            function_tool=function_tool, context=context, error=error
        )
        return words

    def _started(self, tool_call: str, name: str) -> None:
        turn = self._observer.turn
        if turn is not None:
            turn.started.add(tool_call)
        self._observer.calls.started(tool_call, name)

    def _keep(self, context: ToolContext[Any], tool: FunctionTool, output: Any) -> None:
        """Into the conversation before anyone is shown it: this process may die in between.

        What a guardrail has to pass first is left to the run's hook.
        """
        turn, call = self._observer.turn, context.tool_call
        if turn is None or call is None or tool.tool_output_guardrails:
            return
        if turn.asked_for(context.tool_call_id):
            item = ItemHelpers.tool_call_output_item(call, output)
            turn.output_known(context.tool_call_id, dict(item))
            self._observer.tell_history()

    def _ended(
        self,
        tool_call: str,
        tool: FunctionTool,
        invocation: Invocation,
        result: Any,
        seconds: float,
    ) -> None:
        output = shown_output(result.output)
        problem = None
        if invocation.error is not None:
            problem = tool_problem(invocation.error)
        elif (limit := self._limit(tool)) is not None and _timed_out(limit, result, seconds):
            problem = Problem(
                kind="tool",
                message=f"timed out after {limit:g} s",
                retry="never",
                code="timeout",
            )
        self._observer.calls.finished(
            tool_call, "ok" if problem is None else "error", output, problem
        )

    def _cut_off(self, tool_call: str, tool: FunctionTool) -> None:
        # A sync tool's thread runs on to its end; an async one has been stopped where it waited.
        self._observer.calls.finished(
            tool_call, "unknown" if _runs_in_thread(tool) else "cancelled"
        )


def _runs_in_thread(tool: FunctionTool) -> bool:
    return bool(getattr(tool.on_invoke_tool, SYNC_MARKER, False))


def waits_for_approval(context: ToolContext[Any]) -> bool:
    """Whether the nested run of this call has been interrupted to ask for an approval."""
    if context.tool_call is None:
        return False
    nested = peek_agent_tool_run_result(
        context.tool_call, scope_id=get_agent_tool_state_scope(context)
    )
    return bool(getattr(nested, "interruptions", None))


def _timed_out(limit: float, result: Any, seconds: float) -> bool:
    """A time-out becomes an output; only the usual form of it is marked."""
    return bool(result.is_sdk_generated_error) or seconds >= limit
