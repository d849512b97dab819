"""Two batches side by side: figures, outcomes, answers and tool calls. Pure."""

import difflib
import json
from collections.abc import Iterable
from typing import Any

import msgspec

from tui.core.formatting import counted
from tui.core.metrics.describe import described
from tui.headless.report.figure_line import in_unit
from tui.headless.report.regression import Change, changes_between
from tui.headless.report.samples import KINDS, FigureKind
from tui.headless.report.summary import RunPart, Summary, are_estimates, values_in


class FigurePair(msgspec.Struct, frozen=True, kw_only=True):
    """One figure in both; None where it was not measured."""

    figure: str
    unit: str
    n: tuple[int, int]
    p50: tuple[float | None, float | None]
    p95: tuple[float | None, float | None]
    change: Change | None
    """Of the median, where both have enough values."""
    estimated: tuple[bool, bool] = (False, False)
    """Whether some of the values are estimates."""


class RunPair(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is in both and differs."""

    id: str
    round: int
    outcomes: tuple[str, str]
    answer: tuple[str, ...]
    """The changed lines of the answer, as in a unified diff; () if it is the same."""
    tools: tuple[str, ...]
    """The same of its tool calls, one line each."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    figures: tuple[FigurePair, ...]
    errors: dict[str, tuple[int, int]]
    """By kind."""
    same: int
    """Runs with the same outcome, answer and tool calls in both."""
    runs: tuple[RunPair, ...]
    only: tuple[tuple[str, ...], tuple[str, ...]]
    """Runs that only the first, or only the second has."""

    def regressed(self, limit: float) -> list[Change]:
        """The figures whose median became worse by more than this, noise allowed for."""
        changes = (pair.change for pair in self.figures)
        return [change for change in changes if change is not None and change.regressed(limit)]


def difference(before: Summary, after: Summary) -> Difference:
    """What changed from one batch to the other.

    Runs are matched by prompt id and round; those that are left, by their prompts, in order: a
    stored session has no prompt ids.
    """
    changes = {change.figure: change for change in changes_between(before, after)}
    old, new = _by_key(before), _matched(_by_key(before), _by_key(after))
    pairs = [_run_pair(old[key], new[key]) for key in old if key in new]
    differing = tuple(pair for pair in pairs if pair is not None)
    return Difference(
        figures=tuple(
            _figure_pair(kind, before, after, changes.get(name)) for name, kind in KINDS.items()
        ),
        errors={
            kind: (before.errors.get(kind, 0), after.errors.get(kind, 0))
            for kind in sorted({*before.errors, *after.errors})
        },
        same=len(pairs) - len(differing),
        runs=differing,
        only=(
            tuple(_name(old[key]) for key in _in_order(old) if key not in new),
            tuple(_name(new[key]) for key in _in_order(new) if key not in old),
        ),
    )


def difference_lines(found: Difference, names: tuple[str, str], limit: float | None) -> list[str]:
    """The same as a table and changed lines, for people."""
    lines = [f"a: {names[0]}", f"b: {names[1]}", ""]
    head = ("a p50", "b p50", "a p95", "b p95", "change of p50 (95 % interval)")
    lines.append(f"{'':<10}" + "".join(f"{word:>11}" for word in head[:4]) + f"   {head[4]}")
    worse = [] if limit is None else found.regressed(limit)
    lines += [_figure_row(pair, worse) for pair in found.figures if any(pair.n)]
    for kind, (old, new) in found.errors.items():
        lines.append(f"{kind + ' errors':<10} {old} → {new}")
    same = counted(found.same, "run has", "runs have")
    lines += ["", f"{same} the same outcome, answer and tool calls."]
    for pair in found.runs:
        lines += ["", *_run_lines(pair)]
    for name, runs in zip(names, found.only, strict=True):
        if runs:
            lines += ["", f"only in {name}: {', '.join(runs)}"]
    return lines


def _by_key(summary: Summary) -> dict[tuple[str, int], RunPart]:
    return {(run.id, run.round): run for run in summary.results}


def _matched(
    old: dict[tuple[str, int], RunPart], new: dict[tuple[str, int], RunPart]
) -> dict[tuple[str, int], RunPart]:
    """The new runs, by the keys of the old ones that they match."""
    left: dict[str, list[tuple[str, int]]] = {}
    for key in _in_order(old):
        if key not in new:
            left.setdefault(old[key].prompt, []).append(key)
    found = {}
    for key in _in_order(new):
        those = [] if key in old else left.get(new[key].prompt, [])
        found[those.pop(0) if those else key] = new[key]
    return found


def _in_order(keys: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """By round, then by id; numbers as numbers."""
    return sorted(keys, key=lambda key: (key[1], not key[0].isdecimal(), key[0].zfill(9), key[0]))


def _name(run: RunPart | RunPair) -> str:
    return run.id if run.round <= 1 else f"{run.id} #{run.round}"


def _figure_pair(
    kind: FigureKind, before: Summary, after: Summary, change: Change | None
) -> FigurePair:
    old, new = (described(values_in(one, kind.name), kind.unit) for one in (before, after))
    return FigurePair(
        figure=kind.name,
        unit=kind.unit,
        n=(old.n, new.n),
        p50=(old.p50, new.p50),
        p95=(old.p95, new.p95),
        change=change,
        estimated=(are_estimates(before, kind.name), are_estimates(after, kind.name)),
    )


def _run_pair(old: RunPart, new: RunPart) -> RunPair | None:
    answer = _changed(old.answer, new.answer)
    tools = _changed(_calls(old), _calls(new))
    if old.outcome == new.outcome and not answer and not tools:
        return None
    return RunPair(
        id=old.id, round=old.round, outcomes=(old.outcome, new.outcome), answer=answer, tools=tools
    )


def _changed(old: str, new: str) -> tuple[str, ...]:
    if old == new:
        return ()
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)
    # Without the names of the files, and the numbers of the lines.
    return tuple(line for line in list(lines)[2:] if not line.startswith("@@")) or ("+",)


def _calls(run: RunPart) -> str:
    return "\n".join(_call(tool) for tool in run.tools)


def _call(tool: dict[str, Any]) -> str:
    try:
        arguments = json.dumps(json.loads(tool["arguments"]), sort_keys=True, ensure_ascii=False)
    except ValueError:
        arguments = tool["arguments"]
    output = " ".join(str(tool["output"]).split())
    return f"{tool['name']} {arguments} → {output or tool['state']}"


def _figure_row(pair: FigurePair, worse: list[Change]) -> str:
    values = zip((*pair.p50, *pair.p95), (*pair.estimated, *pair.estimated), strict=True)
    cells = [_text(value, pair.unit, estimated=estimated) for value, estimated in values]
    row = f"{pair.figure:<10}" + "".join(f"{cell:>11}" for cell in cells)
    if pair.change is None:
        return row
    change = pair.change
    row += f"   {change.change:+.1%} ({change.low:+.1%} to {change.high:+.1%})"
    return row + ("  WORSE" if change in worse else "")


def _text(value: float | None, unit: str, *, estimated: bool) -> str:
    if value is None:
        return "—"
    # The name of the row says what is counted.
    return "~" * estimated + in_unit(value, unit if unit in {"s", "USD"} else "")


def _run_lines(pair: RunPair) -> list[str]:
    old, new = pair.outcomes
    lines = [f"{_name(pair)}: {old}" + (f" → {new}" if old != new else "")]
    lines += [f"  {line}" for line in pair.answer]
    return lines + [f"  tool {line}" for line in pair.tools]
