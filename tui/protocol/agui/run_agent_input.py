"""What an AG-UI client posts to start or resume a run."""

from typing import Any, Literal

from tui.protocol.agui.agui_messages import AguiStruct, Message, Metadata


class Tool(AguiStruct, frozen=True, kw_only=True):
    """A tool that the client has and runs."""

    name: str
    description: str
    parameters: Any = None
    """A JSON schema; None: it takes no arguments."""
    metadata: Metadata | None = None


class Context(AguiStruct, frozen=True, kw_only=True):
    """Something that the client wants the agent to know."""

    description: str
    value: str


class ResumeEntry(AguiStruct, frozen=True, kw_only=True):
    """The answer to one interrupt; ``payload`` fits its response schema."""

    interrupt_id: str
    status: Literal["resolved", "cancelled"]
    payload: Any = None
    metadata: Metadata | None = None


class RunAgentInput(AguiStruct, frozen=True, kw_only=True):
    thread_id: str
    run_id: str
    messages: tuple[Message, ...]
    """The whole conversation, as the client has it."""
    protocol_version: str | None = None
    parent_run_id: str | None = None
    state: Any = None
    tools: tuple[Tool, ...] | None = None
    context: tuple[Context, ...] | None = None
    forwarded_props: Any = None
    resume: tuple[ResumeEntry, ...] | None = None
