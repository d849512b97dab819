"""The events of AG-UI 1.0: what its server streams to its client.

Their names are those of the protocol without the word "event"; ``TYPE_NAMES`` has the type of each
in JSON.
"""

from typing import Any, Literal

import msgspec

from tui.protocol.agui.agui_messages import AguiStruct, Content, Message, Metadata
from tui.protocol.agui.json_patch import Operation
from tui.protocol.agui.run_agent_input import RunAgentInput
from tui.protocol.agui.run_outcomes import RunOutcome, SubagentOutcome, TokenUsage

PROTOCOL_VERSION = "1.0"

MEDIA_TYPE = "text/event-stream"

TextRole = Literal["developer", "system", "assistant", "user"]


class AguiEvent(AguiStruct, frozen=True, kw_only=True, tag_field="type"):
    timestamp: int | float | None = None
    """Unix time in milliseconds."""
    raw_event: Any = None
    metadata: Metadata | None = None


class _OfSubagent(AguiEvent, frozen=True, kw_only=True):
    subagent_run_id: str | None = None
    """The nested agent that this belongs to; None: the agent itself."""


class TextMessageStart(_OfSubagent, frozen=True, kw_only=True, tag="TEXT_MESSAGE_START"):
    message_id: str
    role: TextRole | None = None
    """None: assistant."""
    name: str | None = None


class TextMessageContent(_OfSubagent, frozen=True, kw_only=True, tag="TEXT_MESSAGE_CONTENT"):
    message_id: str
    delta: str


class TextMessageEnd(_OfSubagent, frozen=True, kw_only=True, tag="TEXT_MESSAGE_END"):
    message_id: str


class TextMessageChunk(_OfSubagent, frozen=True, kw_only=True, tag="TEXT_MESSAGE_CHUNK"):
    """Start, content and end in one: a chunk without an id continues the one before."""

    message_id: str | None = None
    role: TextRole | None = None
    delta: str | None = None
    name: str | None = None


class ToolCallStart(_OfSubagent, frozen=True, kw_only=True, tag="TOOL_CALL_START"):
    tool_call_id: str
    tool_call_name: str
    parent_message_id: str | None = None


class ToolCallArgs(_OfSubagent, frozen=True, kw_only=True, tag="TOOL_CALL_ARGS"):
    tool_call_id: str
    delta: str


class ToolCallEnd(_OfSubagent, frozen=True, kw_only=True, tag="TOOL_CALL_END"):
    """The arguments are complete."""

    tool_call_id: str


class ToolCallChunk(_OfSubagent, frozen=True, kw_only=True, tag="TOOL_CALL_CHUNK"):
    tool_call_id: str | None = None
    tool_call_name: str | None = None
    parent_message_id: str | None = None
    delta: str | None = None


class ToolCallResult(_OfSubagent, frozen=True, kw_only=True, tag="TOOL_CALL_RESULT"):
    message_id: str
    """Of the tool message that it makes."""
    tool_call_id: str
    content: Content
    role: Literal["tool"] | None = None


class StateSnapshot(_OfSubagent, frozen=True, kw_only=True, tag="STATE_SNAPSHOT"):
    snapshot: Any


class StateDelta(_OfSubagent, frozen=True, kw_only=True, tag="STATE_DELTA"):
    delta: tuple[Operation, ...]


class MessagesSnapshot(AguiEvent, frozen=True, kw_only=True, tag="MESSAGES_SNAPSHOT"):
    messages: tuple[Message, ...]


class ActivitySnapshot(_OfSubagent, frozen=True, kw_only=True, tag="ACTIVITY_SNAPSHOT"):
    message_id: str
    activity_type: str
    content: dict[str, Any]
    replace: bool | None = None
    """None: yes."""


class ActivityDelta(_OfSubagent, frozen=True, kw_only=True, tag="ACTIVITY_DELTA"):
    message_id: str
    activity_type: str
    patch: tuple[Operation, ...]


class Raw(_OfSubagent, frozen=True, kw_only=True, tag="RAW"):
    event: Any
    source: str | None = None


