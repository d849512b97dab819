"""The retry policy, over its input space."""

from hypothesis import given
from hypothesis import strategies as st

from tui.events import Problem, RetryClass
from tui.worker.retry import LONGEST_WAIT, RetryPolicy, delay_before_next

POLICIES = st.builds(
    RetryPolicy,
    max_retries=st.integers(0, 10),
    base=st.floats(0, 100),
    cap=st.floats(0, 1000),
)
JITTER = st.floats(0, 1, exclude_max=True)
ATTEMPTS = st.integers(1, 2000)


def problem(retry: RetryClass = "automatic", retry_after: float | None = None) -> Problem:
    return Problem(kind="server", message="", retry=retry, retry_after=retry_after)


@given(POLICIES, ATTEMPTS, JITTER, st.none() | st.floats(0, 1000))
def test_a_delay_lies_between_what_was_asked_for_and_the_ceiling(
    policy: RetryPolicy, attempt: int, jitter: float, asked: float | None
) -> None:
    delay = delay_before_next(
        policy, attempt=attempt, problem=problem(retry_after=asked), shown=False, jitter=jitter
    )
    if attempt > policy.max_retries or (asked or 0) > LONGEST_WAIT:
        assert delay is None
    else:
        assert delay is not None
        assert (asked or 0) <= delay <= max(asked or 0, policy.cap)


@given(POLICIES, ATTEMPTS, JITTER, st.sampled_from(["manual", "never", "after_partial"]))
def test_only_automatic_problems_are_retried(
    policy: RetryPolicy, attempt: int, jitter: float, retry: RetryClass
) -> None:
    assert (
        delay_before_next(
            policy, attempt=attempt, problem=problem(retry), shown=False, jitter=jitter
        )
        is None
    )


@given(POLICIES, ATTEMPTS, JITTER)
def test_nothing_is_retried_by_itself_once_something_was_shown(
    policy: RetryPolicy, attempt: int, jitter: float
) -> None:
    assert (
        delay_before_next(policy, attempt=attempt, problem=problem(), shown=True, jitter=jitter)
        is None
    )


def test_the_ceiling_doubles_until_the_cap() -> None:
    policy = RetryPolicy(max_retries=6, base=1, cap=10)
    delays = [
        delay_before_next(policy, attempt=n, problem=problem(), shown=False, jitter=0.5)
        for n in range(1, 7)
    ]
    assert delays == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
