"""``fold(state, event) -> state``: the only way in which a conversation changes.

Pure: no clock, no I/O, and a state that a caller holds never changes. Everything that a run has
opened is settled when it ends (`settling.py`), as are events that arrive after its end.
"""

from collections.abc import Callable
from typing import Any

from tui.core.conversation import (
    follow_ups,
    requests,
    retry_changes,
    run_changes,
    span_changes,
    speech_changes,
    tool_changes,
    worker_changes,
)
from tui.core.conversation.conversation import UNNAMED, Conversation, Run
from tui.core.conversation.items import Change
from tui.core.conversation.requests import Request
from tui.core.conversation.settling import ENDS_RUN, missing_ends, settle
from tui.protocol import events
from tui.protocol.events import Event


def fold(state: Conversation, event: Event | Request) -> Conversation:
    """The conversation after one more event or request."""
    ended: tuple[Change, ...] = ()
    if isinstance(event, ENDS_RUN):
        for end in missing_ends(state):
            state = _step(state, end)
            ended += state.changes
    state = _step(state, event)
    state.changes = ended + state.changes
    return state


def _step(state: Conversation, event: Event | Request) -> Conversation:
    handler = _HANDLERS.get(type(event))
    if handler is None:
        return state.at_rest(event.at)
    if isinstance(event, events.OutputPrinted):
        # Code may print thousands of lines a second, and none of them changes a dict.
        new = state.at_rest(event.at)
        handler(new, event)
        return new
    if isinstance(event, _WORDS) and (grown := speech_changes.continued(state, event)) is not None:
        return grown
    new = state.copied()
    new.at = event.at or state.at
    if isinstance(event, _OF_A_RUN):
        _open_run(new, event.run)
        handler(new, event)
        if not new.running:
            settle(new, event.at, "")
    else:
        handler(new, event)
    return new


def _open_run(state: Conversation, run: str) -> None:
    """Open the run of an event if its start is missing, but never one that has ended."""
    if not state.running and run not in state.ended_runs and (run or not state.ended_runs):
        state.run = Run(id=run or UNNAMED, begun=True)


_HANDLERS: dict[type[Any], Callable[[Conversation, Any], None]] = {
    events.WorkerStarted: worker_changes.worker_started,
    events.AgentLoaded: worker_changes.agent_loaded,
    events.AgentLoadFailed: worker_changes.agent_load_failed,
    events.McpToolsListed: worker_changes.mcp_tools_listed,
    events.CodeChanged: worker_changes.code_changed,
    events.WorkerSilent: worker_changes.worker_silent,
    events.WorkerExited: worker_changes.worker_exited,
    events.HistoryChanged: worker_changes.history_changed,
    events.OutputPrinted: worker_changes.output_printed,
    events.Noticed: worker_changes.noticed,
    events.SessionForked: worker_changes.session_forked,
    events.RunStarted: run_changes.run_started,
    events.RunFinished: run_changes.run_finished,
    events.RetryUndone: retry_changes.retry_undone,
    events.UndoRefused: retry_changes.undo_refused,
    events.AgentChanged: tool_changes.agent_changed,
    events.FollowUpQueued: follow_ups.queued,
    events.FollowUpMoved: follow_ups.moved,
    events.FollowUpTaken: follow_ups.taken,
    events.GuardrailPassed: span_changes.guardrail_passed,
    events.SpanEnded: span_changes.span_ended,
    events.GuardrailTripped: run_changes.guardrail_tripped,
    events.ModelCallStarted: speech_changes.call_started,
    events.AttemptStarted: speech_changes.attempt_started,
    events.AttemptConnected: speech_changes.attempt_connected,
    events.AttemptFinished: speech_changes.attempt_finished,
    events.AttemptFailed: speech_changes.attempt_failed,
    events.AttemptCancelled: speech_changes.attempt_cancelled,
    events.RetryScheduled: speech_changes.retry_scheduled,
    events.TextDelta: speech_changes.words_arrived,
    events.ReasoningDelta: speech_changes.words_arrived,
    events.RefusalDelta: speech_changes.words_arrived,
    events.ToolArgumentsDelta: tool_changes.arguments_arrived,
    events.TextReplaced: speech_changes.text_replaced,
    events.SourcesCited: speech_changes.sources_cited,
    events.MediaReceived: speech_changes.media_received,
    events.ReasoningReplaced: speech_changes.reasoning_replaced,
    events.ReasoningGiven: speech_changes.reasoning_given,
    events.MessagePhase: speech_changes.phase_reported,
    events.HistoryCompacted: run_changes.history_compacted,
    events.ToolCalled: tool_changes.tool_called,
    events.ToolStarted: tool_changes.tool_started,
    events.ToolProgressed: tool_changes.tool_progressed,
    events.ToolFinished: tool_changes.tool_finished,
    events.ToolOutputContinued: tool_changes.output_continued,
    events.ApprovalRequested: tool_changes.approval_requested,
    events.ApprovalAnswered: tool_changes.approval_answered,
    events.LoopBlocked: tool_changes.loop_blocked,
    events.LoopFreed: tool_changes.loop_freed,
    requests.MessageSent: run_changes.message_sent,
    requests.RetrySent: run_changes.retry_sent,
    requests.UndoSent: retry_changes.undo_sent,
    requests.CancelSent: run_changes.cancel_sent,
}

_WORDS = (events.TextDelta, events.ReasoningDelta, events.RefusalDelta)

_OF_A_RUN = (
    events.AgentChanged, events.GuardrailTripped, events.ModelCallStarted,
    events.AttemptStarted, events.AttemptFinished, events.AttemptFailed, events.AttemptCancelled,
    events.RetryScheduled, events.TextDelta, events.ReasoningDelta, events.RefusalDelta,
    events.ToolArgumentsDelta, events.TextReplaced, events.ReasoningReplaced, events.SourcesCited,
    events.ReasoningGiven, events.MessagePhase, events.MediaReceived,
    events.ToolCalled, events.ToolStarted, events.ToolProgressed, events.ToolFinished,
    events.ApprovalRequested, events.ApprovalAnswered,
)  # fmt: skip
"""Events that open things, which are settled with their run."""
