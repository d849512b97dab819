"""The figures and the waterfalls of an exported page."""

from collections.abc import Callable, Iterator, Sequence

from tui.core.formatting import NOT_KNOWN, SECOND
from tui.core.metrics import PARTS, Figure, Figures, Span, Summary, TurnFigures
from tui.core.metrics.figure_text import (
    cost_text,
    count_text,
    of_summary,
    rate_text,
    share_text,
    shown,
    sign,
    time_text,
)
from tui.core.metrics.waterfall_bars import bar_label, joined_bars, part_name
from tui.journal.html.safe_html import escaped, moment

Write = Callable[[float], str]


def figure_tables(figures: Figures) -> Iterator[str]:
    """Latency, speed, tokens, errors, by model and by tool."""
    session = figures.session
    title = "this session" + (" · scripted" if session.scripted else "")
    rows: tuple[tuple[str, Summary, Write], ...] = (
        ("TTFT", session.ttft, time_text),
        ("TTFO", session.ttfo, time_text),
        ("turn TTFO", session.turn_ttfo, time_text),
        ("TPOT", session.tpot, time_text),
        ("ICL", session.icl, time_text),
        ("E2E", session.e2e, time_text),
        ("tok/s", session.rate, rate_text),
    )
    head = ("", "mean", "p50", "p95", "p99", "max", "n")
    yield _table(title, head, [_distribution(*row) for row in rows])
    tokens = session.tokens
    usage = [
        ("input", _figure(tokens.input, count_text)),
        ("output", _figure(tokens.output, count_text)),
        ("cached", _figure(tokens.cached, count_text)),
        ("reasoning", _figure(tokens.reasoning, count_text)),
        ("cost", _figure(tokens.cost, cost_text)),
    ]
    yield _pairs("tokens and cost", usage)
    reliability = [
        ("turns", f"{session.turns:,}"),
        ("attempts", f"{session.attempts:,}"),
        ("failed", f"{session.failed:,}"),
        ("retries", f"{session.retries:,}"),
        ("recovered", f"{session.recoveries:,}"),
        ("error rate", _figure(session.error_rate, share_text)),
        *((str(kind), f"{count:,}") for kind, count in session.errors),
    ]
    yield _pairs("reliability", reliability)
    if session.models:
        models = [
            (
                one.name, f"{one.attempts:,}", _median(one.ttft, time_text),
                _median(one.rate, rate_text), _figure(one.tokens.output, count_text),
            )
            for one in session.models
        ]  # fmt: skip
        yield _table("by model", ("", "calls", "TTFT p50", "tok/s p50", "output"), models)
    if session.tools:
        tools = [
            (
                one.name, f"{one.calls:,}", f"{one.failed:,}",
                sign(one.quality) + _median(one.duration, time_text),
            )
            for one in session.tools
        ]  # fmt: skip
        yield _table("by tool", ("", "calls", "failed", "p50"), tools)


def waterfalls(figures: Figures) -> Iterator[str]:
    """A chart of each turn that was kept, the newest open."""
    for turn in reversed(figures.turns):
        newest = turn is figures.turns[-1]
        whole = shown(turn.e2e, time_text)
        yield (
            f"<details{' open' * newest}><summary>turn {turn.number} · E2E {escaped(whole)}"
            f"{moment(turn.wall)}</summary>"
        )
        if turn.prompt:
            yield f'<p class="muted">{escaped(turn.prompt)}</p>'
        if turn.longest:
            share = share_text(turn.longest_share)
            yield f"<p>{escaped(share)} of this turn was {escaped(turn.longest)}</p>"
        yield '<div class="waterfall">'
        for bar in joined_bars(turn.spans):
            yield _bar(bar, turn)
        yield f"</div>{_sums(turn)}</details>"


def _bar(bar: list[Span], turn: TurnFigures) -> str:
    whole = max(turn.end - turn.start, 1)
    label = "\N{NO-BREAK SPACE}" * min(2 * bool(bar[0].parent) + bar[0].depth, 6) + bar_label(bar)
    failed = any(span.outcome in {"error", "unknown"} for span in bar)
    parts = []
    for span in bar:
        left = min(max((span.start - turn.start) / whole * 100, 0.0), 99.7)
        width = min(max((span.end - span.start) / whole * 100, 0.3), 100 - left)
        parts.append(
            f'<rect class="{span.part}" x="{left:.2f}%" y="15%" width="{width:.2f}%" height="70%"/>'
        )
    took = (max(span.end for span in bar) - bar[0].start) / SECOND
    qualities = {span.quality for span in bar}
    mark = "~" * ("estimated" in qualities)
    time = NOT_KNOWN if "unavailable" in qualities else mark + time_text(took)
    style = ' class="bad"' if failed else ""
    name = escaped(label)
    return (
        f'<span{style} title="{name}">{name}</span>'
        f'<svg role="img" aria-label="{escaped(time)}">{"".join(parts)}</svg>'
        f"<span>{escaped(time)}</span>"
    )


def _sums(turn: TurnFigures) -> str:
    parts = [
        f'<span><svg><rect class="{part}" width="100%" height="100%"/></svg>{part_name(part)} '
        f"{escaped(time_text(turn.parts.of(part) / SECOND))}</span> "
        for part in reversed(PARTS)
        if turn.parts.of(part)
    ]
    least = "" if turn.e2e.known else "at least "
    return f'<p class="sums">{least}{"".join(parts)}</p>' if parts else ""


def _distribution(name: str, summary: Summary, write: Write) -> tuple[str, ...]:
    values = (summary.mean, summary.p50, summary.p95, summary.p99, summary.max)
    cells = (of_summary(summary, one, write) for one in values)
    return (name, *cells, f"{summary.n:,}")


def _median(summary: Summary, write: Write) -> str:
    return of_summary(summary, summary.p50, write)


def _figure(figure: Figure, write: Write) -> str:
    return shown(figure, write)


def _pairs(title: str, pairs: Sequence[tuple[str, str]]) -> str:
    cells = "".join(
        f"<div><dt>{escaped(name)}</dt><dd>{escaped(text)}</dd></div>" for name, text in pairs
    )
    return f"<h4>{escaped(title)}</h4><dl>{cells}</dl>"


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    top = f"<tr>{''.join(f'<th>{escaped(one)}</th>' for one in head)}</tr>" if head else ""
    body = "".join(
        f"<tr>{''.join(f'<td>{escaped(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<h4>{escaped(title)}</h4><table>{top}{body}</table>"
