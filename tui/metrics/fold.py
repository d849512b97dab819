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

from tui import events
from tui.events import Delta, Event
from tui.metrics import calls, runs, tools
from tui.metrics.session import Session
from tui.metrics.thresholds import Thresholds

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
        calls.deltas_arrived(session, self.tail[: self.length])
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
    events.WorkerStarted: runs.worker_started,
    events.AgentLoaded: runs.agent_loaded,
    events.AgentLoadFailed: runs.agent_load_failed,
    events.WorkerExited: runs.worker_exited,
    events.LoopBlocked: runs.loop_blocked,
    events.LoopFreed: runs.loop_freed,
    events.WorkerSilent: runs.worker_silent,
    events.WorkerHeard: runs.worker_heard,
    events.RunStarted: runs.run_started,
    events.WarmUpAwaited: runs.warm_up_awaited,
    events.AgentChanged: runs.agent_changed,
    events.GuardrailTripped: runs.guardrail_tripped,
    events.RunFinished: runs.run_finished,
    events.ModelCallStarted: calls.call_started,
    events.AttemptStarted: calls.attempt_started,
    events.RequestBegan: calls.request_began,
    events.ConnectionPhases: calls.phases_told,
    events.AttemptConnected: calls.attempt_connected,
    events.AttemptFinished: calls.attempt_finished,
    events.AttemptFailed: calls.attempt_failed,
    events.AttemptCancelled: calls.attempt_cancelled,
    events.UsageReported: calls.usage_reported,
    events.RetryScheduled: calls.retry_scheduled,
    events.ToolCalled: tools.tool_called,
    events.ToolStarted: tools.tool_started,
    events.ToolFinished: tools.tool_finished,
    events.ApprovalRequested: tools.approval_requested,
    events.ApprovalAnswered: tools.approval_answered,
}
