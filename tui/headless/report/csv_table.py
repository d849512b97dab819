"""A table of the runs, for a spreadsheet."""

import csv
import io

from tui.headless.report.summary import Summary

_SUMS = ("input", "output", "cached", "reasoning", "cost")
_FIRST = ("ttft", "tok/s")
COLUMNS = (
    "id", "round", "outcome", "kind", "error", "turn_ttfo", "e2e", *_FIRST, *_SUMS, "attempts",
    "tools", "prompt", "answer", "estimated",
)  # fmt: skip


def csv_table(summary: Summary) -> str:
    """One row for each run: times of the run and of its first request in seconds, sums of tokens.

    ``e2e`` and ``attempts`` are those of every run, the rest of what ended well. What was not
    measured is empty; the last column names the figures that are estimates.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for run in summary.results:
        ttfo = run.values.get("turn_ttfo", [""])[0]
        first = (run.values.get(name, [""])[0] for name in _FIRST)
        sums = (sum(values) if (values := run.values.get(name)) else "" for name in _SUMS)
        rows.writerow(
            (run.id, run.round, run.outcome, run.kind or "", run.error or "", ttfo,
             _or_empty(run.seconds), *first, *sums, _or_empty(run.attempts), len(run.tools),
             run.prompt, run.answer, " ".join(run.estimated))
        )  # fmt: skip
    return text.getvalue()


def _or_empty(value: float | None) -> float | str:
    return "" if value is None else value
