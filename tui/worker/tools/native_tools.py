"""The true times and errors of native tools: shells, patch editors, custom and computer tools.

The SDK runs the calls of each kind one after the other, turns most exceptions into ordinary output,
and reports the results when all calls have ended. So this wraps the SDK's actions, and the hooks
that they call (`sdk_internals.tool_names`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents import Agent, ComputerTool, ItemHelpers, RunHooks
from agents.items import RunItem, ToolCallOutputItem
from typing_extensions import override

from tui.protocol.attachment_data import of_base64
from tui.protocol.attachment_words import described
from tui.protocol.events import Attachment, Problem
from tui.worker.failures.classify import span_problem, tool_problem
from tui.worker.input_items import Item, missing_output
from tui.worker.observer import Observer
from tui.worker.sdk_internals.tool_names import ACTIONS, COMMITTER
from tui.worker.tools.open_calls import ToolOutcome
from tui.worker.tools.output_text import attachments_of, shown_output
from tui.worker.tools.span_failures import TOOL, failed_now
from tui.worker.tools.tool_wrappers import CANCELLED_BY_USER, Invocation, ToolTap


class NativeToolTap:
    """Watches each call of a native tool, including nested agents' tools."""

    def __init__(self, observer: Observer, tools: ToolTap) -> None:
        self._observer = observer
        self._tools = tools

    def install(self) -> None:
        """Put the tap into the SDK, for the rest of the process."""
        for execute, parameter in ACTIONS.items():
            execute.replace(staticmethod(self._watched(execute.get(), parameter)))

    def _watched(
        self, execute: Callable[..., Awaitable[Any]], parameter: str
    ) -> Callable[..., Awaitable[Any]]:
        async def watched(*, hooks: RunHooks[Any], **arguments: Any) -> Any:
            tool_call = arguments[parameter].tool_call
            invocation = Invocation(asyncio.current_task())
            call = _Call(
                _field(tool_call, "call_id"), self._observer.current, self._tools, invocation,
                hooks, arguments.get(COMMITTER),
                checks=getattr(tool_call, "pending_safety_checks", None) or (),
            )  # fmt: skip
            try:
                return await execute(hooks=call, **{**arguments, COMMITTER: call.commit})
            except asyncio.CancelledError:
                output = missing_output(
                    {"type": _field(tool_call, "type"), "call_id": call.id}, CANCELLED_BY_USER
                )
                if not (invocation.taken_back() and output):
                    raise
                output = ItemHelpers.copy_tool_call_caller(tool_call, dict(output))
                return call.cancelled(arguments["agent"], output)
            except Exception as error:  # the call needs an end; the error is raised again
                self._observer.current.calls.finished(call.id, "error", problem=tool_problem(error))
                raise
            finally:
                invocation.taken_back()
                self._tools.ended(call.id)

        return watched


@dataclass(eq=False)
class _Call(RunHooks[Any]):
    """One call: replaces the run's hooks and committer, and calls them in turn."""

    id: str
    observer: Observer
    tools: ToolTap
    invocation: Invocation
    hooks: RunHooks[Any]
    committer: Callable[[RunItem], None] | None
    failed: bool = False
    """The tool's own output reports a failure."""
    checks: Sequence[Any] = ()
    """What the provider wants a person to look at first."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """The item that the model gets as the output."""

    @override
    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        """The tool's own code starts; it is approved by now."""
        self.observer.tool_started(self.id, tool.name)
        self.invocation.name = tool.name
        self.tools.started(self.id, self.invocation)
        await self.hooks.on_tool_start(context, agent, tool)

    def cancelled(self, agent: Agent[Any], output: Item) -> RunItem:
        """The user cancelled only this call: the model gets a message and the run continues."""
        item = ToolCallOutputItem(agent=agent, output=CANCELLED_BY_USER, raw_item=dict(output))
        self.commit(item)
        self.observer.calls.finished(self.id, "cancelled", CANCELLED_BY_USER)
        return item

    def commit(self, item: RunItem) -> None:
        """Add the output to the conversation before it is shown: the run may be cut off in between.

        From here on the call cannot be cancelled: its output stays.
        """
        self.invocation.taken_back()
        self.tools.ended(self.id)
        given: Any = item.to_input_item()
        self.given = given
        self.failed = given.get("status") == "failed"
        self.observer.keep_output(self.id, given)
        if self.committer is not None:
            self.committer(item)

    @override
    async def on_tool_end(self, context: Any, agent: Any, tool: Any, result: Any) -> None:
        """The call has an output, perhaps of a failure: what it raised is only in its span."""
        pictures: tuple[Attachment, ...] = ()
        if isinstance(tool, ComputerTool):
            pictures = (of_base64(str(result), media_type="image", name="screenshot"),)
            shown = "\n".join([*map(described, pictures), *self._safety_checks()])
        else:
            pictures, shown = attachments_of(result), shown_output(result)
        problem = self._problem(shown)
        outcome: ToolOutcome = "ok" if problem is None else "error"
        output = shown if problem is None else ""
        self.observer.calls.finished(self.id, outcome, output, problem, attachments=pictures)
        await self.hooks.on_tool_end(context, agent, tool, result)

    def _safety_checks(self) -> Iterator[str]:
        """The provider's safety checks of a computer's actions, and what the agent's code did."""
        acknowledged = self.given.get("acknowledged_safety_checks") or ()
        ids = {check.get("id") for check in acknowledged}
        for check in self.checks:
            words = check.message or check.code or check.id
            state = "acknowledged" if check.id in ids else "not acknowledged, run anyway"
            yield f"safety check {state}: {words}"

    def _problem(self, output: str) -> Problem | None:
        failure = failed_now()
        if failure is not None and failure.kind == TOOL:
            return span_problem(failure, output)
        if self.failed:
            return Problem(
                kind="tool", message=output or "failed", retry="never", code="tool_error"
            )
        return None


def _field(tool_call: object, field: str) -> str:
    """A field of the model's call, which is an object or a mapping."""
    if isinstance(tool_call, Mapping):
        return str(tool_call.get(field) or "")
    return str(getattr(tool_call, field, ""))
