"""What went wrong: text for people, a kind to count it by."""

from typing import Literal

import msgspec

Kind = Literal[
    "network", "timeout", "rate_limit", "auth", "server", "agent",
    "tool", "guardrail", "max_turns", "worker", "cancelled",
]  # fmt: skip
"""What errors are counted by; ``cancelled`` is not an error."""


RetryClass = Literal["automatic", "after_partial", "manual", "never"]
"""Who retries: ``automatic`` and ``after_partial`` (part of the answer came) the worker, ``manual``
the user, ``never`` nobody."""


TURN_DEADLINE = "turn_deadline"
"""The code of a turn, and of its attempts, that its deadline has cut off."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What happened (``message``), what to do about it (``advice``), and details on demand."""

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
    """Seconds to wait, as the provider asked."""
