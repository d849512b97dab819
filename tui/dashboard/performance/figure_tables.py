"""The session's tables: distributions, groups, tools, errors and tokens."""

from collections.abc import Callable, Iterable, Sequence

from tui.core.formatting import NOT_KNOWN
from tui.core.metrics import GroupFigures, SavedFigures, SessionFigures, Summary, ToolFigures
from tui.core.metrics.figure import Quality
from tui.core.metrics.figure_text import (
    TIME,
    cost_text,
    count_text,
    of_summary,
    rate_text,
    share_text,
    shown,
    sign,
    time_text,
)
from tui.dashboard.fitted_text import fitted
from tui.dashboard.performance.styled_lines import ALERT, QUIET, STRONG, Line, Piece
from tui.dashboard.performance.view_choices import Order

_NAME = 10
_N = 6
_COUNT = 7
_NARROWEST_NAME = 12
_WIDEST_NAME = 28

_Column = tuple[str, Callable[[Summary], float | None]]

_COLUMNS: dict[str, Callable[[Summary], float | None]] = {
    "mean": lambda row: row.mean,
    "p50": lambda row: row.p50,
    "p90": lambda row: row.p90,
    "p95": lambda row: row.p95,
    "p99": lambda row: row.p99,
    "max": lambda row: row.max,
}
_WORTH = ("p50", "p95", "max", "mean", "p99", "p90")
"""The most useful columns first: a narrow table has only those."""


def heading(title: str, note: str = "") -> Line:
    return ((title, "bold $text-accent"), (f"  {note}" if note else "", QUIET))


def distributions(session: SessionFigures, width: int, title: str = "this session") -> list[Line]:
    """Mean, percentiles, maximum and n of each figure, in as many columns as fit."""
    room = (width - _NAME - _N) // (TIME + 1)
    chosen = [name for name in _COLUMNS if name in _WORTH[: max(room, 1)]]
    head = "".join(name.rjust(TIME + 1) for name in chosen)
    lines: list[Line] = [
        heading(title, "scripted" if session.scripted else ""),
        ((f"{'':{_NAME}}{head}{'n':>{_N}}", QUIET),),
    ]
    rows: Sequence[tuple[str, Summary, Callable[[float], str]]] = (
        ("TTFT", session.ttft, time_text),
        ("TTFO", session.ttfo, time_text),
        ("turn TTFO", session.turn_ttfo, time_text),
        ("TPOT", session.tpot, time_text),
        ("ICL", session.icl, time_text),
        ("E2E", session.e2e, time_text),
        ("tok/s", session.rate, rate_text),
    )
    for name, summary, write in rows:
        cells = "".join(_cell(summary, _COLUMNS[column], write) for column in chosen)
        style = "" if summary.n else QUIET
        lines.append((name.ljust(_NAME), (cells, style), (f"{_short(summary.n):>{_N}}", QUIET)))
    return lines


def _cell(
    summary: Summary, of: Callable[[Summary], float | None], write: Callable[[float], str]
) -> str:
    return of_summary(summary, of(summary), write).rjust(TIME + 1)


def _short(count: int) -> str:
    return f"{count}" if count < 100_000 else f"{count / 1000:.0f}k"


def reliability(
    session: SessionFigures, width: int, *, note: str = "this session", alert: bool = False
) -> list[Line]:
    """Errors by kind, retries, recoveries, goodput; ``alert``: the error rate is too high."""
    rate = shown(session.error_rate, share_text)
    errors: list[Piece] = [("errors ", QUIET), (f"{session.error_count:,}", STRONG)]
    errors += [f"  {kind} {count:,}" for kind, count in session.errors]
    rows: list[list[Piece]] = [
        errors,
        [
            ("error rate ", QUIET),
            (f"!{rate}", ALERT) if alert else (rate, STRONG),
            "  ",
            *pairs(
                ("goodput", shown(session.goodput, share_text)),
                ("attempts", f"{session.attempts:,}"),
            ),
        ],
        pairs(
            ("retries", f"{session.retries:,}"),
            ("recoveries", _recoveries(session)),
            ("interruptions", f"{session.interruptions:,}"),
        ),
    ]
    if session.cuts:
        rows.append(
            pairs(
                ("cut answers", f"{session.cuts:,}"),
                ("continued", f"{session.continued:,}"),
                ("restarted", f"{session.restarted:,}"),
                ("given up", f"{session.given_up:,}"),
            )
        )
    return [heading("reliability", note), *(line for row in rows for line in wrapped(row, width))]


def _recoveries(session: SessionFigures) -> str:
    rate = session.recovery_rate
    return f"{session.recoveries:,}" + (f" ({share_text(rate.value)})" if rate.known else "")


def usage(session: SessionFigures, width: int, *, note: str = "this session") -> list[Line]:
    """Tokens and cost of the session."""
    tokens = session.tokens
    values = [
        (label, shown(figure, count_text))
        for label, figure in (
            ("in", tokens.input),
            ("cached", tokens.cached),
            # Few providers count it.
            *([("cache write", tokens.cache_write)] if tokens.cache_write.value else []),
            ("out", tokens.output),
            ("reasoning", tokens.reasoning),
        )
    ]
    values.append(("cost", shown(tokens.cost, cost_text)))
    lines = [heading("tokens", note), *wrapped(pairs(*values), width), *saved(session.saved, width)]
    off = tokens.estimate_error
    if off.known:
        text = f"live estimates were off by {share_text(off.value)} on average"
        lines.append(((text[:width], QUIET),))
    return lines


