"""Pieces of AG-UI streams, made with the protocol's own models."""

import json
from collections.abc import Sequence
from typing import Any

from ag_ui.core import (
    BaseEvent,
    Interrupt,
    RunAgentInput,
    RunFinishedEvent,
    RunFinishedInterruptOutcome,
    RunFinishedSuccessOutcome,
    RunStartedEvent,
    TextMessageContentEvent,
    TextMessageEndEvent,
    TextMessageStartEvent,
    TokenUsage,
    ToolCallArgsEvent,
    ToolCallEndEvent,
    ToolCallResultEvent,
    ToolCallStartEvent,
)

from tui.protocol.agui.own_events import ASKED, own_event
from tui.protocol.events import Event


def started(asked: RunAgentInput) -> list[BaseEvent]:
    return [RunStartedEvent(thread_id=asked.thread_id, run_id=asked.run_id)]


def finished(asked: RunAgentInput) -> list[BaseEvent]:
    return [ending(asked)]


def ending(
    asked: RunAgentInput, *, usage: Sequence[TokenUsage] | None = None, result: Any = None
) -> RunFinishedEvent:
    return RunFinishedEvent(
        thread_id=asked.thread_id,
        run_id=asked.run_id,
        outcome=RunFinishedSuccessOutcome(),
        usage=None if usage is None else list(usage),
        result=result,
    )


def interrupted(*interrupts: Interrupt) -> Any:
    def made(asked: RunAgentInput) -> list[BaseEvent]:
        outcome = RunFinishedInterruptOutcome(interrupts=list(interrupts))
        return [RunFinishedEvent(thread_id=asked.thread_id, run_id=asked.run_id, outcome=outcome)]

    return made


def text(message: str, *deltas: str) -> list[BaseEvent]:
    return [
        TextMessageStartEvent(message_id=message, role="assistant"),
        *(TextMessageContentEvent(message_id=message, delta=delta) for delta in deltas),
        TextMessageEndEvent(message_id=message),
    ]


def call(tool_call: str, name: str, parent: str | None = None, **arguments: Any) -> list[BaseEvent]:
    whole = json.dumps(arguments)
    return [
        ToolCallStartEvent(tool_call_id=tool_call, tool_call_name=name, parent_message_id=parent),
        ToolCallArgsEvent(tool_call_id=tool_call, delta=whole[:3]),
        ToolCallArgsEvent(tool_call_id=tool_call, delta=whole[3:] or " "),
        ToolCallEndEvent(tool_call_id=tool_call),
    ]


def result(tool_call: str, content: str) -> BaseEvent:
    return ToolCallResultEvent(
        message_id=f"result of {tool_call}", tool_call_id=tool_call, content=content
    )


def answer(*deltas: str) -> list[Any]:
    """A whole run with one message."""
    return [started, *text("m1", *deltas), finished]


def started_by_streamtui(asked: RunAgentInput) -> list[bytes]:
    """The beginning of a run of ``streamtui serve``, which sends its own events too."""
    event = {"type": "RUN_STARTED", "threadId": asked.thread_id, "runId": asked.run_id}
    return [_sent({**event, "metadata": ASKED})]


def own(event: Event) -> bytes:
    """One of these."""
    custom = own_event(event)
    assert custom is not None
    return _sent({"type": "CUSTOM", "name": custom.name, "value": custom.value})


def _sent(event: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode()
