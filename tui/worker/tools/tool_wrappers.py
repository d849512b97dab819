"""The true times and errors of function tools, and the parents of their calls.

The SDK's stream releases the results of parallel tools only when the slowest is done, and turns
exceptions into ordinary output. So this wraps the invocation itself (`sdk_internals.tool_names`).
"""

import asyncio
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

from agents import FunctionTool, ItemHelpers
from agents.tool import default_tool_timeout_error_message
from agents.tool_context import ToolContext

from tui.protocol.events import Noticed, Problem
from tui.worker.failures.classify import tool_problem
from tui.worker.io.event_writer import RUN
from tui.worker.observer import PARENT, Observer
from tui.worker.sdk_internals import tool_names as sdk
from tui.worker.tools.mcp_errors import REPORT
from tui.worker.tools.open_calls import ToolOutcome
from tui.worker.tools.output_text import attachments_of, shown_output
from tui.worker.tools.sandbox_watch import is_sandbox_tool

CANCELLED_BY_USER = "cancelled by the user"


class RunningTool(NamedTuple):
    tool_call: str
    name: str


@dataclass
class Invocation:
    """A running tool."""

    task: asyncio.Task[Any] | None
    name: str = ""
    in_thread: bool = False
    """Sync code, which cannot be interrupted."""
    error: BaseException | None = None
    """What the tool raised, before the SDK turned it into a message for the model."""
    reported: str = ""
    """What an MCP server said of its failure."""
    _cancels: int = 0
    """The user's cancellations that were not taken back from the task."""

    def failed_at_server(self, words: str) -> None:
        self.reported = words or "failed"

    def cancel(self) -> None:
        """Call it again if the tool's code has caught the cancellation."""
        if self.task is not None:
            self._cancels += 1
            self.task.cancel()

    def taken_back(self) -> bool:
        """Whether the user cancelled this tool, and not also the run: its task can continue."""
        own, self._cancels = self._cancels, 0
        others = [self.task.uncancel() for _ in range(own)] if self.task else []
        return own > 0 and others[-1] == 0


_INVOCATION: ContextVar[Invocation | None] = ContextVar("streamtui_invocation", default=None)


def _key(tool_call: str) -> tuple[str, str]:
    return RUN.get(), tool_call


