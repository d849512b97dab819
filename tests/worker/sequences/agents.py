"""A crew for random sequences: each tool records that it ran, and some never end by themselves."""

import asyncio
import fcntl
import os
from pathlib import Path
from typing import Any

from agents import (
    Agent,
    ApplyPatchTool,
    CustomTool,
    GuardrailFunctionOutput,
    RunContextWrapper,
    ShellCommandRequest,
    ShellTool,
    Tool,
    function_tool,
    input_guardrail,
    output_guardrail,
)
from agents.editor import ApplyPatchOperation, ApplyPatchResult

from tests.worker.sequences.client_shortcuts import install_shortcuts
from tests.worker.sequences.names import FORBIDDEN, HOLD, NOTES, WITHHELD


def ran(token: str) -> str:
    with Path(os.environ[NOTES]).open("a", encoding="utf-8") as notes:
        notes.write(f"{token}\n")
    return f"done {token}"


@function_tool
async def note(token: str) -> str:
    return ran(token)


@function_tool
def note_in_thread(token: str) -> str:
    return ran(token)


@function_tool
async def hold(token: str) -> str:
    output = ran(token)
    await asyncio.Event().wait()
    return output


@function_tool
def hold_in_thread(token: str) -> str:
    output = ran(token)
    with Path(os.environ[HOLD]).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
    return output


@function_tool(timeout=0.02)
async def slow(token: str) -> str:
    output = ran(token)
    await asyncio.Event().wait()
    return output


@function_tool
def broken(token: str) -> str:
    raise ValueError(ran(token))


@function_tool(failure_error_function=None)
async def fatal(token: str) -> str:
    raise KeyError(ran(token))


@function_tool
async def die(token: str) -> str:
    ran(token)
    os._exit(7)


@function_tool(needs_approval=True)
async def ask(token: str) -> str:
    return ran(token)


async def do(text: str) -> str:
    """For native tools: ``token``, and then what happens."""
    token, _, how = text.partition(" ")
    output = ran(token)
    if how == "slow":
        await asyncio.sleep(0.02)
    if how == "broken":
        raise ValueError(output)
    if how == "die":
        os._exit(7)
    return output


async def run_command(request: ShellCommandRequest) -> str:
    return await do(request.data.action.commands[0])


async def scribble(_: Any, text: str) -> str:
    return await do(text)


class Editor:
    async def create_file(self, operation: ApplyPatchOperation) -> ApplyPatchResult:
        return ApplyPatchResult(output=await do(operation.path))

    update_file = delete_file = create_file


async def asks(_: Any, given: Any, __: str) -> bool:
    """Of a shell's action, a patch's operation or a custom tool's input."""
    return "ask" in str(given)


@input_guardrail
async def not_forbidden(
    _: RunContextWrapper[Any], __: Agent[Any], given: Any
) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, FORBIDDEN in str(given[-1]))


@output_guardrail
async def not_withheld(
    _: RunContextWrapper[Any], __: Agent[Any], said: Any
) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, WITHHELD in str(said))


helper = Agent(name="helper", instructions="helper", tools=[note, hold, ask, broken])
tools = [
    note, note_in_thread, hold, hold_in_thread, slow, broken, fatal, die, ask,
    helper.as_tool("ask_helper", "asks the helper"),
]  # fmt: skip
mate: Agent[Any] = Agent(
    name="mate",
    instructions="mate",
    tools=[*tools],
    input_guardrails=[not_forbidden],
    output_guardrails=[not_withheld],
)
captain: Agent[Any] = Agent(
    name="captain",
    instructions="captain",
    tools=[*tools],
    handoffs=[mate],
    input_guardrails=[not_forbidden],
    output_guardrails=[not_withheld],
)
mate.handoffs.append(captain)


native_tools: list[Tool] = [
    ShellTool(executor=run_command, needs_approval=asks),
    ApplyPatchTool(editor=Editor(), needs_approval=asks),
    CustomTool(
        name="scribble", description="scribbles", on_invoke_tool=scribble, needs_approval=asks
    ),
]


def crew() -> Agent[Any]:
    install_shortcuts()
    return captain


def handy_crew() -> Agent[Any]:
    """With the tools that only the Responses API has."""
    for agent in (helper, mate, captain):
        agent.tools += native_tools
    return crew()
