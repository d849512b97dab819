"""The state of a conversation: events and requests in, items and their changes out. Pure.

``fold(state, event)`` takes one event of a live worker or a stored session; ``state.changes`` says
what it did to which items. `missing_ends` are the events that a killed dashboard could not store.
"""

from tui.core.conversation.conversation import Call, Conversation, Run, Step
from tui.core.conversation.conversation_fold import fold
from tui.core.conversation.items import (
    DECLINED,
    Attempt,
    Change,
    Citation,
    Failure,
    FollowUp,
    Handoff,
    Item,
    Media,
    Notice,
    OutputLine,
    Speech,
    ToolCall,
    ToolState,
    UserMessage,
)
from tui.core.conversation.requests import (
    CancelSent,
    MessageSent,
    Request,
    RetrySent,
    UndoSent,
)
from tui.core.conversation.settling import ENDED_HERE, completed, missing_ends

__all__ = [
    "DECLINED",
    "ENDED_HERE",
    "Attempt",
    "Call",
    "CancelSent",
    "Change",
    "Citation",
    "Conversation",
    "Failure",
    "FollowUp",
    "Handoff",
    "Item",
    "Media",
    "MessageSent",
    "Notice",
    "OutputLine",
    "Request",
    "RetrySent",
    "Run",
    "Speech",
    "Step",
    "ToolCall",
    "ToolState",
    "UndoSent",
    "UserMessage",
    "completed",
    "fold",
    "missing_ends",
]