class ToolTap:
    """Watches each invocation of a function tool, including MCP tools and nested agents' tools."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._running: dict[tuple[str, str], Invocation] = {}
        """By run, which is "" for those of the worker's own conversation, and call id."""

    def install(self) -> None:
        """Put the tap into the SDK, for the rest of the process."""
        self._invoke: sdk.Invoke = sdk.INVOKE.get()
        self._format_error: sdk.FormatError = sdk.FORMAT_ERROR.get()
        sdk.INVOKE.replace(self._watched)
        sdk.FORMAT_ERROR.replace(self._keeping_error)

    def cancel(self, tool_call: str) -> None:
        """Cancel one async tool; the model gets a message and the run continues."""
        invocation = self._running.get(_key(tool_call))
        if invocation is None or invocation.task is None:
            self._warn("nothing to interrupt: the tool has ended, or runs at the provider")
        elif invocation.in_thread:
            self._warn(
                f"{invocation.name} runs in a thread and cannot be interrupted; cancel the run"
            )
        else:
            invocation.cancel()

    def started(self, tool_call: str, invocation: Invocation) -> None:
        """A native tool has started: it can be cancelled, and found by its task."""
        self._running[_key(tool_call)] = invocation

    def ended(self, tool_call: str) -> None:
        """A native tool has ended, if it started."""
        self._running.pop(_key(tool_call), None)

    def of_task(self, task: asyncio.Task[Any] | None) -> RunningTool | None:
        """The tool whose code a task of the loop runs; from any thread."""
        running = [one for one in list(self._running.items()) if not one[1].in_thread]
        own = [one for one in running if one[1].task is task]
        # A tool with its own time-out runs in a task of the SDK: found if it is the only tool.
        found = own or (running if len(running) == 1 else [])
        return RunningTool(found[-1][0][1], found[-1][1].name) if found else None

    def _warn(self, text: str) -> None:
        writer = self._observer.writer
        writer.emit(Noticed(at=writer.now(), text=text, level="warning"))

    async def _watched(
        self, *, function_tool: FunctionTool, context: ToolContext[Any], arguments: str
    ) -> sdk.ToolResult:
        tool_call = context.tool_call_id
        edited = self._observer.current.arguments_of(tool_call, arguments)
        if edited != arguments:
            context.tool_arguments = arguments = edited
        invocation = Invocation(
            asyncio.current_task(), function_tool.name, sdk.runs_in_thread(function_tool)
        )
        parent = PARENT.set(tool_call)
        token = _INVOCATION.set(invocation)
        reports = REPORT.set(invocation.failed_at_server)
        self._running[_key(tool_call)] = invocation
        self._observer.current.tool_started(tool_call, function_tool.name)
        began = time.monotonic()
        try:
            result = await self._invoke_in_time(function_tool, context, arguments)
        except asyncio.CancelledError:
            if not invocation.taken_back():
                # The thread of a sync tool runs to its end; an async tool was stopped.
                outcome: ToolOutcome = "unknown" if invocation.in_thread else "cancelled"
                self._observer.current.calls.finished(tool_call, outcome)
                raise
            self._keep(context, function_tool, CANCELLED_BY_USER)
            self._observer.current.calls.finished(tool_call, "cancelled", CANCELLED_BY_USER)
            # As an error, it needs not be what a tool for programs says that it returns.
            return sdk.tool_result(CANCELLED_BY_USER, is_error=True)
        except BaseException as error:  # the call needs an end; the error is raised again
            output = await self._output_of_failed_sandbox(function_tool, context, error)
            calls = self._observer.current.calls
            calls.finished(tool_call, "error", output or "", tool_problem(error))
            if output is None:
                raise
            return sdk.tool_result(output, is_error=True)
        else:
            if sdk.waits_for_approval(context):
                # A nested agent asks for approval; the SDK invokes this call again afterwards.
                self._observer.current.calls.waits(tool_call)
                return result
            seconds = time.monotonic() - began
            with self._observer.writer.together():
                self._keep(context, function_tool, result.output)
                problem = self._problem(function_tool, invocation, result, seconds)
                outcome = "ok" if problem is None else "error"
                output = shown_output(result.output)
                self._observer.current.calls.finished(
                    tool_call, outcome, output, problem, attachments=attachments_of(result.output)
                )
            return result
        finally:
            invocation.taken_back()
            del self._running[_key(tool_call)]
            _INVOCATION.reset(token)
            REPORT.reset(reports)
            PARENT.reset(parent)

    async def _invoke_in_time(
        self, tool: FunctionTool, context: ToolContext[Any], arguments: str
    ) -> sdk.ToolResult:
        """With the worker's time-out if the tool has none; the model gets a message about it."""
        seconds = self._limit(tool) if tool.timeout_seconds is None else None
        deadline = asyncio.timeout(seconds)
        try:
            async with deadline:
                return await self._invoke(function_tool=tool, context=context, arguments=arguments)
        except TimeoutError:
            if seconds is None or not deadline.expired():
                raise
            words = default_tool_timeout_error_message(tool_name=tool.name, timeout_seconds=seconds)
            return sdk.tool_result(words, is_error=True)

    def _limit(self, tool: FunctionTool) -> float | None:
        """Seconds that a tool may take; None for nested agents, whose calls have their own."""
        if tool.timeout_seconds is not None or sdk.is_agent_tool(tool):
            return tool.timeout_seconds
        return self._observer.settings.tool_timeout

    async def _output_of_failed_sandbox(
        self, tool: FunctionTool, context: ToolContext[Any], error: BaseException
    ) -> str | None:
        """What the model gets when a tool of a sandbox raises; None if the run is to fail.

        The SDK makes these tools without the failure function that other tools have by default, so
        that a wrong argument of the model's, such as a shell that does not exist, ended the turn.
        """
        if not (isinstance(error, Exception) and is_sandbox_tool(tool)):
            return None
        output = await self._format_error(function_tool=tool, context=context, error=error)
        if output is not None:
            self._keep(context, tool, output)
        return output

    async def _keeping_error(
        self, *, function_tool: FunctionTool, context: Any, error: BaseException
    ) -> str | None:
        invocation = _INVOCATION.get()
        if invocation is not None:
            invocation.error = error
        return await self._format_error(function_tool=function_tool, context=context, error=error)

    def _keep(self, context: ToolContext[Any], tool: FunctionTool, output: Any) -> None:
        """Add the output to the conversation before it is shown: this process may die in between.

        An output that a guardrail checks is added later, by the run's hook.
        """
        if context.tool_call is not None and not tool.tool_output_guardrails:
            item = ItemHelpers.tool_call_output_item(context.tool_call, output)
            self._observer.current.keep_output(context.tool_call_id, dict(item))

    def _problem(
        self, tool: FunctionTool, invocation: Invocation, result: sdk.ToolResult, seconds: float
    ) -> Problem | None:
        if invocation.error is not None:
            return tool_problem(invocation.error)
        if invocation.reported:
            message = invocation.reported
            return Problem(kind="tool", message=message, retry="never", code="mcp_tool_error")
        limit = self._limit(tool)
        # The SDK marks the output of a time-out only if the message is its own.
        if limit is None or not (result.is_sdk_generated_error or seconds >= limit):
            return None
        message = f"timed out after {limit:g} s"
        return Problem(kind="tool", message=message, retry="never", code="timeout")