def saved(by_cache: SavedFigures, width: int) -> list[Line]:
    """What the cache has answered, and what that would have used; nothing if that is nothing."""
    if not by_cache.calls:
        return []
    tokens = by_cache.tokens
    figures = (("in", tokens.input, count_text), ("out", tokens.output, count_text),
               ("cost", tokens.cost, cost_text))  # fmt: skip
    values = [(label, shown(figure, write)) for label, figure, write in figures if figure.known]
    calls = ("cached calls", f"{by_cache.calls:,}")
    return wrapped([*pairs(calls), ("  saved: ", QUIET), *pairs(*values)], width)


def pairs(*values: tuple[str, str]) -> list[Piece]:
    """Labels, each followed by its value."""
    pieces: list[Piece] = []
    for label, value in values:
        pieces += [(f"{'  ' if pieces else ''}{label} ", QUIET), (value, STRONG)]
    return pieces


def wrapped(pieces: Sequence[Piece], width: int) -> list[Line]:
    """Wrap short ASCII pieces; the first piece of a line has no gap before it."""
    lines: list[list[Piece]] = [[]]
    used = 0
    pending: list[Piece] = []
    for piece in pieces:
        pending.append(piece)
        text = piece if isinstance(piece, str) else piece[0]
        if text.endswith(" "):
            continue
        length = sum(len(part if isinstance(part, str) else part[0]) for part in pending)
        if used and used + length > width:
            lines.append([])
            used = 0
            pending[0] = _without_gap(pending[0])
        lines[-1] += pending
        used += length
        pending = []
    return [tuple(line) for line in lines]


def _without_gap(piece: Piece) -> Piece:
    return piece.lstrip() if isinstance(piece, str) else (piece[0].lstrip(), piece[1])


def groups(title: str, rows: Iterable[GroupFigures], width: int, order: Order | None) -> list[Line]:
    """Attempts by model, by agent or by day; ``order`` None keeps the given order."""
    keys: dict[Order | None, Callable[[GroupFigures], object]] = {
        None: lambda _: 0,
        "calls": lambda row: -row.attempts,
        "errors": lambda row: (-row.failed, -row.attempts),
        "slowest": lambda row: -row.duration.p50,
        "name": lambda row: row.name.casefold(),
    }
    columns = ("calls", "failed", "p50", "p95", "TTFT p50", "tok/s", "cost", "out")
    return table(
        title,
        columns,
        [
            (
                row.name,
                row.failed > 0,
                (
                    f"{row.attempts:,}",
                    f"{row.failed:,}",
                    *_durations(row.duration.p50, row.duration.p95, n=row.duration.n),
                    of_summary(row.ttft, row.ttft.p50, time_text),
                    of_summary(row.rate, row.rate.p50, rate_text),
                    shown(row.tokens.cost, cost_text),
                    shown(row.tokens.output, count_text),
                ),
            )
            for row in sorted(rows, key=keys[order])  # type: ignore[arg-type]
        ],
        width,
        order,
    )


def tools(rows: Iterable[ToolFigures], width: int, order: Order) -> list[Line]:
    """Calls by tool."""
    keys: dict[Order, Callable[[ToolFigures], object]] = {
        "calls": lambda row: -row.calls,
        "errors": lambda row: (-row.failed, -row.calls),
        "slowest": lambda row: -row.duration.p50,
        "name": lambda row: row.name.casefold(),
    }
    return table(
        "by tool",
        ("calls", "failed", "p50", "p95", "max"),
        [
            (
                row.name,
                row.failed > 0,
                (
                    f"{row.calls:,}",
                    f"{row.failed:,}",
                    *_durations(
                        row.duration.p50,
                        row.duration.p95,
                        row.duration.max,
                        n=row.duration.n,
                        quality=row.quality,
                    ),
                ),
            )
            for row in sorted(rows, key=keys[order])  # type: ignore[arg-type]
        ],
        width,
        order,
    )


def _durations(*values: float, n: int, quality: Quality = "measured") -> Iterable[str]:
    return (sign(quality) + time_text(value) if n else NOT_KNOWN for value in values)


def table(
    title: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, bool, tuple[str, ...]]],
    width: int,
    order: Order | None,
) -> list[Line]:
    """Rows of a name and as many cells as fit; [] if there are no rows."""
    if not rows:
        return []
    widths = [_COUNT if column in {"calls", "failed"} else TIME + 1 for column in columns]
    while len(widths) > 1 and sum(widths) > width - _NARROWEST_NAME:
        widths.pop()
    name = min(_WIDEST_NAME, width - sum(widths))
    head = _cells(columns, widths)
    lines: list[Line] = [
        heading(title, "" if order in {None, "calls"} else f"{order} first"),
        ((f"{'':{name}}{head}", QUIET),),
    ]
    lines += [
        (
            fitted(label, name),
            (_cells(cells, widths), ALERT if failed else ""),
        )
        for label, failed, cells in rows
    ]
    return lines


def _cells(texts: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(text.rjust(width) for text, width in zip(texts, widths, strict=False))
