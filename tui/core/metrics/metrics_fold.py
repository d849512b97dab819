"""``fold(metrics, event) -> metrics``: the only way in which metrics change.

A pure fold: no clock, no I/O, and a `Metrics` that a caller holds never changes its meaning. To
make a delta cost a microsecond all the same, deltas are only appended to a list, which a state
shares with its successors; a state looks at its own ``length`` of it, and folding onto an older
state copies the list first. Every other event, or `TAIL` deltas, applies the list to a copy of the
session. So the pending list, like all the rest, is bounded.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from tui.core.metrics import call_handlers, run_handlers, tool_handlers
from tui.core.metrics.session_state import Session
from tui.core.metrics.thresholds import Thresholds
from tui.protocol import events
from tui.protocol.events import Delta, Event

TAIL = 1024

_DELTAS = frozenset(Delta.__args__)


class Metrics(msgspec.Struct, frozen=True, gc=False):
    """Everything that was measured so far. Start with ``Metrics()`` or `with_thresholds`."""

    session: Session = msgspec.field(default_factory=Session)
    tail: list[Delta] = []
    length: int = 0

    def settled(self) -> Session:
        """The session with the pending deltas applied; not to be changed."""
        if not self.length:
            return self.session
        session = self.session.copied()
        call_handlers.deltas_arrived(session, self.tail[: self.length])
        return session


def with_thresholds(thresholds: Thresholds) -> Metrics:
    """Metrics before the first event."""
    return Metrics(Session(thresholds=thresholds))


def fold_deltas(metrics: Metrics, deltas: Sequence[Delta]) -> Metrics:
    """The same as `fold` with one after the other."""
    start = 0
    while start < len(deltas):
        tail, length = metrics.tail, metrics.length
        if len(tail) != length:
            tail = tail[:length]
        tail += deltas[start : start + TAIL + 1 - length]
        start += len(tail) - length
        metrics = Metrics(metrics.session, tail, len(tail))
        if len(tail) > TAIL:
            metrics = Metrics(metrics.settled())
    return metrics


def fold(metrics: Metrics, event: Event) -> Metrics:
    """The metrics after one more event."""
    kind = type(event)
    if kind in _DELTAS:
        tail, length = metrics.tail, metrics.length
        if len(tail) != length:
            tail = tail[:length]
        tail.append(event)  # type: ignore[arg-type]  # `kind` says that it is a delta
        if length < TAIL:
            return Metrics(metrics.session, tail, length + 1)
        return Metrics(Metrics(metrics.session, tail, length + 1).settled())
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
    events.LoopBlocked: run_handlers.loop_blocked,
    events.LoopFreed: run_handlers.loop_freed,
    events.WorkerSilent: run_handlers.worker_silent,
    events.WorkerHeard: run_handlers.worker_heard,
    events.RunStarted: run_handlers.run_started,
    events.WarmUpAwaited: run_handlers.warm_up_awaited,
    events.AgentChanged: run_handlers.agent_changed,
    events.GuardrailTripped: run_handlers.guardrail_tripped,
    events.RunFinished: run_handlers.run_finished,
    events.ModelCallStarted: call_handlers.call_started,
    events.AttemptStarted: call_handlers.attempt_started,
    events.RequestBegan: call_handlers.request_began,
    events.ConnectionPhases: call_handlers.phases_told,
    events.AttemptConnected: call_handlers.attempt_connected,
    events.AttemptFinished: call_handlers.attempt_finished,
    events.AttemptFailed: call_handlers.attempt_failed,
    events.AttemptCancelled: call_handlers.attempt_cancelled,
    events.UsageReported: call_handlers.usage_reported,
    events.RetryScheduled: call_handlers.retry_scheduled,
    events.ToolCalled: tool_handlers.tool_called,
    events.ToolStarted: tool_handlers.tool_started,
    events.ToolFinished: tool_handlers.tool_finished,
    events.ApprovalRequested: tool_handlers.approval_requested,
    events.ApprovalAnswered: tool_handlers.approval_answered,
}
