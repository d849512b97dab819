"""The summary of a batch: everything that was measured, as one JSON document.

Its shape follows AIPerf's JSON export: a description for each figure. ``schema`` changes when a
reader of an older document could misunderstand it. docs/headless.md has the fields.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from tui.core.metrics import AttemptFigures, Thresholds
from tui.core.metrics.describe import Description, described
from tui.core.metrics.groups import is_good
from tui.headless.connection_counts import Most
from tui.headless.report.samples import (
    ENDED,
    KINDS,
    OF_ATTEMPTS,
    TOOL,
    Samples,
    are_estimated,
    attempts_of,
    samples_of,
    seconds_of,
    values_of,
)
from tui.headless.results import RunResult

SCHEMA = "streamtui.summary/1"


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How runs, or the attempts of model calls, ended."""

    n: int
    ok: int
    failed: int
    cancelled: int


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Single figures; None where nothing was measured."""

    error_rate: float | None
    """Failed attempts ÷ attempts."""
    run_error_rate: float | None
    """Failed runs ÷ runs."""
    goodput: float | None
    """Attempts that ended well within the limits ÷ all attempts."""
    retries: int
    recoveries: int
    """Runs that ended well after at least one failed attempt."""
    runs_per_second: float | None
    output_per_second: float | None
    """Output tokens of all attempts ÷ seconds."""
    cost: float | None
    """US dollars of all attempts with a known price."""
    estimated: tuple[str, ...] = ()
    """Which of these are estimates."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """The attempts of one model or agent."""

    attempts: Counts
    metrics: dict[str, Description]


class ToolPart(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of one tool; ``seconds`` of those that ran to their end."""

    calls: int
    states: dict[str, int]
    seconds: Description


class CachePart(msgspec.Struct, frozen=True, kw_only=True):
    """The model calls that the cache answered. They are in no other figure."""

    calls: int
    input: int
    output: int
    """Tokens that were not used again."""
    cost: float | None
    """US dollars that were not spent again; None: no price is known."""


class RunPart(msgspec.Struct, frozen=True, kw_only=True):
    """One run: its outcome, its answer and its own values."""

    id: str
    round: int
    prompt: str
    outcome: str
    error: str | None
    kind: str | None
    answer: str
    session: str
    values: dict[str, list[float]]
    """By figure, the values of its attempts, or its own."""
    estimated: tuple[str, ...] = ()
    """The figures with values that are estimates."""
    tools: tuple[dict[str, Any], ...]
    cached: int = 0
    """Model calls that the cache answered: then the run's times are not measured."""
    attempts: int | None = None
    """Its requests to models, however the run ended; None: it never began."""
    seconds: float | None = None
    """From its start to its end, however it ended; None: that was not measured."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    schema: str = SCHEMA
    version: str
    agent: str
    began: float
    """Unix seconds."""
    seconds: float
    interrupted: bool
    scripted: bool
    """No real model answered: the figures are those of a script."""
    runs: Counts
    attempts: Counts
    metrics: dict[str, Description]
    totals: Totals
    by_model: dict[str, Part]
    by_agent: dict[str, Part]
    by_tool: dict[str, ToolPart]
    errors: dict[str, int]
    """Failed attempts and runs by kind."""
    limits: dict[str, float]
    """What goodput is measured by."""
    results: tuple[RunPart, ...]
    connections: Most | None = None
    """The most that were open at the same time, and streamed; None: not known."""
    cache: CachePart | None = None
    """None: the cache answered nothing."""
    gates: tuple[dict[str, Any], ...] = ()


def summary_of(
    results: Sequence[RunResult], *, agent: str, version: str, began: float, seconds: float,
    limits: Thresholds, interrupted: bool = False, connections: Most | None = None,
) -> Summary:  # fmt: skip
    """Of all measured runs."""
    samples = samples_of(results)
    return Summary(
        version=version,
        agent=agent,
        began=began,
        seconds=seconds,
        interrupted=interrupted,
        scripted=samples.scripted,
        runs=_counts([result.outcome for result in results]),
        attempts=_counts([_outcome(attempt) for attempt in samples.attempts]),
        metrics={
            name: described(samples.values(name), kind.unit, estimated=samples.estimated(name))
            for name, kind in KINDS.items()
        },
        totals=_totals(samples, seconds, limits),
        by_model=_parts(samples.attempts, lambda attempt: attempt.model),
        by_agent=_parts(samples.attempts, lambda attempt: attempt.agent),
        by_tool=_tool_parts(samples),
        errors=_errors(results),
        limits={"ttft": limits.ttft, "tok/s": limits.rate},
        results=tuple(map(_run_part, results)),
        connections=connections,
        cache=_cache_part(samples),
    )


def values_in(summary: Summary, figure: str) -> list[float]:
    """All values of a figure in a summary."""
    return [value for run in summary.results for value in run.values.get(figure, ())]


def are_estimates(summary: Summary, figure: str) -> bool:
    """Whether some values of a figure in a summary are estimates."""
    return any(figure in run.estimated for run in summary.results)


def tool_seconds_in(summary: Summary, name: str) -> list[float]:
    """The durations of one tool's calls that ran to their end."""
    return [
        tool["seconds"]
        for run in summary.results
        for tool in run.tools
        if tool["name"] == name and tool["seconds"] is not None and tool["state"] in ENDED
    ]


