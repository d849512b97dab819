"""What went wrong, told to a person and counted."""

from typing import Literal

import msgspec

Kind = Literal[
    "network", "timeout", "rate_limit", "auth", "server", "agent",
    "tool", "guardrail", "max_turns", "worker", "cancelled",
]  # fmt: skip
"""The error counters; ``cancelled`` is not an error."""


RetryClass = Literal["automatic", "after_partial", "manual", "never"]
"""Classes A, B, M and "never" of the fault table."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What went wrong, for people: what happened, what to do, and the details on demand."""

    kind: Kind
    message: str
    advice: str = ""
    detail: str = ""
    retry: RetryClass = "manual"
    status: int | None = None
    code: str = ""
    """The provider's error code, or the exception's class name."""
    request_id: str = ""
    retry_after: float | None = None
    """Seconds that the provider asked to wait."""
