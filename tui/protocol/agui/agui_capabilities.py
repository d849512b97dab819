"""What an AG-UI server says its agent can do; None: not said."""

from typing import Any

from tui.protocol.agui.agui_messages import AguiStruct
from tui.protocol.agui.run_agent_input import Tool


class SubagentInfo(AguiStruct, frozen=True, kw_only=True):
    name: str
    description: str | None = None


class Identity(AguiStruct, frozen=True, kw_only=True):
    name: str | None = None
    type: str | None = None
    description: str | None = None
    version: str | None = None
    provider: str | None = None
    documentation_url: str | None = None
    metadata: dict[str, Any] | None = None


class Transport(AguiStruct, frozen=True, kw_only=True):
    streaming: bool | None = None
    websocket: bool | None = None
    http_binary: bool | None = None
    push_notifications: bool | None = None
    resumable: bool | None = None


class Tools(AguiStruct, frozen=True, kw_only=True):
    supported: bool | None = None
    items: tuple[Tool, ...] | None = None
    parallel_calls: bool | None = None
    client_provided: bool | None = None


class Output(AguiStruct, frozen=True, kw_only=True):
    structured_output: bool | None = None
    supported_mime_types: tuple[str, ...] | None = None


class State(AguiStruct, frozen=True, kw_only=True):
    snapshots: bool | None = None
    deltas: bool | None = None
    memory: bool | None = None
    persistent_state: bool | None = None


class MultiAgent(AguiStruct, frozen=True, kw_only=True):
    supported: bool | None = None
    delegation: bool | None = None
    handoffs: bool | None = None
    subagents: tuple[SubagentInfo, ...] | None = None


class Reasoning(AguiStruct, frozen=True, kw_only=True):
    supported: bool | None = None
    streaming: bool | None = None
    encrypted: bool | None = None


class MultimodalInput(AguiStruct, frozen=True, kw_only=True):
    image: bool | None = None
    audio: bool | None = None
    video: bool | None = None
    pdf: bool | None = None
    file: bool | None = None


class MultimodalOutput(AguiStruct, frozen=True, kw_only=True):
    image: bool | None = None
    audio: bool | None = None


class Multimodal(AguiStruct, frozen=True, kw_only=True):
    input: MultimodalInput | None = None
    output: MultimodalOutput | None = None


class Execution(AguiStruct, frozen=True, kw_only=True):
    code_execution: bool | None = None
    sandboxed: bool | None = None
    max_iterations: int | None = None
    max_execution_time: int | None = None


class HumanInTheLoop(AguiStruct, frozen=True, kw_only=True):
    supported: bool | None = None
    approvals: bool | None = None
    interventions: bool | None = None
    feedback: bool | None = None
    interrupts: bool | None = None
    approve_with_edits: bool | None = None


class AgentCapabilities(AguiStruct, frozen=True, kw_only=True):
    identity: Identity | None = None
    transport: Transport | None = None
    tools: Tools | None = None
    output: Output | None = None
    state: State | None = None
    multi_agent: MultiAgent | None = None
    reasoning: Reasoning | None = None
    multimodal: Multimodal | None = None
    execution: Execution | None = None
    human_in_the_loop: HumanInTheLoop | None = None
    custom: dict[str, Any] | None = None
