"""The events of a stream, as they are sent: one struct for each name.

Times are UTC, durations seconds. ``run`` is the id of the run; ``item`` and ``call`` identify a
text and a tool call within it.
"""

from datetime import datetime
from typing import Literal

import msgspec

from tui.core.conversation import ToolState
from tui.core.metrics import AttemptFigures, TurnFigures
from tui.protocol.events import Kind
from tui.web.request_refusals import Code

Status = Literal["idle", "running", "waiting"]
"""``waiting``: for the answer to an approval."""


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    timestamp: datetime
    session: str
    run: str = ""


class SessionUpdate(_Event, frozen=True, kw_only=True):
    """A run has begun or ended, or another agent speaks."""

    status: Status
    agent: str = ""
    message: str = ""
    """The user's message that began the run; "" if it continues an earlier one."""


class TypingStart(_Event, frozen=True, kw_only=True):
    """A model begins to answer."""

    agent: str
    parent: str = ""
    """The tool call in which a nested agent runs; "" at the top. So everywhere."""


class TextDeltaEvent(_Event, frozen=True, kw_only=True):
    """More of the answer. ``kind``: a refusal is an answer too."""

    item: str
    delta: str
    words: int
    """How many words the answer has so far."""
    kind: Literal["answer", "refusal"] = "answer"
    agent: str = ""


class NestedTextDelta(_Event, frozen=True, kw_only=True):
    """What an agent says that runs as a tool: it is no part of the answer."""

    item: str
    delta: str
    agent: str = ""
    parent: str = ""


class TextReplacedEvent(_Event, frozen=True, kw_only=True):
    """The whole text of an item is this now; "": it is withdrawn, or was reasoning."""

    item: str
    text: str
    words: int
    reason: str = ""


class ReasoningDeltaEvent(_Event, frozen=True, kw_only=True):
    item: str
    delta: str
    agent: str = ""
    parent: str = ""


class ToolStart(_Event, frozen=True, kw_only=True):
    """The model has called a tool: its arguments are complete."""

    call: str
    name: str
    arguments: str
    """As the model wrote them, usually JSON."""
    agent: str = ""
    parent: str = ""


class ToolComplete(_Event, frozen=True, kw_only=True):
    call: str
    name: str
    outcome: ToolState
    output: str = ""
    seconds: float | None = None
    """null: its code never ran, or nobody saw it end."""
    error: str = ""
    agent: str = ""
    parent: str = ""


class HandoffEvent(_Event, frozen=True, kw_only=True):
    """Another agent takes over."""

    previous: str
    agent: str


class RetryEvent(_Event, frozen=True, kw_only=True):
    """An attempt has failed, and another follows."""

    attempt: int
    """The number of the next one."""
    most: int
    delay: float
    reason: str = ""


class RetryUndoneEvent(_Event, frozen=True, kw_only=True):
    """The answer of ``run`` stands again, and that of ``taken_back`` does not."""

    taken_back: str


class ApprovalRequired(_Event, frozen=True, kw_only=True):
    """A tool call waits for `POST …/approvals/{call}`."""

    call: str
    name: str
    arguments: str
    agent: str = ""
    parent: str = ""


class ApprovalAnsweredEvent(_Event, frozen=True, kw_only=True):
    call: str
    approved: bool
    always: bool = False


class NoticeEvent(_Event, frozen=True, kw_only=True):
    """A line about the run."""

    text: str


class MetricsEvent(_Event, frozen=True, kw_only=True):
    """The figures of a model call that has ended, or of the whole turn at its end."""

    attempt: AttemptFigures | None = None
    turn: TurnFigures | None = None


class ResponseComplete(_Event, frozen=True, kw_only=True):
    """The run has ended, and this is its answer; ``cancelled``: as far as it came."""

    outcome: Literal["ok", "cancelled"]
    final_response: str
    words: int
    characters: int


class ErrorEvent(_Event, frozen=True, kw_only=True):
    """The run, or the stream, has ended with an error."""

    code: Code
    message: str
    kind: Kind | None = None
    can_continue: bool = False
    """`POST …/retry` continues from what is finished."""


GuideEvent = (
    SessionUpdate | TypingStart | TextDeltaEvent | NestedTextDelta | TextReplacedEvent
    | ReasoningDeltaEvent | ToolStart | ToolComplete | HandoffEvent | RetryEvent | RetryUndoneEvent
    | ApprovalRequired
    | ApprovalAnsweredEvent | NoticeEvent | MetricsEvent | ResponseComplete | ErrorEvent
)  # fmt: skip

NAMES: dict[type[msgspec.Struct], str] = {
    SessionUpdate: "session_update",
    TypingStart: "typing_start",
    TextDeltaEvent: "text_delta",
    NestedTextDelta: "nested_text_delta",
    TextReplacedEvent: "text_replaced",
    ReasoningDeltaEvent: "reasoning_delta",
    ToolStart: "tool_start",
    ToolComplete: "tool_complete",
    HandoffEvent: "handoff",
    RetryEvent: "retry",
    RetryUndoneEvent: "retry_undone",
    ApprovalRequired: "approval_required",
    ApprovalAnsweredEvent: "approval_answered",
    NoticeEvent: "notice",
    MetricsEvent: "metrics",
    ResponseComplete: "response_complete",
    ErrorEvent: "error",
}
"""The names of the events in a stream."""
