"""The report of a comparison: a JSON document, and the same as Markdown. Pure.

``schema`` changes when a reader could misunderstand the new one. docs/compare.md has the fields.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from tui.comparison.column_figures import MEASURES, ColumnFigures, figure_words
from tui.comparison.column_plan import ColumnPlan
from tui.comparison.rounds import Round
from tui.comparison.sentences import sentences
from tui.comparison.standing import change_words, standing
from tui.core.metrics.figure import Quality
from tui.stream.run_facts import RunFacts, ToolResult

SCHEMA = "streamtui.comparison/1"

BEST = "▲"
"""Marks the best value of a row."""


class ReportedFigure(msgspec.Struct, frozen=True, kw_only=True):
    """``value`` is None if it is not known."""

    value: float | None
    unit: str
    quality: Quality
    best: bool
    """No other column has a better one."""


class ReportedRun(msgspec.Struct, frozen=True, kw_only=True):
    """What one column made of the prompt."""

    label: str
    outcome: str
    error: str | None
    kind: str | None
    agent: str
    model: str
    scripted: bool
    retries: int
    figures: dict[str, ReportedFigure]
    answer: str
    tools: tuple[ToolResult, ...]


class ReportedRound(msgspec.Struct, frozen=True, kw_only=True):
    """One prompt; a column that did not run it is missing."""

    prompt: str
    wall: float
    """Unix seconds."""
    ahead: str | None
    """The column that ended well in the shortest time."""
    sentences: tuple[str, ...]
    runs: tuple[ReportedRun, ...]


class ReportedColumn(msgspec.Struct, frozen=True, kw_only=True):
    """What was different, and where the column is stored."""

    label: str
    reference: str
    settings: dict[str, str]
    stream: bool
    session: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    schema: str = SCHEMA
    version: str
    wall: float
    columns: tuple[ReportedColumn, ...]
    rounds: tuple[ReportedRound, ...]


def report_of(
    plans: Sequence[ColumnPlan],
    rounds: Sequence[Round],
    *,
    sessions: Sequence[str],
    version: str,
    wall: float,
    mask: Callable[[str], str] = str,
) -> Report:
    """Of all prompts so far; ``sessions``: of each column, "" if it is not stored.

    ``mask`` masks keys in what was typed; what came from a worker is masked already.
    """
    return Report(
        version=version,
        wall=wall,
        columns=tuple(
            ReportedColumn(
                label=plan.label,
                reference=plan.reference,
                settings=plan.settings,
                stream=plan.stream,
                session=session,
            )
            for plan, session in zip(plans, sessions, strict=True)
        ),
        rounds=tuple(_round(plans, one, mask) for one in rounds),
    )


def json_report(report: Report) -> str:
    """With unrounded values."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def figure_rows(labels: Sequence[str], figures: Sequence[ColumnFigures]) -> list[list[str]]:
    """A table for people: a heading, then one row for each figure that any column knows.

    Cells of the second column and those after it say how they differ from the first. The figures of
    a script are no model's, so its column says that.
    """
    best = standing(figures).best
    named = zip(labels, figures, strict=True)
    rows = [["", *(f"{label} (scripted)" if one.scripted else label for label, one in named)]]
    for measure in MEASURES:
        if not any(measure.of(one).known for one in figures):
            continue
        row = [measure.label]
        for place, one in enumerate(figures):
            mark = f" {BEST}" if place in best.get(measure.name, ()) else ""
            change = change_words(measure, figures[0], one) if place else ""
            row.append(figure_words(measure, one) + (f" ({change})" if change else "") + mark)
        rows.append(row)
    return rows


def markdown_report(report: Report, rounds: Sequence[Round]) -> str:
    """The same for people, with the answers; ``rounds`` are those of the report."""
    labels = [column.label for column in report.columns]
    when = datetime.fromtimestamp(report.wall).astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
    lines = [f"# Side by side: {_plain(' · '.join(labels))}", "", f"{when}, {report.version}", ""]
    for column in report.columns:
        settings = ", ".join(f"{name}={value}" for name, value in column.settings.items())
        parts = (column.reference, settings, column.session and f"session {column.session}")
        lines.append(
            " · ".join([f"- **{_plain(column.label)}**", *map(_plain, filter(None, parts))])
        )
    for number, (reported, one) in enumerate(zip(report.rounds, rounds, strict=True), 1):
        lines += ["", f"## Prompt {number}", "", *_quoted(reported.prompt), ""]
        lines += _table(figure_rows(labels, one.figures))
        lines += ["", *(f"- {_plain(sentence)}" for sentence in reported.sentences)]
        for run in reported.runs:
            lines += ["", f"### {_plain(run.label)}: {run.outcome}", "", *_answer(run)]
    return "\n".join(lines).rstrip() + f"\n\n{BEST} the best value of a row; `~` an estimate.\n"


def _round(plans: Sequence[ColumnPlan], one: Round, mask: Callable[[str], str]) -> ReportedRound:
    figures = one.figures
    found = standing(figures)
    return ReportedRound(
        prompt=mask(one.prompt),
        wall=one.wall,
        ahead=None if found.ahead is None else plans[found.ahead].label,
        sentences=tuple(sentences(plans, one)),
        runs=tuple(
            _run(plan.label, facts, figures[place], {
                name for name, places in found.best.items() if place in places
            })
            for place, (plan, facts) in enumerate(zip(plans, one.results, strict=True))
            if facts is not None
        ),
    )  # fmt: skip


def _run(label: str, facts: RunFacts, figures: ColumnFigures, best: set[str]) -> ReportedRun:
    problem = facts.problem if facts.outcome == "failed" else None
    last = facts.attempts[-1] if facts.attempts else None
    return ReportedRun(
        label=label,
        outcome=facts.outcome,
        error=None if problem is None else problem.message,
        kind=None if problem is None else problem.kind,
        agent=facts.turn.agent if facts.turn is not None else "",
        model=last.model if last is not None else "",
        scripted=figures.scripted,
        retries=figures.retries,
        figures={
            measure.name: ReportedFigure(
                value=figure.value if figure.known else None,
                unit=measure.unit,
                quality=figure.quality,
                best=measure.name in best,
            )
            for measure in MEASURES
            for figure in (measure.of(figures),)
        },
        answer=facts.answer,
        tools=facts.tools,
    )


def _answer(run: ReportedRun) -> Iterator[str]:
    if run.error is not None:
        yield from (f"**{_plain(run.error)}**", "")
    for tool in run.tools:
        took = "" if tool.seconds is None else f", {tool.seconds:.2f} s"
        yield f"- tool `{tool.name}`: {tool.state}{took}"
    if run.tools:
        yield ""
    yield from _quoted(run.answer)


def _quoted(text: str) -> list[str]:
    """What models and people wrote keeps its own Markdown, and cannot end the report's."""
    return [f"> {line}".rstrip() for line in text.splitlines()]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *others = [[_plain(cell).replace("|", "\\|") for cell in row] for row in rows]
    lines = [head, ["---", *("---:" for _ in head[1:])], *others]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _plain(text: str) -> str:
    """One line whose characters mean nothing to Markdown."""
    line = " ".join(text.split())
    return "".join(f"\\{one}" if one in "\\`*_<>[]" else one for one in line)
