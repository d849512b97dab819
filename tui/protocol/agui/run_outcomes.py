"""How an AG-UI run or subagent ended, and what tokens it took."""

from typing import Annotated, Any

import msgspec

from tui.protocol.agui.agui_messages import AguiStruct, Metadata

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


class Interrupt(AguiStruct, frozen=True, kw_only=True):
    """A question to the user that must be answered before the thread runs on."""

    id: str
    reason: str
    """``tool_call``, ``input_required``, ``confirmation``, or a name of the server's own."""
    message: str | None = None
    tool_call_id: str | None = None
    response_schema: dict[str, Any] | None = None
    """The JSON schema of an answer's payload."""
    expires_at: str | None = None
    """ISO 8601."""
    metadata: Metadata | None = None
    subagent_run_id: str | None = None


class Success(AguiStruct, frozen=True, kw_only=True, tag_field="type", tag="success"):
    pending_tool_call_ids: tuple[str, ...] | None = None
    """Calls of the client's own tools, which the client now runs."""


class Interrupted(AguiStruct, frozen=True, kw_only=True, tag_field="type", tag="interrupt"):
    interrupts: Annotated[tuple[Interrupt, ...], msgspec.Meta(min_length=1)]


class Cancelled(AguiStruct, frozen=True, kw_only=True, tag_field="type", tag="cancelled"):
    pass


RunOutcome = Success | Interrupted | Cancelled


class SubagentSucceeded(AguiStruct, frozen=True, kw_only=True, tag_field="type", tag="success"):
    pass


class SubagentSuspended(AguiStruct, frozen=True, kw_only=True, tag_field="type", tag="suspended"):
    interrupt_ids: tuple[str, ...] | None = None


SubagentOutcome = SubagentSucceeded | SubagentSuspended


class TokenUsage(AguiStruct, frozen=True, kw_only=True):
    """Tokens of all calls of one model in a run; None: not reported."""

    provider: str | None = None
    model: str | None = None
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    total_tokens: Count | None = None
    reasoning_tokens: Count | None = None
    cached_input_tokens: Count | None = None
    cache_write_input_tokens: Count | None = None
