"""The report as plain text, for a terminal or a pipe. Pure."""

from collections.abc import Iterator, Sequence

from tui.comparison.comparison_report import BEST, Report, ReportedRun, figure_rows
from tui.comparison.rounds import Round


def text_report(report: Report, rounds: Sequence[Round]) -> str:
    """``rounds`` are those of the report."""
    labels = [column.label for column in report.columns]
    lines: list[str] = []
    for reported, one in zip(report.rounds, rounds, strict=True):
        lines += [f"> {line}" for line in reported.prompt.splitlines()]
        for run in reported.runs:
            lines += ["", *_run(run)]
        lines += ["", *_table(figure_rows(labels, one.figures)), "", *reported.sentences, ""]
    return "\n".join([*lines, f"{BEST} best · ~ estimated", ""])


def _run(run: ReportedRun) -> Iterator[str]:
    yield f"-- {run.label}: {run.outcome}"
    if run.error is not None:
        yield run.error
    for tool in run.tools:
        yield f"tool {tool.name}: {tool.state}"
    yield from run.answer.splitlines()


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
