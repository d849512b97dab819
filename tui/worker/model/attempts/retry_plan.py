"""Who decides about the attempts of a model call: streamtui's policy, or the user's own settings.

``ModelSettings(retry=ModelRetrySettings(...))`` drives the visible loop: its policy says whether,
its back-off when, its maximum how often. The SDK judges it, as it would without streamtui, except
that a failure after part of the answer is not final: the visible loop can continue an answer.
"""

from dataclasses import dataclass, replace

from agents import (
    Model,
    ModelRetryAdvice,
    ModelRetryAdviceRequest,
    ModelRetryNormalizedError,
    ModelRetrySettings,
)

from tui.protocol.events import Problem
from tui.protocol.retry_policy import RetryPolicy, delay_before_next
from tui.worker.failures.stream_failures import AttemptFailure
from tui.worker.sdk_internals.model_names import EVALUATE_RETRY


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """For one model call; the ids name the conversation that the server keeps, if it does."""

    ours: RetryPolicy
    user: ModelRetrySettings | None = None
    model: Model | None = None
    previous_response_id: str | None = None
    conversation_id: str | None = None

    @property
    def max_retries(self) -> int:
        given = None if self.user is None else self.user.max_retries
        return self.ours.max_retries if given is None else max(given, 0)

    @property
    def most_attempts(self) -> int:
        return self.max_retries + 1

    async def delay(
        self, error: Exception, *, attempt: int, problem: Problem, jitter: float
    ) -> float | None:
        """Seconds until the next attempt; None if there is none. Raises what the policy raises."""
        if self.user is None or self.user.policy is None:
            return delay_before_next(
                self._policy(), attempt=attempt, problem=problem, jitter=jitter
            )
        decision = await EVALUATE_RETRY.get()(
            error=error,
            attempt=attempt,
            max_retries=self.max_retries,
            retry_policy=self.user.policy,
            retry_backoff=self.user.backoff,
            stream=True,
            replay_unsafe_request=False,
            emitted_retry_unsafe_event=False,
            provider_advice=self._advice(error, attempt, problem),
            previous_response_id=self.previous_response_id,
            conversation_id=self.conversation_id,
        )
        return float(decision.delay or 0.0) if decision.retry else None

    def _policy(self) -> RetryPolicy:
        """Ours, with the user's maximum and back-off."""
        backoff = None if self.user is None else self.user.backoff
        base, cap = self.ours.base, self.ours.cap
        if backoff is not None and not isinstance(backoff, dict):
            base = base if backoff.initial_delay is None else backoff.initial_delay
            cap = cap if backoff.max_delay is None else backoff.max_delay
        return RetryPolicy(self.max_retries, base, cap)

    def _advice(self, error: Exception, attempt: int, problem: Problem) -> ModelRetryAdvice | None:
        """The model's; for failures that only streamtui sees, with what it knows about them."""
        request = ModelRetryAdviceRequest(
            error=error,
            attempt=attempt,
            stream=True,
            previous_response_id=self.previous_response_id,
            conversation_id=self.conversation_id,
        )
        advice = None if self.model is None else self.model.get_retry_advice(request)
        if not isinstance(error, AttemptFailure):
            return advice
        known = ModelRetryNormalizedError(
            status_code=problem.status,
            error_code=problem.code,
            message=problem.message,
            is_network_error=problem.kind == "network",
            is_timeout=problem.kind == "timeout",
        )
        if advice is None:
            return ModelRetryAdvice(normalized=known)
        return replace(advice, normalized=known)
