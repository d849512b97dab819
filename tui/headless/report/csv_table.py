"""A table of the runs, for a spreadsheet."""

import csv
import io

from tui.headless.report.summary import Summary

_SUMS = ("input", "output", "cached", "reasoning", "cost")
_FIRST = ("turn_ttfo", "e2e", "ttft", "tok/s")
COLUMNS = (
    "id", "round", "outcome", "kind", "error", *_FIRST, *_SUMS, "attempts", "tools", "prompt",
    "answer", "estimated",
)  # fmt: skip


def csv_table(summary: Summary) -> str:
    """One row for each run: times of the run and of its first request in seconds, sums of tokens.

    What was not measured is empty; the last column names the figures that are estimates.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for run in summary.results:
        first = (run.values.get(name, [""])[0] for name in _FIRST)
        sums = (sum(values) if (values := run.values.get(name)) else "" for name in _SUMS)
        counts = (int(sum(run.values.get("attempts", ()))), len(run.tools))
        rows.writerow(
            (run.id, run.round, run.outcome, run.kind or "", run.error or "", *first, *sums,
             *counts, run.prompt, run.answer, " ".join(run.estimated))
        )  # fmt: skip
    return text.getvalue()
