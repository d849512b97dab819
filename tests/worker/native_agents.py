"""Agents with native tools, and agents that process spans themselves."""

import asyncio
from typing import Any

from agents import (
    Agent,
    AgentHooks,
    ApplyPatchTool,
    CustomTool,
    ShellCommandRequest,
    ShellTool,
    function_tool,
)
from agents.editor import ApplyPatchOperation, ApplyPatchResult
from agents.tracing import Span, TracingProcessor, set_trace_processors, set_trace_provider
from agents.tracing.provider import DefaultTraceProvider

from tests.worker.sample_agents import read_gate


async def asks(_: Any, given: Any, __: str) -> bool:
    """Of a shell's action, a patch's operation or a custom tool's input."""
    return "ask" in str(given)


async def execute(request: ShellCommandRequest) -> str:
    command = request.data.action.commands[0]
    if command == "hang":
        await asyncio.Event().wait()
    if command == "break":
        raise ValueError("no such command")
    return f"ran {command}"


class Editor:
    async def create_file(self, operation: ApplyPatchOperation) -> ApplyPatchResult:
        return await self._edited(operation)

    async def update_file(self, operation: ApplyPatchOperation) -> ApplyPatchResult:
        return await self._edited(operation)

    async def delete_file(self, operation: ApplyPatchOperation) -> ApplyPatchResult:
        return await self._edited(operation)

    async def _edited(self, operation: ApplyPatchOperation) -> ApplyPatchResult:
        if operation.path == "hang":
            await asyncio.Event().wait()
        if operation.path == "break":
            raise ValueError("no such file")
        if operation.path == "conflict":
            return ApplyPatchResult(status="failed", output="does not apply")
        return ApplyPatchResult(output=f"edited {operation.path}")


async def note(_: Any, text: str) -> str:
    if text == "hang":
        await asyncio.Event().wait()
    if text == "break":
        raise ValueError("no such note")
    return f"noted {text}"


@function_tool
async def wait_forever() -> str:
    await asyncio.Event().wait()
    return "never"


handy = Agent(
    name="Handy",
    tools=[
        wait_forever,
        ShellTool(executor=execute, needs_approval=asks),
        ApplyPatchTool(editor=Editor(), needs_approval=asks),
        CustomTool(
            name="note",
            description="keeps a note",
            on_invoke_tool=note,
            needs_approval=asks,
        ),
    ],
)


class Lingering(AgentHooks[Any]):
    """Its hook waits after a tool's output is known."""

    async def on_tool_end(self, *_: Any) -> None:
        await asyncio.to_thread(read_gate)


lingering = handy.clone(name="Lingering", hooks=Lingering())


def bash() -> Agent[Any]:
    """A shell with another name than that of the model's calls."""
    return Agent(name="Bash", tools=[ShellTool(executor=execute, name="bash")])


class Printed(TracingProcessor):
    """Stands for the user's own exporter."""

    def on_span_end(self, span: Span[Any]) -> None:
        print(f"span {span.span_data.type}")

    def on_span_start(self, span: Span[Any]) -> None: ...
    def on_trace_start(self, trace: Any) -> None: ...
    def on_trace_end(self, trace: Any) -> None: ...
    def shutdown(self) -> None: ...
    def force_flush(self) -> None: ...


def traced() -> Agent[Any]:
    """Replaces the SDK's own exporter, which would upload."""
    set_trace_processors([Printed()])
    return Agent(name="Traced")


def traced_elsewhere() -> Agent[Any]:
    """As a tracing library does."""
    provider = DefaultTraceProvider()
    provider.set_processors([Printed()])
    set_trace_provider(provider)
    return Agent(name="Traced Elsewhere")
