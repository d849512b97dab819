"""Sums and distributions over attempts, turns and tools. Everything here is immutable."""

from collections.abc import Collection
from typing import Protocol

import msgspec

from tui.core.metrics.attempt import Attempt
from tui.core.metrics.figure import SECOND, UNAVAILABLE, Figure
from tui.core.metrics.series import Series
from tui.core.metrics.thresholds import Thresholds
from tui.core.metrics.tokens import Tokens

MAX_ROWS = 64
"""Names come from outside, so their number has to be limited: the rest share one row."""

OTHERS = "(others)"


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The attempts of a model, an agent or a day, or all attempts.

    Times in ns, rates in tok/s. The series hold ok attempts only, the counts all attempts.
    """

    attempts: int = 0
    failed: int = 0
    cancelled: int = 0
    good: int = 0
    """Ok, and within every threshold."""
    ttft: Series = Series()
    ttfo: Series = Series()
    tpot: Series = Series()
    rate: Series = Series()
    gaps: Series = Series()
    durations: Series = Series()
    """From the sending of the request to the attempt's end."""
    tokens: Tokens = Tokens()

    def plus(self, attempt: Attempt, thresholds: Thresholds) -> "Group":
        """With one more attempt, which has ended."""
        ok = attempt.outcome == "ok"
        # Without output, nothing is known about the tokens of a failed attempt.
        has_tokens = ok or attempt.deltas or attempt.usage.output is not None
        counted = msgspec.structs.replace(
            self,
            attempts=self.attempts + 1,
            failed=self.failed + (attempt.outcome == "error"),
            cancelled=self.cancelled + (attempt.outcome == "cancelled"),
            good=self.good + is_good(attempt, thresholds),
            tokens=self.tokens.plus(attempt.usage, attempt.estimated_output)
            if has_tokens
            else self.tokens,
        )
        return _with_times(counted, attempt) if ok else counted


def _with_times(group: Group, attempt: Attempt) -> Group:
    ttft, ttfo, tpot, rate = attempt.ttft, attempt.ttfo, attempt.tpot, attempt.rate
    lasted = None if attempt.ended is None else attempt.ended - attempt.sent_at
    if attempt.inferred:
        # Only measured times enter percentiles.
        ttft, ttfo, lasted = UNAVAILABLE, UNAVAILABLE, None
    return msgspec.structs.replace(
        group,
        ttft=group.ttft.add([ttft.value * SECOND] if ttft.known else []),
        ttfo=group.ttfo.add([ttfo.value * SECOND] if ttfo.known else []),
        tpot=group.tpot.add(
            [tpot.value * SECOND] if tpot.known else [], estimated=tpot.quality == "estimated"
        ),
        rate=group.rate.add(
            [rate.value] if rate.known else [], estimated=rate.quality == "estimated"
        ),
        gaps=group.gaps.merge(attempt.gaps),
        durations=group.durations.add([] if lasted is None else [lasted]),
    )


class Judged(Protocol):
    """What an attempt is judged by."""

    @property
    def outcome(self) -> str: ...
    @property
    def ttft(self) -> Figure: ...
    @property
    def rate(self) -> Figure: ...


def is_good(attempt: Judged, thresholds: Thresholds) -> bool:
    """Ok and within the thresholds; an unknown figure counts as good."""
    ttft, rate = attempt.ttft, attempt.rate
    return (
        attempt.outcome == "ok"
        and not (ttft.known and ttft.value > thresholds.ttft)
        and not (rate.known and rate.value < thresholds.rate)
    )


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """All sums over the answers of real models, or over scripted answers."""

    all: Group = Group()
    models: dict[str, Group] = {}
    agents: dict[str, Group] = {}
    turns: int = 0
    turn_ttfo: Series = Series()
    e2e: Series = Series()

    def plus(self, attempt: Attempt, thresholds: Thresholds) -> "Tables":
        """With one more attempt, which has ended."""
        return msgspec.structs.replace(
            self,
            all=self.all.plus(attempt, thresholds),
            models=_with_row(self.models, attempt.model, attempt, thresholds),
            agents=_with_row(self.agents, attempt.agent, attempt, thresholds),
        )

    def plus_turn(self, first_text: int | None, whole: int | None) -> "Tables":
        """With one more turn: ns from Enter to the first text and to the end; None: not known."""
        return msgspec.structs.replace(
            self,
            turns=self.turns + 1,
            turn_ttfo=self.turn_ttfo.add([] if first_text is None else [first_text]),
            e2e=self.e2e.add([] if whole is None else [whole]),
        )


def _with_row(
    rows: dict[str, Group], name: str, attempt: Attempt, thresholds: Thresholds
) -> dict[str, Group]:
    name = bounded_name(name, rows)
    # A sum over several calls says nothing about the model or the agent of one of them.
    alone = msgspec.structs.replace(attempt, usage=attempt.usage.own)
    return rows | {name: rows.get(name, Group()).plus(alone, thresholds)}


def bounded_name(name: str, rows: Collection[str]) -> str:
    """The name of the row to count under."""
    return name if name in rows or len(rows) < MAX_ROWS else OTHERS


class ToolRow(msgspec.Struct, frozen=True, kw_only=True):
    """All calls of one tool; ``durations`` in ns, of calls that ran to their end."""

    calls: int = 0
    failed: int = 0
    cancelled: int = 0
    rejected: int = 0
    """A person, a policy or a guardrail refused them: they never ran."""
    estimated: int = 0
    """How many durations are those of the answer's stream: the provider ran the call."""
    durations: Series = Series()
