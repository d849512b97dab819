"""The retry policy, over its input space."""

from hypothesis import given
from hypothesis import strategies as st

from tui.protocol.events import Problem, RetryClass
from tui.protocol.retry_policy import (
    LONGEST_WAIT,
    NOT_A_STREAM,
    RetryPolicy,
    delay_before_next,
)

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
def test_a_delay_is_between_the_requested_wait_and_the_cap(
    policy: RetryPolicy, attempt: int, jitter: float, asked: float | None
) -> None:
    delay = delay_before_next(
        policy, attempt=attempt, problem=problem(retry_after=asked), jitter=jitter
    )
    if attempt > policy.max_retries or (asked or 0) > LONGEST_WAIT:
        assert delay is None
    else:
        assert delay is not None
        assert (asked or 0) <= delay <= max(asked or 0, policy.cap)


@given(POLICIES, ATTEMPTS, JITTER, st.sampled_from(["manual", "never"]))
def test_problems_for_the_user_are_not_retried(
    policy: RetryPolicy, attempt: int, jitter: float, retry: RetryClass
) -> None:
    assert delay_before_next(policy, attempt=attempt, problem=problem(retry), jitter=jitter) is None


@given(POLICIES, ATTEMPTS, JITTER)
def test_an_interrupted_answer_is_retried_like_one_that_never_started(
    policy: RetryPolicy, attempt: int, jitter: float
) -> None:
    cut = delay_before_next(
        policy, attempt=attempt, problem=problem("after_partial"), jitter=jitter
    )
    assert cut == delay_before_next(policy, attempt=attempt, problem=problem(), jitter=jitter)


@given(POLICIES, ATTEMPTS, JITTER)
def test_a_response_that_is_not_a_stream_is_retried_at_most_once(
    policy: RetryPolicy, attempt: int, jitter: float
) -> None:
    page = Problem(kind="server", message="", retry="automatic", code=NOT_A_STREAM)
    delay = delay_before_next(policy, attempt=attempt, problem=page, jitter=jitter)
    assert (delay is None) == (attempt > 1 or policy.max_retries == 0)


def test_the_ceiling_doubles_until_the_cap() -> None:
    policy = RetryPolicy(max_retries=6, base=1, cap=10)
    delays = [
        delay_before_next(policy, attempt=n, problem=problem(), jitter=0.5) for n in range(1, 7)
    ]
    assert delays == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
