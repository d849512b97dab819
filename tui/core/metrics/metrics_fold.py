"""``fold(metrics, event) -> metrics``: the only way to change metrics.

A pure fold: no clock, no I/O, and the value of a `Metrics` that a caller holds never changes. So
that a delta still costs only a microsecond, deltas are appended to a list that a state shares with
its successors: each state reads only its own ``length`` of it, and folding onto an older state
copies the list first. Any other event, or more than `MAX_PENDING` deltas, applies the list to a
copy of the session, so the list stays bounded.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from tui.core.metrics import (
    call_handlers,
    run_handlers,
    span_handlers,
    taken_back,
    tool_handlers,
)
from tui.core.metrics.session_state import Session
from tui.core.metrics.thresholds import Thresholds
from tui.protocol import events
from tui.protocol.events import Delta, Event

MAX_PENDING = 1024

_DELTAS = frozenset(Delta.__args__)


class Metrics(msgspec.Struct, frozen=True, gc=False):
    """Everything measured so far. Start with ``Metrics()`` or `with_thresholds`."""

    session: Session = msgspec.field(default_factory=Session)
    pending: list[Delta] = []
    length: int = 0

    def settled(self) -> Session:
        """The session with the pending deltas applied; do not change it."""
        if not self.length:
            return self.session
        session = self.session.copied()
        call_handlers.deltas_arrived(session, self.pending[: self.length])
        return session


def with_thresholds(thresholds: Thresholds) -> Metrics:
    """Metrics before the first event."""
    return Metrics(Session(thresholds=thresholds))


def judged_by(metrics: Metrics, thresholds: Thresholds) -> Metrics:
    """The same metrics; from now on other limits count, and none of them is crossed yet."""
    if metrics.session.thresholds == thresholds:
        return metrics
    session = metrics.settled().copied()
    session.thresholds, session.crossed = thresholds, frozenset()
    return Metrics(session)


def fold_deltas(metrics: Metrics, deltas: Sequence[Delta]) -> Metrics:
    """The same as `fold` with each of them."""
    start = 0
    while start < len(deltas):
        pending, length = metrics.pending, metrics.length
        if len(pending) != length:
            pending = pending[:length]
        pending += deltas[start : start + MAX_PENDING + 1 - length]
        start += len(pending) - length
        metrics = Metrics(metrics.session, pending, len(pending))
        if len(pending) > MAX_PENDING:
            metrics = Metrics(metrics.settled())
    return metrics


def fold(metrics: Metrics, event: Event) -> Metrics:
    """The metrics after one more event."""
    kind = type(event)
    if kind in _DELTAS:
        pending, length = metrics.pending, metrics.length
        if len(pending) != length:
            pending = pending[:length]
        pending.append(event)  # type: ignore[arg-type]  # `kind` says that it is a delta
        if length < MAX_PENDING:
            return Metrics(metrics.session, pending, length + 1)
        return Metrics(Metrics(metrics.session, pending, length + 1).settled())
    handler = _HANDLERS.get(kind)
    if handler is None:
        return metrics
    session = metrics.settled() if metrics.length else metrics.session.copied()
    handler(session, event)
    return Metrics(session)


_HANDLERS: dict[type[Any], Callable[[Session, Any], None]] = {
    events.WorkerStarted: run_handlers.worker_started,
    events.AgentLoaded: run_handlers.agent_loaded,
    events.AgentLoadFailed: run_handlers.agent_load_failed,
    events.WorkerExited: run_handlers.worker_exited,
    events.ConnectionsChanged: run_handlers.connections_changed,
    events.LoopBlocked: run_handlers.loop_blocked,
    events.LoopFreed: run_handlers.loop_freed,
    events.WorkerSilent: run_handlers.worker_silent,
    events.WorkerHeard: run_handlers.worker_heard,
    events.RunStarted: run_handlers.run_started,
    events.WarmUpAwaited: run_handlers.warm_up_awaited,
    events.AgentChanged: run_handlers.agent_changed,
    events.GuardrailPassed: span_handlers.guardrail_passed,
    events.SpanEnded: span_handlers.span_ended,
    events.GuardrailTripped: run_handlers.guardrail_tripped,
    events.RunFinished: run_handlers.run_finished,
    events.RetryUndone: taken_back.retry_undone,
    events.ModelCallStarted: call_handlers.call_started,
    events.AttemptStarted: call_handlers.attempt_started,
    events.RequestBegan: call_handlers.request_began,
    events.ConnectionPhases: call_handlers.phases_reported,
    events.AttemptConnected: call_handlers.attempt_connected,
    events.AttemptFinished: call_handlers.attempt_finished,
    events.AttemptFailed: call_handlers.attempt_failed,
    events.AttemptCancelled: call_handlers.attempt_cancelled,
    events.UsageReported: call_handlers.usage_reported,
    events.ReasoningReplaced: call_handlers.reasoning_replaced,
    events.RetryScheduled: call_handlers.retry_scheduled,
    events.ToolCalled: tool_handlers.tool_called,
    events.ToolStarted: tool_handlers.tool_started,
    events.ToolFinished: tool_handlers.tool_finished,
    events.ApprovalRequested: tool_handlers.approval_requested,
    events.ApprovalAnswered: tool_handlers.approval_answered,
}