class Custom(_OfSubagent, frozen=True, kw_only=True, tag="CUSTOM"):
    name: str
    value: Any


class RunStarted(AguiEvent, frozen=True, kw_only=True, tag="RUN_STARTED"):
    thread_id: str
    run_id: str
    protocol_version: str | None = None
    parent_run_id: str | None = None
    input: RunAgentInput | None = None


class RunFinished(AguiEvent, frozen=True, kw_only=True, tag="RUN_FINISHED"):
    thread_id: str
    run_id: str
    result: Any = None
    outcome: RunOutcome | None = None
    """None: success."""
    usage: tuple[TokenUsage, ...] | None = None


class RunError(AguiEvent, frozen=True, kw_only=True, tag="RUN_ERROR"):
    message: str
    code: str | None = None
    usage: tuple[TokenUsage, ...] | None = None


class StepStarted(_OfSubagent, frozen=True, kw_only=True, tag="STEP_STARTED"):
    step_name: str


class StepFinished(_OfSubagent, frozen=True, kw_only=True, tag="STEP_FINISHED"):
    step_name: str


class ReasoningStart(_OfSubagent, frozen=True, kw_only=True, tag="REASONING_START"):
    message_id: str


class ReasoningMessageStart(_OfSubagent, frozen=True, kw_only=True, tag="REASONING_MESSAGE_START"):
    message_id: str
    # From a factory: a plain default would be left out of the JSON, and the field is required.
    role: Literal["reasoning"] = msgspec.field(default_factory=lambda: "reasoning")


class ReasoningMessageContent(
    _OfSubagent, frozen=True, kw_only=True, tag="REASONING_MESSAGE_CONTENT"
):
    message_id: str
    delta: str


class ReasoningMessageEnd(_OfSubagent, frozen=True, kw_only=True, tag="REASONING_MESSAGE_END"):
    message_id: str


class ReasoningMessageChunk(_OfSubagent, frozen=True, kw_only=True, tag="REASONING_MESSAGE_CHUNK"):
    message_id: str | None = None
    delta: str | None = None


class ReasoningEnd(_OfSubagent, frozen=True, kw_only=True, tag="REASONING_END"):
    message_id: str


class ReasoningEncryptedValue(
    _OfSubagent, frozen=True, kw_only=True, tag="REASONING_ENCRYPTED_VALUE"
):
    subtype: Literal["tool-call", "message"]
    entity_id: str
    encrypted_value: str


class SubagentStarted(AguiEvent, frozen=True, kw_only=True, tag="SUBAGENT_STARTED"):
    subagent_run_id: str
    name: str
    description: str | None = None
    parent_subagent_run_id: str | None = None
    parent_tool_call_id: str | None = None
    parent_message_id: str | None = None


class SubagentFinished(AguiEvent, frozen=True, kw_only=True, tag="SUBAGENT_FINISHED"):
    subagent_run_id: str
    result: Any = None
    outcome: SubagentOutcome | None = None


class SubagentError(AguiEvent, frozen=True, kw_only=True, tag="SUBAGENT_ERROR"):
    subagent_run_id: str
    message: str
    code: str | None = None


KnownEvent = (
    TextMessageStart | TextMessageContent | TextMessageEnd | TextMessageChunk
    | ToolCallStart | ToolCallArgs | ToolCallEnd | ToolCallChunk | ToolCallResult
    | StateSnapshot | StateDelta | MessagesSnapshot | ActivitySnapshot | ActivityDelta
    | Raw | Custom | RunStarted | RunFinished | RunError | StepStarted | StepFinished
    | ReasoningStart | ReasoningMessageStart | ReasoningMessageContent | ReasoningMessageEnd
    | ReasoningMessageChunk | ReasoningEnd | ReasoningEncryptedValue
    | SubagentStarted | SubagentFinished | SubagentError
)  # fmt: skip


class UnknownEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What a server sent that this version does not know, or that does not fit its type."""

    type: str
    """"" if it has none."""
    data: bytes
    """As it came."""
    problem: str = ""
    """Why an event of a known type cannot be read; "" for an unknown type."""


ReadEvent = KnownEvent | UnknownEvent
