"""A scripted model provider on loopback for the Responses and Chat Completions APIs: README.md."""

from tests.support.provider.errors import (
    context_too_long,
    invalid_key,
    model_not_found,
    quota_exhausted,
    rate_limited,
    server_error,
)
from tests.support.provider.faults import (
    CloseAfter,
    CommentsAfter,
    ErrorEventAfter,
    FailAfter,
    GarbageAfter,
    IncompleteAfter,
    ResetAfter,
    StallAfter,
)
from tests.support.provider.gate import Gate
from tests.support.provider.provider import Provide, Provider
from tests.support.provider.request import ConnectionRecord, RequestRecord
from tests.support.provider.script import (
    COMMENT,
    UNKNOWN_EVENT,
    Answer,
    EmptyStream,
    HttpError,
    Page,
    RawItem,
    ResetBeforeHeaders,
    Silence,
    Step,
    ToolCall,
    Usage,
    Wire,
    per_second,
)
from tests.support.provider.validate import validate_items, validate_messages

__all__ = [
    "COMMENT",
    "UNKNOWN_EVENT",
    "Answer",
    "CloseAfter",
    "CommentsAfter",
    "ConnectionRecord",
    "EmptyStream",
    "ErrorEventAfter",
    "FailAfter",
    "GarbageAfter",
    "Gate",
    "HttpError",
    "IncompleteAfter",
    "Page",
    "Provide",
    "Provider",
    "RawItem",
    "RequestRecord",
    "ResetAfter",
    "ResetBeforeHeaders",
    "Silence",
    "StallAfter",
    "Step",
    "ToolCall",
    "Usage",
    "Wire",
    "context_too_long",
    "invalid_key",
    "model_not_found",
    "per_second",
    "quota_exhausted",
    "rate_limited",
    "server_error",
    "validate_items",
    "validate_messages",
]
