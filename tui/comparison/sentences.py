"""What a comparison comes to, in a few sentences. Pure."""

from collections.abc import Iterator, Sequence

from tui.comparison.column_figures import ColumnFigures
from tui.comparison.column_plan import ColumnPlan
from tui.comparison.rounds import Round
from tui.core.formatting import one_line
from tui.core.metrics.figure_text import time_text

Labelled = tuple[str, ColumnFigures]


def sentences(plans: Sequence[ColumnPlan], one: Round) -> list[str]:
    """Who read first, who ended first, what failed; of a round that has ended."""
    labels = [plan.label for plan in plans]
    ok = [
        (label, figures)
        for label, figures in zip(labels, one.figures, strict=True)
        if figures.outcome == "ok"
    ]
    streams = {plan.label: plan.stream for plan in plans}
    return [
        *(_waited(ok, streams) or _first_words(ok)),
        *_ends(ok),
        *_others(labels, one),
    ]


def _waited(ok: Sequence[Labelled], streams: dict[str, bool]) -> list[str]:
    """Streamed against not streamed: what a person waits for the first word."""
    known = [(label, one) for label, one in ok if one.first_word.known]
    with_ = [(label, one) for label, one in known if streams[label]]
    without = [(label, one) for label, one in known if not streams[label]]
    if len(with_) != 1 or len(without) != 1:
        return []
    read, waited = with_[0][1].first_word.value, without[0][1].first_word.value
    said = (
        f"With streaming you read the first word after {time_text(read)}; without, after "
        f"{time_text(waited)}"
    )
    more = waited - read
    return [f"{said}: {time_text(more)} of waiting." if more > 0 else f"{said}."]


def _first_words(ok: Sequence[Labelled]) -> Iterator[str]:
    known = sorted(
        ((one.first_word.value, label) for label, one in ok if one.first_word.known),
        key=lambda pair: pair[0],
    )
    if len(known) > 1:
        (first, label), (second, other) = known[:2]
        yield f"{label} showed the first word {time_text(second - first)} before {other}."


def _ends(ok: Sequence[Labelled]) -> Iterator[str]:
    known = sorted(
        ((one.total.value, label) for label, one in ok if one.total.known),
        key=lambda pair: pair[0],
    )
    if len(known) > 1:
        (first, label), (second, other) = known[:2]
        yield f"{label} finished {time_text(second - first)} before {other}."


def _others(labels: Sequence[str], one: Round) -> Iterator[str]:
    for label, result in zip(labels, one.results, strict=True):
        if result is not None and result.outcome == "cancelled":
            yield f"{label} was cancelled."
        elif result is not None and result.outcome == "failed":
            why = one_line(result.problem.message) if result.problem is not None else ""
            yield f"{label} failed: {why}" if why else f"{label} failed."
