"""Sums and distributions over attempts, turns and tools; nothing here ever changes in place."""

import msgspec

from tui.core.metrics.attempt import Attempt
from tui.core.metrics.figure import SECOND
from tui.core.metrics.series import Series
from tui.core.metrics.thresholds import Thresholds
from tui.core.metrics.tokens import Tokens

MOST_ROWS = 64
"""Names are foreign: beyond so many, the rest share one row."""

OTHERS = "(others)"


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Attempts that have something in common: a model, an agent, or all of them.

    Times in ns, rates in tok/s; only ok attempts are in the series, all in the counts.
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
    """From the request going out to the attempt's end."""
    tokens: Tokens = Tokens()

    def plus(self, attempt: Attempt, thresholds: Thresholds) -> "Group":
        """With one more attempt, which has ended."""
        ok = attempt.outcome == "ok"
        # An attempt that ended before it said anything used no tokens that anybody knows of.
        spoke = ok or attempt.deltas or attempt.usage.output is not None
        counted = msgspec.structs.replace(
            self,
            attempts=self.attempts + 1,
            failed=self.failed + (attempt.outcome == "error"),
            cancelled=self.cancelled + (attempt.outcome == "cancelled"),
            good=self.good + is_good(attempt, thresholds),
            tokens=self.tokens.plus(attempt.usage, attempt.guess) if spoke else self.tokens,
        )
        return _with_times(counted, attempt) if ok else counted


def _with_times(group: Group, attempt: Attempt) -> Group:
    ttft, ttfo, tpot, rate = attempt.ttft, attempt.ttfo, attempt.tpot, attempt.rate
    lasted = None if attempt.ended is None else attempt.ended - attempt.asked
    return msgspec.structs.replace(
        group,
        ttft=group.ttft.add([ttft.value * SECOND] if ttft.known else []),
        ttfo=group.ttfo.add([ttfo.value * SECOND] if ttfo.known else []),
        tpot=group.tpot.add([tpot.value * SECOND] if tpot.known else []),
        rate=group.rate.add([rate.value] if rate.known else []),
        gaps=group.gaps.merge(attempt.gaps),
        durations=group.durations.add([] if lasted is None else [lasted]),
    )


def is_good(attempt: Attempt, thresholds: Thresholds) -> bool:
    """Ok and within the thresholds of one attempt; what is not known counts as good."""
    ttft, rate = attempt.ttft, attempt.rate
    return (
        attempt.outcome == "ok"
        and not (ttft.known and ttft.value > thresholds.ttft)
        and not (rate.known and rate.value < thresholds.rate)
    )


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about the answers of real models, or of scripted ones; never both in one."""

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
        """With one more turn: ns from Enter to the first text and to the end, None: not counted."""
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
    return rows | {name: rows.get(name, Group()).plus(attempt, thresholds)}


def bounded_name(name: str, rows: dict[str, Group] | dict[str, "ToolRow"]) -> str:
    """The row that a name goes to."""
    return name if name in rows or len(rows) < MOST_ROWS else OTHERS


class ToolRow(msgspec.Struct, frozen=True, kw_only=True):
    """All calls of one tool; ``durations`` in ns, of every call that ran and ended by itself."""

    calls: int = 0
    failed: int = 0
    cancelled: int = 0
    durations: Series = Series()