def _cache_part(samples: Samples) -> CachePart | None:
    saved = samples.cached
    if not saved:
        return None
    costs = [attempt.cost.value for attempt in saved if attempt.cost.known]
    return CachePart(
        calls=len(saved),
        input=round(sum(attempt.input.value for attempt in saved)),
        output=round(sum(attempt.output.value for attempt in saved)),
        cost=sum(costs) if costs else None,
    )


def _outcome(attempt: AttemptFigures) -> str:
    return "failed" if attempt.outcome == "error" else attempt.outcome


def _counts(outcomes: Sequence[str]) -> Counts:
    count = Counter(outcomes)
    return Counts(
        n=len(outcomes), ok=count["ok"], failed=count["failed"], cancelled=count["cancelled"]
    )


def _totals(samples: Samples, seconds: float, limits: Thresholds) -> Totals:
    attempts, runs = samples.attempts, samples.runs
    failed = sum(attempt.outcome == "error" for attempt in attempts)
    costs = [attempt.cost.value for attempt in attempts if attempt.cost.known]
    output = sum(attempt.output.value for attempt in attempts)
    measured = [run for run in runs if run.turn is None or not run.turn.cached]
    retries = sum(run.turn.retries for run in runs if run.turn is not None)
    return Totals(
        error_rate=failed / len(attempts) if attempts else None,
        run_error_rate=sum(run.outcome == "failed" for run in runs) / len(runs) if runs else None,
        goodput=sum(is_good(one, limits) for one in attempts) / len(attempts) if attempts else None,
        retries=retries,
        recoveries=sum(
            run.outcome == "ok" and any(one.outcome == "error" for one in run.attempts)
            for run in runs
        ),
        runs_per_second=len(measured) / seconds if seconds and measured else None,
        output_per_second=output / seconds if seconds and attempts else None,
        cost=sum(costs) if costs else None,
        estimated=tuple(_estimated_totals(attempts)),
    )


def _estimated_totals(attempts: Sequence[AttemptFigures]) -> Iterator[str]:
    if any(attempt.output.quality == "estimated" for attempt in attempts):
        yield "output_per_second"
    known = [attempt.cost.known for attempt in attempts if attempt.outcome == "ok"]
    if any(known) and not all(known):
        yield "cost"


def _parts(
    attempts: Iterable[AttemptFigures], name: Callable[[AttemptFigures], str]
) -> dict[str, Part]:
    groups: dict[str, list[AttemptFigures]] = {}
    for attempt in attempts:
        groups.setdefault(name(attempt), []).append(attempt)
    return {
        name: Part(
            attempts=_counts([_outcome(attempt) for attempt in group]),
            metrics={
                kind.name: described(
                    values_of(kind, group), kind.unit, estimated=are_estimated(kind, group)
                )
                for kind in OF_ATTEMPTS
            },
        )
        for name, group in groups.items()
    }


def _tool_parts(samples: Samples) -> dict[str, ToolPart]:
    states: dict[str, Counter[str]] = {}
    for run in samples.runs:
        for tool in run.tools:
            states.setdefault(tool.name, Counter())[tool.state] += 1
    return {
        name: ToolPart(
            calls=count.total(),
            states=dict(count),
            seconds=described(samples.tool_seconds(name), TOOL.unit),
        )
        for name, count in states.items()
    }


def _errors(results: Sequence[RunResult]) -> dict[str, int]:
    attempts = [one.kind for run in results for one in run.attempts if one.outcome == "error"]
    # A run that fails because its last attempt did is one error, not two.
    others = [
        run.problem.kind
        for run in results
        if run.outcome == "failed" and run.problem is not None
        and not any(one.outcome == "error" and one.kind == run.problem.kind for one in run.attempts)
    ]  # fmt: skip
    return dict(Counter(str(kind) for kind in (*attempts, *others)).most_common())


def _run_part(result: RunResult) -> RunPart:
    own = samples_of([result])
    problem = result.problem if result.outcome == "failed" else None
    return RunPart(
        id=result.job.prompt.id,
        round=result.job.round,
        prompt=result.job.prompt.text,
        outcome=result.outcome,
        error=problem.message if problem is not None else None,
        kind=problem.kind if problem is not None else None,
        answer=result.answer,
        session=result.session,
        values={name: values for name in KINDS if (values := own.values(name))},
        estimated=tuple(name for name in KINDS if own.estimated(name)),
        cached=len(own.cached),
        attempts=attempts_of(result) if result.turn is not None or result.attempts else None,
        seconds=seconds_of(result),
        tools=tuple(
            {
                "name": tool.name,
                "state": tool.state,
                "seconds": tool.seconds,
                "arguments": tool.arguments,
                "output": tool.output,
            }
            for tool in result.tools
        ),
    )
