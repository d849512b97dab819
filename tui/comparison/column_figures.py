"""The figures of one column's turn that are compared, running or ended. Pure."""

from collections.abc import Callable

import msgspec

from tui.core.metrics import AttemptFigures, Figure, Figures
from tui.core.metrics.figure import UNAVAILABLE, measured
from tui.core.metrics.figure_text import (
    cost_text,
    count_text,
    rate_text,
    shown,
    time_text,
)
from tui.stream.run_facts import Outcome, RunFacts


class ColumnFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds; ``outcome`` is None while it runs."""

    outcome: Outcome | None = None
    first_word: Figure = UNAVAILABLE
    """From Enter to the first visible text."""
    ttft: Figure = UNAVAILABLE
    rate: Figure = UNAVAILABLE
    """Decode tok/s: of the last 5 s while it runs, of the last answer when it has ended."""
    input: Figure = UNAVAILABLE
    output: Figure = UNAVAILABLE
    total: Figure = UNAVAILABLE
    """From Enter to the end; while it runs, so far."""
    cost: Figure = UNAVAILABLE
    tools: Figure = UNAVAILABLE
    words: Figure = UNAVAILABLE
    retries: int = 0
    scripted: bool = False

    @property
    def ended(self) -> bool:
        return self.outcome is not None


class Measure(msgspec.Struct, frozen=True):
    """One row of a comparison; ``lower``: lower is better (None: neither is)."""

    name: str
    label: str
    unit: str
    lower: bool | None
    of: Callable[[ColumnFigures], Figure]
    text: Callable[[float], str]
    grows: bool = False
    """It grows while a run is open: it can be compared only with those of ended runs."""


MEASURES: tuple[Measure, ...] = (
    Measure("first_word", "first word", "s", True, lambda one: one.first_word, time_text),
    Measure("ttft", "TTFT", "s", True, lambda one: one.ttft, time_text),
    Measure("tok/s", "tok/s", "tok/s", False, lambda one: one.rate, rate_text),
    Measure("total", "total", "s", True, lambda one: one.total, time_text, True),
    Measure("input", "tokens in", "tokens", None, lambda one: one.input, count_text),
    Measure("output", "tokens out", "tokens", None, lambda one: one.output, count_text),
    Measure("cost", "cost", "USD", True, lambda one: one.cost, cost_text, True),
    Measure("tools", "tools", "calls", None, lambda one: one.tools, count_text),
    Measure("words", "words", "words", None, lambda one: one.words, count_text),
)

BY_NAME = {measure.name: measure for measure in MEASURES}


def figure_words(measure: Measure, figures: ColumnFigures) -> str:
    """The figure as people read it: ``~`` before an estimate, "—" if it is not known."""
    figure = measure.of(figures)
    return shown(figure, measure.text)


def running_figures(figures: Figures, run: str, words: int) -> ColumnFigures:
    """Of the run in progress; all unknown until it has begun."""
    turn = figures.turn
    if turn is None or turn.run != run:
        return ColumnFigures()
    return ColumnFigures(
        first_word=turn.ttfo,
        ttft=turn.ttft,
        rate=figures.live,
        input=turn.tokens.input,
        output=turn.tokens.output,
        total=turn.e2e,
        cost=turn.tokens.cost,
        tools=measured(turn.tools),
        words=measured(words),
        retries=turn.retries,
        scripted=turn.scripted,
    )


def ended_figures(facts: RunFacts) -> ColumnFigures:
    """Of a run that has ended."""
    turn = facts.turn
    if turn is None:
        return ColumnFigures(outcome=facts.outcome)
    return ColumnFigures(
        outcome=facts.outcome,
        first_word=turn.ttfo,
        ttft=turn.ttft,
        rate=_rate(facts.attempts),
        input=turn.tokens.input,
        output=turn.tokens.output,
        total=turn.e2e,
        cost=turn.tokens.cost,
        tools=measured(turn.tools),
        words=measured(facts.words),
        retries=turn.retries,
        scripted=turn.scripted,
    )


def _rate(attempts: tuple[AttemptFigures, ...]) -> Figure:
    """Of the last answer that ended well and has a rate, without those of nested agents."""
    rates = [
        one.rate for one in attempts if one.outcome == "ok" and not one.parent and one.rate.known
    ]
    return rates[-1] if rates else UNAVAILABLE
