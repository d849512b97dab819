"""The vocabulary of the stream: what the worker says to the UI.

What crosses the pipe, what the journal stores, what a recording replays and what a test feeds the
dispatcher are these structs and nothing else. They are plain data: no method here does I/O. What
the UI says to the worker stands in `commands.py`, the JSON of both in `codec.py`.

Clock: every ``at`` (and ``entered_at``, ``until``) is ``time.monotonic_ns()`` *on the worker's
clock*, taken where the thing happened. The supervisor translates the UI's times before it sends
them (`supervisor.py`), so that all times of one stream can be subtracted from one another.
``wall`` anchors a run to the calendar (Unix seconds).

Identity: ``run`` names one run of the agent; ``call`` one model call (one request to a model,
nested agents included); ``attempt`` counts the tries of a call from 1; ``tool_call`` is the
provider's call id, made unique by the worker where a server repeats one. ``parent`` is the
``tool_call`` inside which a nested agent's model call or tool call happened, or "" at the top.
"""

from tui.protocol.events.model_events import (
    Api,
    AttemptCancelled,
    AttemptConnected,
    AttemptFailed,
    AttemptFinished,
    AttemptStarted,
    ConnectionPhases,
    ModelCallStarted,
    ReasoningDelta,
    RefusalDelta,
    RequestBegan,
    RetryScheduled,
    TextDelta,
    TextReplaced,
    ToolArgumentsDelta,
    UsageReported,
    WarmUpAwaited,
)
from tui.protocol.events.problem import (
    Kind,
    Problem,
    RetryClass,
)
from tui.protocol.events.run_events import (
    AgentChanged,
    GuardrailTripped,
    RunFinished,
    RunStarted,
)
from tui.protocol.events.tool_events import (
    ApprovalAnswered,
    ApprovalRequested,
    ToolCalled,
    ToolFinished,
    ToolStarted,
)
from tui.protocol.events.worker_events import (
    PROTOCOL_VERSION,
    AgentLoaded,
    AgentLoadFailed,
    ClockRead,
    CodeChanged,
    HistoryChanged,
    LoopBlocked,
    LoopFreed,
    Noticed,
    OutputPrinted,
    SecretsLearned,
    ToolInfo,
    WorkerExited,
    WorkerHeard,
    WorkerSilent,
    WorkerStarted,
)

Delta = TextDelta | ReasoningDelta | RefusalDelta | ToolArgumentsDelta

Event = (
    WorkerStarted | ClockRead | SecretsLearned | AgentLoaded | AgentLoadFailed
    | OutputPrinted | WorkerExited | Noticed | LoopBlocked | LoopFreed | CodeChanged
    | WorkerSilent | WorkerHeard | HistoryChanged
    | RunStarted | WarmUpAwaited | AgentChanged | ModelCallStarted
    | AttemptStarted | RequestBegan | ConnectionPhases | AttemptConnected
    | AttemptFinished | AttemptFailed | AttemptCancelled
    | TextDelta | ReasoningDelta | RefusalDelta | ToolArgumentsDelta | TextReplaced
    | UsageReported | RetryScheduled
    | ToolCalled | ToolStarted | ToolFinished | ApprovalRequested | ApprovalAnswered
    | GuardrailTripped | RunFinished
)  # fmt: skip

__all__ = [
    "PROTOCOL_VERSION",
    "AgentChanged",
    "AgentLoadFailed",
    "AgentLoaded",
    "Api",
    "ApprovalAnswered",
    "ApprovalRequested",
    "AttemptCancelled",
    "AttemptConnected",
    "AttemptFailed",
    "AttemptFinished",
    "AttemptStarted",
    "ClockRead",
    "CodeChanged",
    "ConnectionPhases",
    "Delta",
    "Event",
    "GuardrailTripped",
    "HistoryChanged",
    "Kind",
    "LoopBlocked",
    "LoopFreed",
    "ModelCallStarted",
    "Noticed",
    "OutputPrinted",
    "Problem",
    "ReasoningDelta",
    "RefusalDelta",
    "RequestBegan",
    "RetryClass",
    "RetryScheduled",
    "RunFinished",
    "RunStarted",
    "SecretsLearned",
    "TextDelta",
    "TextReplaced",
    "ToolArgumentsDelta",
    "ToolCalled",
    "ToolFinished",
    "ToolInfo",
    "ToolStarted",
    "UsageReported",
    "WarmUpAwaited",
    "WorkerExited",
    "WorkerHeard",
    "WorkerSilent",
    "WorkerStarted",
]
