"""Gates: limits that a batch must keep, as in ``ttft p95 < 2s``. They decide the exit code."""

import operator
import re
from collections.abc import Callable

import msgspec

from tui.core.metrics.describe import Description, percentile
from tui.core.metrics.series import ENOUGH_FOR_P99
from tui.headless.report.samples import KINDS
from tui.headless.report.summary import (
    Summary,
    Totals,
    are_estimates,
    tool_seconds_in,
    values_in,
)

STATS = ("mean", "min", "max", "std", "p50", "p90", "p95", "p99", "n")
"""What a summary holds of each figure. Other percentiles are taken of its values."""

TOTALS = dict.fromkeys(("error_rate", "run_error_rate", "goodput"), "share") | {
    "retries": "",
    "recoveries": "",
    "runs_per_second": "",
    "output_per_second": "",
    "total_cost": "USD",
}
"""Single figures, and their units."""

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_UNITS = {
    "s": {"": 1.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "m": 60.0, "min": 60.0},
    "share": {"": 1.0, "%": 0.01},
    "USD": {"": 1.0, "$": 1.0, "usd": 1.0},
    "tok/s": {"": 1.0, "tok/s": 1.0},
    "tokens": {"": 1.0, "tokens": 1.0, "k": 1000.0},
}
"""By the unit of a figure: what may be written after a number, and what it stands for."""

_GATE = re.compile(
    r"""\s*(?P<figure>tool:\S+|[\w/]+)      # what
        (?:\s+(?P<stat>[a-z]+\d*(?:\.\d+)?))?         # which percentile, or another statistic
        \s*(?P<compare><=|>=|<|>)\s*
        (?P<dollar>\$?)(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>[a-zA-Zµ%$/]*)\s*""",
    re.VERBOSE,
)


P99 = 99.0
"""From this percentile on, `ENOUGH_FOR_P99` values are needed: of fewer it is just the maximum."""

_PERCENTILE = re.compile(r"p(\d+(?:\.\d+)?)")


class GateError(ValueError):
    """The text is no gate; the message says what is wrong, and what can be written."""


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """One limit. ``stat`` is "" for a single figure, such as ``error_rate``."""

    text: str
    figure: str
    stat: str
    compare: str
    limit: float
    """In the figure's own unit: seconds, shares from 0 to 1, dollars."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a gate was kept. ``value`` is None if nothing was measured: then it was not."""

    gate: str
    kept: bool
    value: float | None
    unit: str
    why: str = ""
    estimated: bool = False
    """Some of what was measured are estimates."""


def parsed_gate(text: str) -> Gate:
    """From ``FIGURE [STATISTIC] < NUMBER[UNIT]``. Raise `GateError`."""
    match = _GATE.fullmatch(text)
    if match is None:
        raise GateError(f"{text!r} is not a gate: write, for example, 'ttft p95 < 2s'")
    figure, stat = match["figure"], match["stat"] or ""
    unit = _unit_of(figure, text)
    if figure in TOTALS and stat:
        raise GateError(f"{text!r}: {figure} is a single number, leave out {stat!r}")
    if figure not in TOTALS and stat not in STATS and _percent(stat) is None:
        what = f"{stat!r} is not one of" if stat else f"add a statistic to {figure}:"
        raise GateError(f"{text!r}: {what} {', '.join(STATS)}, or another percentile (p75, p99.9)")
    factors = _UNITS.get("" if stat == "n" else unit, {"": 1.0})
    written = match["unit"] or match["dollar"]
    if written not in factors:
        known = ", ".join(filter(None, factors)) or "no unit"
        raise GateError(f"{text!r}: {written!r} does not fit {figure}: write {known}")
    limit = float(match["number"]) * factors[written]
    if unit == "share" and limit > 1:
        number = match["number"]
        raise GateError(f"{text!r}: {figure} is at most 100 %: did you mean {number}%?")
    return Gate(
        text=" ".join(text.split()), figure=figure, stat=stat, compare=match["compare"], limit=limit
    )


def _unit_of(figure: str, text: str) -> str:
    if figure.startswith("tool:"):
        return "s"
    if figure in TOTALS:
        return TOTALS[figure]
    if figure in KINDS:
        return KINDS[figure].unit
    names = ", ".join((*KINDS, *TOTALS, "tool:NAME"))
    raise GateError(f"{text!r}: unknown figure {figure!r}; choose from {names}")


def verdict_on(gate: Gate, summary: Summary) -> Verdict:
    """Whether the batch keeps it."""
    value, unit, n = _measured(gate, summary)
    kept = value is not None and _COMPARE[gate.compare](value, gate.limit)
    why = ""
    if value is None:
        why = _too_few(gate, n) if n else why_nothing_was_measured(summary)
    return Verdict(
        gate=gate.text,
        kept=kept,
        value=value,
        unit=unit,
        why=why,
        estimated=value is not None and _is_estimated(gate, summary),
    )


def _is_estimated(gate: Gate, summary: Summary) -> bool:
    if gate.figure in TOTALS:
        return _field(gate.figure) in summary.totals.estimated
    return gate.stat != "n" and are_estimates(summary, gate.figure)


def why_nothing_was_measured(summary: Summary) -> str:
    if summary.cache is not None and not summary.attempts.n:
        return "nothing was measured: the cache answered every call, so run it without --cache"
    return "nothing was measured"


def _percent(stat: str) -> float | None:
    """75.0 of "p75"; None if it is no percentile."""
    match = _PERCENTILE.fullmatch(stat)
    percent = float(match[1]) if match else -1.0
    return percent if 0 <= percent <= 100 else None


def _too_few(gate: Gate, n: int) -> str:
    are = "is" if n == 1 else "are"
    return f"{gate.stat} needs {ENOUGH_FOR_P99} values, and there {are} only {n}"


def _measured(gate: Gate, summary: Summary) -> tuple[float | None, str, int]:
    """The value of a gate's figure, its unit, and of how many values it is (0: of none)."""
    if gate.figure in TOTALS:
        return _total(gate.figure, summary.totals), TOTALS[gate.figure], 0
    if gate.figure.startswith("tool:"):
        name = gate.figure.removeprefix("tool:")
        part = summary.by_tool.get(name)
        described = Description(unit="s") if part is None else part.seconds
        values = tool_seconds_in(summary, name)
    else:
        described = summary.metrics[gate.figure]
        values = values_in(summary, gate.figure)
    n = described.n if gate.stat in STATS else len(values)
    return _stat(described, gate.stat, values), described.unit, n


def _stat(described: Description, stat: str, values: list[float]) -> float | None:
    if stat in STATS:
        known: float | None = getattr(described, stat)
        return known
    percent = _percent(stat)
    if percent is None or not values or (percent >= P99 and len(values) < ENOUGH_FOR_P99):
        return None
    return percentile(sorted(values), percent)


def _total(name: str, totals: Totals) -> float | None:
    value: float | None = getattr(totals, _field(name))
    return value


def _field(total: str) -> str:
    return "cost" if total == "total_cost" else total


def goodput_limits(text: str) -> dict[str, float]:
    """From ``ttft:2.0 tok/s:10``: seconds at most, tokens per second at least.

    Raise `GateError`.
    """
    limits: dict[str, float] = {}
    for part in text.replace(",", " ").split():
        name, _, number = part.rpartition(":")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if name not in {"ttft", "tok/s"} or value < 0:
            raise GateError(f"{part!r}: write 'ttft:SECONDS', 'tok/s:NUMBER', or both")
        limits[name] = value
    if not limits:
        raise GateError("write 'ttft:SECONDS', 'tok/s:NUMBER', or both")
    return limits
