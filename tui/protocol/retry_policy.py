"""The retry policy: which failed attempts are retried, and after which delay. Pure."""

import msgspec

from tui.protocol.events import Problem, RetryClass

LONGEST_WAIT = 120.0
"""Seconds: after a longer wait that the provider asks for, the user must retry."""
RETRIED: frozenset[RetryClass] = frozenset({"automatic", "after_partial"})
NOT_A_STREAM = "not_a_stream"
ONCE = frozenset({NOT_A_STREAM})
"""Codes of problems that are retried only once."""


class RetryPolicy(msgspec.Struct, frozen=True):
    max_retries: int = 3
    base: float = 1.0
    """Seconds: the upper bound of the first delay."""
    cap: float = 10.0

    @property
    def most_attempts(self) -> int:
        return self.max_retries + 1


def delay_before_next(
    policy: RetryPolicy, *, attempt: int, problem: Problem, jitter: float
) -> float | None:
    """Seconds until the next attempt; None if there is no automatic one.

    ``attempt`` is the one that failed, from 1; ``jitter`` is a random number in [0, 1). The delay
    is ``jitter * min(cap, base * 2**n)`` (full jitter) for the n-th retry from 0, and never less
    than the provider asks for.
    """
    most = min(policy.max_retries, 1) if problem.code in ONCE else policy.max_retries
    if problem.retry not in RETRIED or attempt > most:
        return None
    asked = problem.retry_after or 0.0
    if asked > LONGEST_WAIT:
        return None
    ceiling = min(policy.cap, policy.base * 2.0 ** min(attempt - 1, 64))
    return max(asked, jitter * ceiling)
