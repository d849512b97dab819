"""Tokens: an estimate from deltas while a stream runs, and sums of what providers reported.

The estimate: servers that stream token by token (OpenAI, vLLM, llama.cpp) send one delta per token,
so the number of non-empty deltas *is* the number of tokens. Servers that pack several tokens into a
delta send long deltas: above a mean of `PACKED` UTF-8 bytes per delta, the estimate is one token
per `BYTES_PER_TOKEN` bytes instead. Once the provider has reported the tokens of an answer, the
model's measured tokens per delta replace both (`Packing`). The error of the estimate is recorded
for every attempt with reported usage (`Tokens.error`).
"""

from typing import Literal

import msgspec

from tui.core.metrics.figure import UNAVAILABLE, Figure, estimated, measured

PACKED = 8
BYTES_PER_TOKEN = 4


def estimate(deltas: int, size: int, per_delta: float | None = None) -> float:
    """Tokens in this number of non-empty deltas, of ``size`` UTF-8 bytes together.

    ``per_delta``: the measured tokens per delta of the model, if they are known.
    """
    if per_delta is not None:
        return deltas * per_delta
    return float(deltas) if size <= PACKED * deltas else size / BYTES_PER_TOKEN


class Packing(msgspec.Struct, frozen=True):
    """What the answers of one model have shown: the provider's count, and the deltas it came in."""

    tokens: float = 0.0
    deltas: int = 0

    @property
    def per_delta(self) -> float | None:
        """Tokens per delta; None before the first answer."""
        return self.tokens / self.deltas if self.deltas else None


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider reported for one attempt; None: not reported."""

    input: int | None = None
    output: int | None = None
    cached: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None
    cost: float | None = None
    shared: Literal["", "sum", "elsewhere"] = ""
    """``sum``: of this attempt and others of its run; ``elsewhere``: part of such a sum."""

    @property
    def own(self) -> "Usage":
        """What is known of the attempt alone."""
        return Usage() if self.shared else self


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over attempts, and for each figure the number of attempts that reported it."""

    attempts: int = 0
    input: int = 0
    output: float = 0.0
    cached: int = 0
    cache_write: int = 0
    reasoning: int = 0
    cost: float = 0.0
    reported_input: int = 0
    reported_output: int = 0
    reported_cached: int = 0
    reported_cache_write: int = 0
    reported_reasoning: int = 0
    reported_cost: int = 0
    compared: int = 0
    """Attempts with both an estimate and the provider's count."""
    error: float = 0.0
    """Sum of |estimate - count| ÷ count over them."""

    def plus(self, usage: Usage, estimated_output: float) -> "Tokens":
        """With one more attempt; ``estimated_output`` is the estimate from its deltas."""
        if usage.shared == "elsewhere":
            return self
        count = usage.output or 0
        compared = count > 0 and estimated_output > 0 and not usage.shared
        error = abs(estimated_output - count) / count if compared else 0.0
        return Tokens(
            attempts=self.attempts + 1,
            input=self.input + (usage.input or 0),
            output=self.output + (estimated_output if usage.output is None else usage.output),
            cached=self.cached + (usage.cached or 0),
            cache_write=self.cache_write + (usage.cache_write or 0),
            reasoning=self.reasoning + (usage.reasoning or 0),
            cost=self.cost + (usage.cost or 0.0),
            reported_input=self.reported_input + (usage.input is not None),
            reported_output=self.reported_output + (usage.output is not None),
            reported_cached=self.reported_cached + (usage.cached is not None),
            reported_cache_write=self.reported_cache_write + (usage.cache_write is not None),
            reported_reasoning=self.reported_reasoning + (usage.reasoning is not None),
            reported_cost=self.reported_cost + (usage.cost is not None),
            compared=self.compared + compared,
            error=self.error + error,
        )

    def figures(self) -> "TokenFigures":
        """The sums as figures: estimates as soon as one attempt did not report the figure."""
        return TokenFigures(
            input=self._figure(self.input, self.reported_input),
            output=self._output(),
            cached=self._figure(self.cached, self.reported_cached),
            cache_write=self._figure(self.cache_write, self.reported_cache_write),
            reasoning=self._figure(self.reasoning, self.reported_reasoning),
            cost=self._figure(self.cost, self.reported_cost),
            estimate_error=measured(self.error / self.compared if self.compared else None),
        )

    def _figure(self, value: float, reported: int) -> Figure:
        if not reported:
            return UNAVAILABLE
        return measured(value) if reported == self.attempts else estimated(value)

    def _output(self) -> Figure:
        if self.attempts and self.reported_output == self.attempts:
            return measured(self.output)
        return estimated(self.output) if self.output else UNAVAILABLE


class TokenFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens as the pane shows them. ``cost`` is in US dollars, ``estimate_error`` a share."""

    input: Figure = UNAVAILABLE
    output: Figure = UNAVAILABLE
    cached: Figure = UNAVAILABLE
    cache_write: Figure = UNAVAILABLE
    reasoning: Figure = UNAVAILABLE
    cost: Figure = UNAVAILABLE
    estimate_error: Figure = UNAVAILABLE
