"""The events of the stream: everything that the worker reports to the UI.

The same structs cross the pipe, are stored in the journal and are fed to the dispatcher by tests.
They are plain data: no method here does I/O. The UI's commands to the worker are in
`commands.py`, the JSON of both in `codec.py`.

Clock: every ``at`` (and ``entered_at``, ``until``) is ``time.monotonic_ns()`` *on the worker's
clock*, taken where the thing happened. The UI converts its own times before it sends them
(`supervisor.py`), so all times of one stream can be subtracted from one another. ``wall`` gives a
run its date (Unix seconds).

Identity: ``run`` is the id of one run of the agent; ``call`` of one model call (one request to a
model, nested agents included); ``attempt`` numbers the attempts of a call from 1; ``tool_call`` is
the provider's call id, made unique by the worker if a server repeats one. ``parent`` is the
``tool_call`` in which a nested agent made this model call or tool call, or "" at the top.
"""

from tui.protocol.events.agent_info import (
    AgentInfo,
    HandoffInfo,
    McpServerInfo,
    ToolInfo,
)
from tui.protocol.events.answer_events import (
    MediaReceived,
    Source,
    SourcesCited,
)
from tui.protocol.events.attachment import Attachment
from tui.protocol.events.follow_up_events import (
    FollowUpMessage,
    FollowUpMoved,
    FollowUpQueued,
    FollowUpTaken,
)
from tui.protocol.events.model_events import (
    Api,
    AttemptCancelled,
    AttemptConnected,
    AttemptFailed,
    AttemptFinished,
    AttemptStarted,
    ConnectionPhases,
    ConnectionsChanged,
    HistoryCompacted,
    MessagePhase,
    ModelCallStarted,
    ReasoningDelta,
    ReasoningGiven,
    ReasoningReplaced,
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
from tui.protocol.events.request_events import (
    AnswerKept,
    KeptItem,
    RequestedTool,
    RequestForm,
    RequestKept,
)
from tui.protocol.events.run_events import (
    AgentChanged,
    GuardrailPassed,
    GuardrailTripped,
    RetryUndone,
    RunFinished,
    RunStarted,
    Stage,
    UndoRefused,
)
from tui.protocol.events.span_events import SpanEnded
from tui.protocol.events.tool_events import (
    ApprovalAnswered,
    ApprovalRequested,
    StandingAnswer,
    ToolCalled,
    ToolFinished,
    ToolOutputContinued,
    ToolProgressed,
    ToolSource,
    ToolStarted,
)
from tui.protocol.events.worker_events import (
    PROTOCOL_VERSION,
    AgentLoaded,
    AgentLoadFailed,
    ClockRead,
    CodeChanged,
    HistoryChanged,
    LocalModelLoading,
    LoopBlocked,
    LoopFreed,
    McpToolsListed,
    ModelsListed,
    Noticed,
    OutputPrinted,
    SecretsLearned,
    ServerMark,
    SessionForked,
    SessionOpened,
    WorkerExited,
    WorkerHeard,
    WorkerSilent,
    WorkerStarted,
)

Delta = TextDelta | ReasoningDelta | RefusalDelta | ToolArgumentsDelta

Event = (
    WorkerStarted | ClockRead | SecretsLearned | AgentLoaded | AgentLoadFailed
    | McpToolsListed | ModelsListed | LocalModelLoading
    | OutputPrinted | WorkerExited | Noticed | LoopBlocked | LoopFreed | CodeChanged
    | WorkerSilent | WorkerHeard | HistoryChanged | SessionOpened | SessionForked
    | RunStarted | WarmUpAwaited | AgentChanged | ModelCallStarted
    | ConnectionsChanged
    | AttemptStarted | RequestBegan | ConnectionPhases | AttemptConnected
    | AttemptFinished | AttemptFailed | AttemptCancelled
    | TextDelta | ReasoningDelta | RefusalDelta | ToolArgumentsDelta | TextReplaced
    | ReasoningReplaced | ReasoningGiven | MessagePhase | SourcesCited | HistoryCompacted
    | MediaReceived
    | UsageReported | RetryScheduled
    | RequestKept | AnswerKept
    | ToolCalled | ToolStarted | ToolProgressed | ToolFinished | ToolOutputContinued
    | ApprovalRequested | ApprovalAnswered
    | GuardrailPassed | GuardrailTripped | SpanEnded | RunFinished
    | RetryUndone | UndoRefused
    | FollowUpQueued | FollowUpMoved | FollowUpTaken
)  # fmt: skip

__all__ = [
    "PROTOCOL_VERSION",
    "AgentChanged",
    "AgentInfo",
    "AgentLoadFailed",
    "AgentLoaded",
    "AnswerKept",
    "Api",
    "ApprovalAnswered",
    "ApprovalRequested",
    "Attachment",
    "AttemptCancelled",
    "AttemptConnected",
    "AttemptFailed",
    "AttemptFinished",
    "AttemptStarted",
    "ClockRead",
    "CodeChanged",
    "ConnectionPhases",
    "ConnectionsChanged",
    "Delta",
    "Event",
    "FollowUpMessage",
    "FollowUpMoved",
    "FollowUpQueued",
    "FollowUpTaken",
    "GuardrailPassed",
    "GuardrailTripped",
    "HandoffInfo",
    "HistoryChanged",
    "HistoryCompacted",
    "KeptItem",
    "Kind",
    "LocalModelLoading",
    "LoopBlocked",
    "LoopFreed",
    "McpServerInfo",
    "McpToolsListed",
    "MediaReceived",
    "MessagePhase",
    "ModelCallStarted",
    "ModelsListed",
    "Noticed",
    "OutputPrinted",
    "Problem",
    "ReasoningDelta",
    "ReasoningGiven",
    "ReasoningReplaced",
    "RefusalDelta",
    "RequestBegan",
    "RequestForm",
    "RequestKept",
    "RequestedTool",
    "RetryClass",
    "RetryScheduled",
    "RetryUndone",
    "RunFinished",
    "RunStarted",
    "SecretsLearned",
    "ServerMark",
    "SessionForked",
    "SessionOpened",
    "Source",
    "SourcesCited",
    "SpanEnded",
    "Stage",
    "StandingAnswer",
    "TextDelta",
    "TextReplaced",
    "ToolArgumentsDelta",
    "ToolCalled",
    "ToolFinished",
    "ToolInfo",
    "ToolOutputContinued",
    "ToolProgressed",
    "ToolSource",
    "ToolStarted",
    "UndoRefused",
    "UsageReported",
    "WarmUpAwaited",
    "WorkerExited",
    "WorkerHeard",
    "WorkerSilent",
    "WorkerStarted",
]
