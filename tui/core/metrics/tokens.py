"""Tokens: an estimate from deltas while a stream runs, and sums of what providers reported.

The estimate: servers that stream a token at a time (OpenAI, vLLM, llama.cpp) make one delta per
token, so the number of non-empty deltas *is* the number of tokens. A server that packs several
tokens into a delta shows by long deltas: above a mean of `PACKED` UTF-8 bytes per delta, the
estimate is one token per `BYTES_PER_TOKEN` bytes instead. How far it was off is kept, for every
attempt whose usage arrives (`Tokens.error`).
"""

import msgspec

from tui.core.metrics.figure import UNAVAILABLE, Figure, estimated, measured

PACKED = 8
BYTES_PER_TOKEN = 4


def estimate(deltas: int, size: int) -> float:
    """Tokens in so many non-empty deltas that hold so many UTF-8 bytes."""
    return float(deltas) if size <= PACKED * deltas else size / BYTES_PER_TOKEN


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider reported for one attempt; None where it did not say."""

    input: int | None = None
    output: int | None = None
    cached: int | None = None
    reasoning: int | None = None
    cost: float | None = None


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over attempts, with how many of them said what."""

    attempts: int = 0
    input: int = 0
    output: float = 0.0
    cached: int = 0
    reasoning: int = 0
    cost: float = 0.0
    said_input: int = 0
    said_output: int = 0
    said_cached: int = 0
    said_reasoning: int = 0
    said_cost: int = 0
    compared: int = 0
    """Attempts with both an estimate and the provider's count."""
    error: float = 0.0
    """Sum of |estimate - count| ÷ count over them."""

    def plus(self, usage: Usage, guess: float) -> "Tokens":
        """With one more attempt, whose deltas made us guess ``guess`` output tokens."""
        compared = usage.output is not None and usage.output > 0 and guess > 0
        off = abs(guess - (usage.output or 0)) / (usage.output or 1) if compared else 0.0
        return Tokens(
            attempts=self.attempts + 1,
            input=self.input + (usage.input or 0),
            output=self.output + (guess if usage.output is None else usage.output),
            cached=self.cached + (usage.cached or 0),
            reasoning=self.reasoning + (usage.reasoning or 0),
            cost=self.cost + (usage.cost or 0.0),
            said_input=self.said_input + (usage.input is not None),
            said_output=self.said_output + (usage.output is not None),
            said_cached=self.said_cached + (usage.cached is not None),
            said_reasoning=self.said_reasoning + (usage.reasoning is not None),
            said_cost=self.said_cost + (usage.cost is not None),
            compared=self.compared + compared,
            error=self.error + off,
        )

    def figures(self) -> "TokenFigures":
        """The sums as figures: estimated as soon as one attempt did not say."""
        return TokenFigures(
            input=self._figure(self.input, self.said_input),
            output=self._output(),
            cached=self._figure(self.cached, self.said_cached),
            reasoning=self._figure(self.reasoning, self.said_reasoning),
            cost=self._figure(self.cost, self.said_cost),
            estimate_error=measured(self.error / self.compared if self.compared else None),
        )

    def _figure(self, value: float, said: int) -> Figure:
        if not said:
            return UNAVAILABLE
        return measured(value) if said == self.attempts else estimated(value)

    def _output(self) -> Figure:
        if self.attempts and self.said_output == self.attempts:
            return measured(self.output)
        return estimated(self.output) if self.output else UNAVAILABLE


class TokenFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens as the pane shows them. ``cost`` in US dollars, ``estimate_error`` a share."""

    input: Figure = UNAVAILABLE
    output: Figure = UNAVAILABLE
    cached: Figure = UNAVAILABLE
    reasoning: Figure = UNAVAILABLE
    cost: Figure = UNAVAILABLE
    estimate_error: Figure = UNAVAILABLE
