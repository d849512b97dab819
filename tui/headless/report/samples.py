"""Every measured value, by figure: what a summary describes and gates are about.

The names and units are those of docs/metrics.md. As there, only attempts that ended well have
times and rates; the times of whole runs are those of runs that ended well.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from tui.core.metrics import AttemptFigures, Figure
from tui.headless.results import RunResult


class FigureKind(msgspec.Struct, frozen=True):
    """What a figure is called and measured in; ``lower``: lower is better (None: neither is)."""

    name: str
    unit: str
    lower: bool | None
    label: str


OF_ATTEMPTS: dict[FigureKind, Callable[[AttemptFigures], Figure]] = {
    FigureKind("ttft", "s", True, "time to first token"): lambda a: a.ttft,
    FigureKind("ttfo", "s", True, "time to first visible text"): lambda a: a.ttfo,
    FigureKind("tpot", "s", True, "time per output token"): lambda a: a.tpot,
    FigureKind("tok/s", "tok/s", False, "decode rate"): lambda a: a.rate,
    FigureKind("e2e_tok/s", "tok/s", False, "end-to-end rate"): lambda a: a.end_to_end_rate,
    FigureKind("icl_p95", "s", True, "inter-chunk latency, p95 of an attempt"): lambda a: a.icl_p95,
    FigureKind("duration", "s", True, "request, from sending to end"): lambda a: a.duration,
    FigureKind("input", "tokens", None, "input tokens"): lambda a: a.input,
    FigureKind("output", "tokens", None, "output tokens"): lambda a: a.output,
    FigureKind("cached", "tokens", None, "cached input tokens"): lambda a: a.cached,
    FigureKind("reasoning", "tokens", None, "reasoning tokens"): lambda a: a.reasoning,
    FigureKind("cost", "USD", True, "cost of a request"): lambda a: a.cost,
}  # fmt: skip


def attempts_of(run: RunResult) -> int:
    """How many requests to models a run made, however it ended."""
    return sum(not attempt.cached_answer for attempt in run.attempts)


def seconds_of(run: RunResult) -> float | None:
    """From a run's start to its end, however it ended; None: not measured, or from the cache."""
    return _known(run.turn.e2e) if run.turn and not run.turn.cached else None


def _known(figure: Figure) -> float | None:
    return figure.value if figure.known else None


OF_RUNS: dict[FigureKind, Callable[[RunResult], float | None]] = {
    FigureKind("turn_ttfo", "s", True, "first visible text of a run"): (
        lambda run: _known(run.turn.ttfo) if run.turn and not run.turn.cached else None
    ),
    FigureKind("e2e", "s", True, "whole run"): seconds_of,
    FigureKind("tools", "calls", None, "tool calls in a run"): lambda run: float(len(run.tools)),
    FigureKind("attempts", "requests", None, "requests in a run"): (
        lambda run: float(attempts_of(run))
    ),
}

KINDS: dict[str, FigureKind] = {kind.name: kind for kind in (*OF_ATTEMPTS, *OF_RUNS)}

TOOL = FigureKind("tool", "s", True, "time in a tool")

ENDED = frozenset({"ok", "error"})
"""States of tool calls that ran to their end."""


class Samples(msgspec.Struct, frozen=True, kw_only=True):
    """Attempts of real models, or of a script if there are no others."""

    scripted: bool
    attempts: tuple[AttemptFigures, ...]
    cached: tuple[AttemptFigures, ...]
    """Those that the cache answered: nothing was asked, so they are in no other figure."""
    runs: tuple[RunResult, ...]

    def values(self, name: str) -> list[float]:
        """All values of a figure, in the order in which the runs ended."""
        kind = KINDS[name]
        if kind in OF_ATTEMPTS:
            return values_of(kind, self.attempts)
        return [
            value
            for run in self.runs
            if run.outcome == "ok" and (value := OF_RUNS[kind](run)) is not None
        ]

    def estimated(self, name: str) -> bool:
        """Whether some of the values of a figure are estimates."""
        kind = KINDS[name]
        return kind in OF_ATTEMPTS and are_estimated(kind, self.attempts)

    def tool_seconds(self, name: str) -> list[float]:
        """The durations of one tool's calls that ran to their end."""
        return [
            tool.seconds
            for run in self.runs
            for tool in run.tools
            if tool.name == name and tool.seconds is not None and tool.state in ENDED
        ]


def samples_of(results: Sequence[RunResult]) -> Samples:
    """Of measured runs."""
    every = tuple(attempt for result in results for attempt in result.attempts)
    asked = tuple(attempt for attempt in every if not attempt.cached_answer)
    real = tuple(attempt for attempt in asked if not attempt.scripted)
    return Samples(
        scripted=bool(asked) and not real,
        attempts=real or asked,
        cached=tuple(attempt for attempt in every if attempt.cached_answer),
        runs=tuple(results),
    )


def values_of(kind: FigureKind, attempts: Iterable[AttemptFigures]) -> list[float]:
    """The known values of one figure, of attempts that ended well."""
    return [figure.value for figure in _figures(kind, attempts) if figure.known]


def are_estimated(kind: FigureKind, attempts: Iterable[AttemptFigures]) -> bool:
    """Whether some of these values are estimates."""
    return any(figure.quality == "estimated" for figure in _figures(kind, attempts))


def _figures(kind: FigureKind, attempts: Iterable[AttemptFigures]) -> Iterable[Figure]:
    return (OF_ATTEMPTS[kind](attempt) for attempt in attempts if attempt.outcome == "ok")
